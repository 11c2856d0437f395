import { describe, expect, test } from "bun:test";
import type { ProofIssued } from "../../src/http/wire.ts";
import { alice, HASH_COUNT, makeDesk, NOW_MS, solved } from "../proof/make.ts";
import { phoneNumber, saleDraft, startService, storeEvent } from "../support/harness.ts";
import { freshDatabase } from "../support/postgres.ts";
import { post, serve } from "./serve.ts";

const PROOFS = "/api/v1/events/boi-mela/proofs";
const challenge = makeDesk().issue({ phone: alice, eventId: 1, hashCount: HASH_COUNT }, NOW_MS);

test("a challenge is 200, for its asker alone, and what is asked of whom reaches the use case", async () => {
  const commands: unknown[] = [];
  await using served = serve({
    requestProof: (command) => {
      commands.push(command);
      return { kind: "proof", challenge, waitS: 60 };
    },
  });
  const answer = await post(served.url + PROOFS, { phone: "01712345678" });
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
  expect(await answer.json()).toEqual({ challenge, waitS: 60 });
  expect(commands).toEqual([{ eventSlug: "boi-mela", phone: "01712345678", address: "127.0.0.1" }]);
});

test("where no proof is asked for there is nothing: 404", async () => {
  await using served = serve({ requestProof: () => ({ kind: "proof-not-asked" }) });
  const answer = await post(served.url + PROOFS, { phone: "1" });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: "not_found" });
});

test("a proof reaches each of the three calls as it was sent, and one that is too long none", async () => {
  await using served = serve();
  const event = `${served.url}/api/v1/events/boi-mela`;
  const guess = { phone: "1", challenge: "c", code: "1" };
  await post(`${event}/codes`, { phone: "1", proof: "p1" });
  await post(`${event}/verifications`, { ...guess, proof: "p2" });
  await post(`${event}/registrations`, { ...guess, proof: "p3" });
  expect(served.asked.codes[0]?.proof).toBe("p1");
  expect(served.asked.verifications[0]?.proof).toBe("p2");
  expect(served.asked.registrations[0]?.asker).toEqual({
    address: "127.0.0.1",
    proof: "p3",
    pass: null,
  });
  const long = await post(`${event}/codes`, { phone: "1", proof: "p".repeat(1_025) });
  expect(long.status).toBe(400);
});

describe("the whole service", () => {
  test("asks for a proof, and of a hundred alike in parallel sends one SMS", async () => {
    await using database = await freshDatabase();
    await storeEvent(database.url, [saleDraft(Date.now())], "mela", "on");
    await using service = await startService(database.url);
    const event = `${service.url}/api/v1/events/mela`;
    const phone = phoneNumber(1);
    const refused = await post(`${event}/codes`, { phone });
    expect([refused.status, await codeOf(refused)]).toEqual([403, "proof_required"]);
    const proof = await find(event, phone);
    const other = await post(`${event}/codes`, { phone: phoneNumber(2), proof });
    expect([other.status, await codeOf(other)]).toEqual([403, "proof_invalid"]);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post(`${event}/codes`, { phone, proof })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 403)).toHaveLength(99);
  });

  test("follows the event's file within a second: off, on, raised, off", async () => {
    await using database = await freshDatabase();
    const sales = [saleDraft(Date.now())];
    await storeEvent(database.url, sales);
    await using service = await startService(database.url);
    const event = `${service.url}/api/v1/events/mela`;
    for (const [proof, maxnumber] of [
      ["off", null],
      ["on", 100_000],
      ["raised", 1_000_000],
      ["off", null],
    ] as const) {
      const changed = await storeEvent(database.url, sales, "mela", proof);
      // Tickets that are sold carry the revision, which must not move for this.
      expect(changed).toMatchObject({ proof, revision: 1 });
      const untilMs = performance.now() + 1_000;
      while ((await asked()) !== maxnumber && performance.now() < untilMs) await Bun.sleep(20);
      expect(await asked()).toBe(maxnumber);
    }

    async function asked(): Promise<number | null> {
      const answer = await post(`${event}/proofs`, { phone: phoneNumber(1) });
      return answer.status === 404
        ? null
        : ((await answer.json()) as ProofIssued).challenge.maxnumber;
    }
  });

  test("holds 20 connections that spray guesses to what their address may fail at", async () => {
    await using database = await freshDatabase();
    await storeEvent(database.url, [saleDraft(Date.now())]);
    await using service = await startService(database.url);
    const event = `${service.url}/api/v1/events/mela`;
    const startMs = performance.now();
    const challenges = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index)));
    const codes = await Promise.all(challenges.map((_, index) => spray(index)));
    const guesses = codes.flat().filter((code) => code !== "proof_required");
    const refilled = Math.floor((performance.now() - startMs) / 6_000);
    // One guess of each connection may be under way when the last token goes.
    expect(guesses.length).toBeLessThanOrEqual(20 + refilled + 19);
    expect(codes.flat()).toHaveLength(200);

    async function ask(index: number): Promise<string> {
      const answer = await post(`${event}/codes`, { phone: phoneNumber(index) });
      return ((await answer.json()) as { challenge: string }).challenge;
    }

    async function spray(index: number): Promise<string[]> {
      const told: string[] = [];
      for (let guess = 0; guess < 10; guess += 1) {
        const code = String(guess).padStart(6, "0");
        const body = { phone: phoneNumber(index), challenge: challenges[index], code };
        told.push(await codeOf(await post(`${event}/verifications`, body)));
      }
      return told;
    }
  });
});

async function find(event: string, phone: string): Promise<string> {
  const answer = await post(`${event}/proofs`, { phone });
  return solved(((await answer.json()) as ProofIssued).challenge);
}

async function codeOf(answer: Response): Promise<string> {
  return String(((await answer.json()) as { code?: unknown }).code);
}
