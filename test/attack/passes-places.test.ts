import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { limits } from "../../src/limits.ts";
import { TAIL_PLACE_MIN } from "../../src/waiting-room/draw.ts";
import { phoneNumber } from "../support/harness.ts";
import type { Body } from "./code-desk.ts";
import { said, tally } from "./code-desk.ts";
import type { Proved } from "./pass-desk.ts";
import { PassDesk } from "./pass-desk.ts";

setDefaultTimeout(120_000);

describe("places", () => {
  test("asked for 5,000 times by one phone are one place, before the draw and behind it", async () => {
    await using world = await PassDesk.open(1);
    const { desk } = world;
    const alice = await world.prove();
    const bob = await world.prove();
    const late = await world.prove();
    const last = await world.prove();
    const places = async ({ verification }: Proved) => {
      const ask = () => desk.post("/api/v1/events/mela/passes", { verification });
      const answers = await desk.all(Array.from({ length: 5_000 }, ask));
      return new Set(
        answers.map(({ status, body }) => `${status} at ${JSON.stringify(body["place"])}`),
      );
    };
    expect(await places(alice)).toEqual(new Set(["200 at null"]));
    await world.join(bob);
    expect(await placeCount(world)).toBe(2);
    await world.letIn(1);

    await world.join(late);
    expect(await places(late)).toEqual(new Set([`200 at ${TAIL_PLACE_MIN}`]));
    const { verification } = last;
    const next = await desk.post("/api/v1/events/mela/passes", { verification });
    expect(next.body["place"]).toBe(TAIL_PLACE_MIN + 1);
  });

  test("cost a proof each, of the phone whose they are, and a proof is taken once", async () => {
    await using world = await PassDesk.open(10);
    const { desk } = world;
    const [phone, other] = [phoneNumber(50), phoneNumber(51)];
    const ask = (body: Body) => desk.post("/api/v1/events/utsab/passes", body);
    const proof = await world.proofFor(phone);
    expect(said(await ask({ phone }))).toBe("proof_required");
    expect(said(await ask({ phone: other, proof }))).toBe("proof_invalid");
    expect(said(await ask({ phone, proof: await world.proofFor(phone, "mela") }))).toBe(
      "proof_invalid",
    );
    const answers = await desk.all(Array.from({ length: 100 }, () => ask({ phone, proof })));
    expect(tally(answers)).toEqual({ 200: 1, proof_invalid: 99 });
    expect(await placeCount(world)).toBe(1);
  });

  test("are had without work by waiting a minute for each, so many at a time from one address", async () => {
    await using world = await PassDesk.open(10);
    const { desk } = world;
    const from = "12.0.0.1";
    const countMax = limits.sourceFailureCountMax + limits.sourceWaiterCountMax;
    const phones = Array.from({ length: countMax + 5 }, (_, index) => phoneNumber(70 + index));
    const waits = await Promise.all(phones.map((phone) => world.waitFor(phone)));
    const ask = (phone: string, proof: string | undefined) =>
      desk.post("/api/v1/events/utsab/passes", { phone, proof }, { from });
    expect(said(await ask(phones[0] ?? "", waits[0]))).toBe("proof_invalid");
    await desk.clock.advance(60_000);
    const answers = await desk.all(phones.map((phone, index) => ask(phone, waits[index])));
    expect(tally(answers)).toEqual({ 200: countMax, rate_limited: 5 });
    expect(await placeCount(world)).toBe(countMax);
  });

  test("in a lobby that verifies phones early cost a verification, and no proof buys one", async () => {
    await using world = await PassDesk.open(10);
    const phone = phoneNumber(60);
    const proof = await world.proofFor(phone, "mela");
    const answer = await world.desk.post("/api/v1/events/mela/passes", { phone, proof });
    expect(said(answer)).toBe("verification_invalid");
    expect(await placeCount(world)).toBe(0);
  });
});

/** Written down, of all lobbies. */
async function placeCount({ desk }: PassDesk): Promise<number> {
  const [row] = await desk.database.sql`select count(*)::int as count from lobby_places`;
  return Number(row?.["count"]);
}
