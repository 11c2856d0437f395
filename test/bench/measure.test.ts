import { expect, test } from "bun:test";
import { compare, ratioOf, valueOf } from "../../bench/harness/measure.ts";

test("the round whose ratio is the median speaks for all, with its own figures", () => {
  const rounds = [
    { candidate: 90, baseline: 100 },
    { candidate: 10, baseline: 100 },
    { candidate: 30, baseline: 60 },
  ];
  expect(ratioOf(rounds)).toEqual({
    kind: "ratio",
    value: 30,
    baseline: 60,
    ratio: 0.5,
    rounds,
  });
  expect(valueOf([3, 1, 2]).value).toBe(2);
});

test("candidate and baseline go first in turn", async () => {
  const order: string[] = [];
  const go = (who: string, figure: number) => async () => {
    order.push(who);
    return { figure, processor: { serverS: 1, postgresS: 2, generatorS: "unknown" as const } };
  };
  const { ratio, processor } = await compare({
    candidate: go("candidate", 2),
    baseline: go("baseline", 4),
    roundCount: 3,
  });
  expect(order.join(" ")).toBe("candidate baseline baseline candidate candidate baseline");
  expect(ratio).toBe(0.5);
  expect(processor).toEqual({ serverS: 3, postgresS: 6, generatorS: "unknown" });
});
