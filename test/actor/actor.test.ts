import { expect, test } from "bun:test";
import { Actor } from "../../src/actor/actor.ts";
import { Ticker } from "../../src/actor/ticker.ts";
import { ManualClock } from "../support/manual-clock.ts";

function makeActor(
  turn: (message: number, nowMs: number) => { readonly kind: "seen"; readonly message: number },
  bounds: { mailboxCountMax?: number; turnsPerTickMax?: number } = {},
) {
  const clock = new ManualClock(1_000);
  const failures: unknown[] = [];
  const actor = new Actor(turn, {
    clock,
    ticker: new Ticker(clock),
    mailboxCountMax: bounds.mailboxCountMax ?? 4,
    turnsPerTickMax: bounds.turnsPerTickMax ?? 2,
    askTimeoutMs: 500,
    onFailedTurn: (error) => failures.push(error),
  });
  return { actor, clock, failures };
}

const see = (message: number) => ({ kind: "seen" as const, message });

test("an idle actor has taken its turn when ask returns", () => {
  const turned: number[] = [];
  const { actor } = makeActor((message) => {
    turned.push(message);
    return see(message);
  });
  void actor.ask(7);
  expect(turned).toEqual([7]);
});

test("turns beyond the tick's share wait in the mailbox and are taken in order", async () => {
  const turned: number[] = [];
  const { actor, clock } = makeActor((message) => {
    turned.push(message);
    return see(message);
  });
  const replies = [1, 2, 3, 4, 5].map((message) => actor.ask(message));
  expect(turned).toEqual([1, 2]);
  await clock.advance(0);
  await clock.advance(0);
  expect(await Promise.all(replies)).toEqual([1, 2, 3, 4, 5].map(see));
});

test("invariant 8: a full mailbox is an answer", async () => {
  const { actor } = makeActor(see, { mailboxCountMax: 1, turnsPerTickMax: 1 });
  void actor.ask(1);
  void actor.ask(2);
  expect(await actor.ask(3)).toEqual({ kind: "mailbox-full" });
  expect(actor.tell(4)).toBe(false);
});

test("a letter that waited past its deadline is dropped unread", async () => {
  const turned: number[] = [];
  const clock = new ManualClock(1_000);
  const waiting: (() => void)[] = [];
  const stalled = {
    nowMs: () => clock.nowMs(),
    after: (_: number, task: () => void) => stall(task),
  };
  const stall = (task: () => void) => {
    waiting.push(task);
    return () => {};
  };
  const actor = new Actor(
    (message: number) => {
      turned.push(message);
      return see(message);
    },
    {
      clock: stalled,
      ticker: new Ticker(stalled),
      mailboxCountMax: 4,
      turnsPerTickMax: 1,
      askTimeoutMs: 500,
      onFailedTurn: () => {},
    },
  );
  void actor.ask(1);
  const late = actor.ask(2);
  await clock.advance(501);
  for (const task of waiting.splice(0)) task();
  expect(await late).toEqual({ kind: "timed-out" });
  expect(turned).toEqual([1]);
});

test("a turn that asks its own actor is answered after itself, never inside", async () => {
  const order: string[] = [];
  const clock = new ManualClock(1_000);
  const actor: Actor<string, { readonly kind: "seen" }> = new Actor(
    (message: string) => {
      order.push(`begin ${message}`);
      if (message === "outer") actor.tell("inner");
      order.push(`end ${message}`);
      return { kind: "seen" };
    },
    {
      clock,
      ticker: new Ticker(clock),
      mailboxCountMax: 4,
      turnsPerTickMax: 9,
      askTimeoutMs: 500,
      onFailedTurn: () => {},
    },
  );
  actor.tell("outer");
  await clock.advance(0);
  expect(order).toEqual(["begin outer", "end outer", "begin inner", "end inner"]);
});

test("a turn that throws costs its own message and no other", async () => {
  const { actor, failures } = makeActor((message) => {
    if (message === 13) throw new Error("impossible");
    return see(message);
  });
  expect(await actor.ask(13)).toEqual({ kind: "turn-failed" });
  expect(await actor.ask(1)).toEqual(see(1));
  expect(failures).toHaveLength(1);
});

test("a draining actor takes nothing more and answers what waits", async () => {
  const { actor, clock } = makeActor(see, { turnsPerTickMax: 1 });
  void actor.ask(1);
  const waiting = actor.ask(2);
  const drained = actor.drain();
  expect(await actor.ask(3)).toEqual({ kind: "stopping" });
  await clock.advance(0);
  await clock.advance(0);
  await drained;
  expect(await waiting).toEqual(see(2));
});
