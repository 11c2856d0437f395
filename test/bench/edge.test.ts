import { expect, test } from "bun:test";
import { requestBytes } from "../../bench/harness/http-request.ts";
import { Departure } from "../../bench/load/departure.ts";
import { Edge, StraightWay, type Way } from "../../bench/load/edge.ts";
import { Wires } from "../../bench/load/wires.ts";

type Answer = (request: Request, count: number) => Response | Promise<Response>;

/** A service that counts what reaches it, and an edge before it. */
async function withEdge(
  answer: Answer,
  check: (edge: Edge, origin: { count: number }) => Promise<void>,
): Promise<void> {
  const origin = { count: 0 };
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      origin.count += 1;
      return answer(request, origin.count);
    },
  });
  using wires = new Wires({ url: server.url.href, countMax: 20 });
  await check(new Edge(wires), origin);
}

async function ask(way: Way, path: string, method: "GET" | "POST" = "GET") {
  const bytes = (headers: Readonly<Record<string, string>>) =>
    requestBytes({ method, path, headers, body: "" }, "127.0.0.1");
  const { exchange, isFromOrigin } = await way.exchange(
    { method, path, bytes },
    5_000,
    Departure.NEVER,
  );
  if (exchange.kind === "error") throw new Error(exchange.error);
  return { text: Buffer.from(exchange.answer.body).toString(), isFromOrigin };
}

function cached(control: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  return new Response(body, { headers: { "cache-control": control, ...headers } });
}

test("a hundred who want the same at once are one request to the service", async () => {
  await withEdge(
    async () => {
      await Bun.sleep(20);
      return cached("public, max-age=0, s-maxage=60", "tick");
    },
    async (edge, origin) => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(edge, "/tick")));
      expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(["tick"]));
      expect(answers.filter(({ isFromOrigin }) => isFromOrigin)).toHaveLength(1);
      expect(await ask(edge, "/tick")).toEqual({ text: "tick", isFromOrigin: false });
      expect([origin.count, edge.originCount, edge.askedCount]).toEqual([1, 1, 101]);
    },
  );
});

test("what is a moment too old is told once more while the next is fetched, by its tag", async () => {
  const tags: (string | null)[] = [];
  await withEdge(
    (request, count) => {
      tags.push(request.headers.get("if-none-match"));
      const headers = { etag: `"${Math.min(count, 2)}"`, "cache-control": SHORT };
      if (count === 3) return new Response(null, { status: 304, headers });
      return cached(SHORT, `tick ${count}`, headers);
    },
    async (edge, origin) => {
      expect((await ask(edge, "/tick")).text).toBe("tick 1");
      await Bun.sleep(SECOND_MS);
      expect(await ask(edge, "/tick")).toEqual({ text: "tick 1", isFromOrigin: false });
      await until(async () => (await ask(edge, "/tick")).text === "tick 2");
      await Bun.sleep(SECOND_MS);
      expect((await ask(edge, "/tick")).text).toBe("tick 2");
      await until(() => origin.count === 3);
      expect((await ask(edge, "/tick")).text).toBe("tick 2");
      expect(tags).toEqual([null, '"1"', '"2"']);
    },
  );
});

/** Longer than `s-maxage` below. */
const SECOND_MS = 1_010;
const SHORT = "public, max-age=0, s-maxage=1, stale-while-revalidate=60";

test("nothing personal is kept, nor an error, nor an answer to a post", async () => {
  const controls = ["private, no-store", "private, max-age=60", "no-cache", "public, max-age=0"];
  for (const control of controls) {
    await withEdge(
      (_, count) => cached(control, `for ${count}`),
      async (edge) => {
        const answers = await Promise.all([ask(edge, "/t/a"), ask(edge, "/t/a")]);
        expect(answers.map(({ isFromOrigin }) => isFromOrigin)).toEqual([true, true]);
        expect(new Set(answers.map(({ text }) => text)).size).toBe(2);
      },
    );
  }
  await withEdge(
    (_, count) => new Response(`${count}`, { status: 503, headers: { "cache-control": SHORT } }),
    async (edge) => {
      expect([await ask(edge, "/tick"), await ask(edge, "/tick")].map(({ text }) => text)).toEqual([
        "1",
        "2",
      ]);
    },
  );
  await withEdge(
    (_, count) => cached(SHORT, `${count}`),
    async (edge) => {
      expect((await ask(edge, "/codes", "POST")).text).toBe("1");
      expect((await ask(edge, "/codes", "POST")).text).toBe("2");
    },
  );
});

test("without an edge every request is the service's", async () => {
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => cached("public, s-maxage=60", "tick"),
  });
  using wires = new Wires({ url: server.url.href, countMax: 1 });
  const way = new StraightWay(wires);
  expect((await ask(way, "/tick")).isFromOrigin).toBe(true);
  expect((await ask(way, "/tick")).isFromOrigin).toBe(true);
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(5);
}
