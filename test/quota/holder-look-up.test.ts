import { expect, test } from "bun:test";
import { Ticker } from "../../src/actor/ticker.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import type { RegistrationStore } from "../../src/quota/ports.ts";
import { Seats } from "../../src/quota/seats.ts";
import { makeEvent } from "../http/serve.ts";
import { ManualClock } from "../support/manual-clock.ts";

const [ONE, TWO, THREE] = ["+8801700000001", "+8801700000002", "+8801700000003"] as Phone[];

/** A database that answers a look-up when it is told to. */
function slowSeats(clock: ManualClock) {
  const asked: (readonly Phone[])[] = [];
  let answer = (): void => {};
  const store: RegistrationStore = {
    commitBatch: () => Promise.reject(new Error("nobody claims")),
    async findHolders(_eventId, phones) {
      asked.push(phones);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return phones.map(() => null);
    },
  };
  const queue = { batchCountMax: 10, waitingCountMax: 10 };
  const seats = new Seats({
    store,
    actor: {
      clock,
      ticker: new Ticker(clock),
      mailboxCountMax: 10,
      turnsPerTickMax: 10,
      askTimeoutMs: 5_000,
      onFailedTurn: () => {},
    },
    commit: { ...queue, retryFirstMs: 1, retryMaxMs: 1, onTrouble: () => {} },
    stallShedMs: 1_000,
    claimTimeoutMs: 5_000,
    onCommitted: () => {},
    holderLookup: queue,
  });
  seats.refresh([{ event: makeEvent(), soldBySale: new Map() }]);
  return { seats, asked, answer: () => answer() };
}

test("a look-up that nobody waits for any more is dropped before the database is asked", async () => {
  const clock = new ManualClock();
  const { seats, asked, answer } = slowSeats(clock);
  const untilMs = clock.nowMs() + 5_000;
  const first = seats.findHolder(1, ONE as Phone, untilMs);
  await clock.advance(1);
  const second = seats.findHolder(1, TWO as Phone, untilMs);
  const third = seats.findHolder(1, THREE as Phone);
  await clock.advance(6_000);
  answer();
  expect((await first).kind).toBe("no-holder");
  await clock.advance(0);
  answer();
  expect((await second).kind).toBe("overloaded");
  expect((await third).kind).toBe("no-holder");
  expect(asked).toEqual([[ONE], [THREE]] as Phone[][]);
});

test("where nobody waits for any of them the database is not asked at all", async () => {
  const clock = new ManualClock();
  const { seats, asked, answer } = slowSeats(clock);
  const first = seats.findHolder(1, ONE as Phone);
  await clock.advance(1);
  const second = seats.findHolder(1, TWO as Phone, clock.nowMs());
  await clock.advance(1);
  answer();
  expect((await first).kind).toBe("no-holder");
  expect((await second).kind).toBe("overloaded");
  expect(asked).toHaveLength(1);
});
