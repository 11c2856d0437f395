import { expect, test } from "bun:test";
import type { ResendMailOutcome } from "../../src/registration/outcome.ts";
import type { MailResent } from "../../src/registration/ports.ts";
import { RESEND_PACE, resendMail } from "../../src/registration/resend-mail.ts";
import { away, KEY, TicketChangeWorld } from "./ticket-change-world.ts";

const CASES: readonly [MailResent, ResendMailOutcome][] = [
  [
    { kind: "queued", leftCount: 0 },
    { kind: "mail-queued", mailsLeftToday: 0 },
  ],
  [{ kind: "under-way" }, { kind: "rate-limited", retryAfterS: 60 }],
  [
    { kind: "spent", waitMs: 3_600_001 },
    { kind: "rate-limited", retryAfterS: 3_601 },
  ],
  [
    { kind: "spent", waitMs: 0 },
    { kind: "rate-limited", retryAfterS: 1 },
  ],
  [{ kind: "not-found" }, { kind: "not-found" }],
];

test.each(CASES)("what the store calls %j is told as %j", async (resent, outcome) => {
  const world = new TicketChangeWorld();
  world.resent = async () => resent;
  expect(await resendMail({ key: KEY }, world.deps)).toEqual(outcome);
});

test("three mails are given in any 24 hours", () => {
  expect(RESEND_PACE).toEqual({ countMax: 3, withinMs: 86_400_000 });
});

test("a database that is away, or silent, is a wait", async () => {
  const world = new TicketChangeWorld();
  const overloaded = { kind: "overloaded", retryAfterS: 2 } as const;
  world.resent = away;
  expect(await resendMail({ key: KEY }, world.deps)).toEqual(overloaded);
  world.resent = () => new Promise(() => {});
  const asking = resendMail({ key: KEY }, world.deps);
  await world.clock.advance(5_000);
  expect(await asking).toEqual(overloaded);
});
