import fc from "fast-check";
import type { OutboxLane, OutboxResult } from "../../../src/delivery/ports.ts";
import type { Sale } from "../../../src/sale/event.ts";

/** Quotas of the sales of an event; their windows follow each other. */
export type EventShape = readonly number[];

/** `event`, `sale`, `batch` and `claim` are taken modulo what there is, so that any step can come at any time. */
export type Step =
  | { readonly kind: "commit"; readonly sale: number; readonly members: readonly MemberShape[] }
  | { readonly kind: "commit-again"; readonly batch: number }
  | { readonly kind: "find-holders"; readonly event: number; readonly people: readonly number[] }
  | { readonly kind: "set-quota"; readonly sale: number; readonly quota: number }
  | { readonly kind: "rename"; readonly event: number; readonly name: string }
  | { readonly kind: "pause"; readonly event: number; readonly isPaused: boolean }
  | { readonly kind: "claim"; readonly lane: OutboxLane; readonly want: Want }
  | { readonly kind: "settle"; readonly lane: OutboxLane; readonly settled: readonly Settled[] }
  | { readonly kind: "pause-lane"; readonly lane: OutboxLane; readonly isPaused: boolean }
  | { readonly kind: "boot" };

export interface MemberShape {
  readonly person: number;
  /** `same`: as the last time this person asked. */
  readonly ids: "minted" | "same" | "id-of-another" | "key-of-another";
  readonly taken: "before" | "just-before" | "opening" | "amid" | "last" | "closing" | "after";
  readonly oddity: Oddity | null;
}

export interface Oddity {
  readonly column: "name" | "email" | "locale";
  readonly text: "nul" | "longest" | "too-long" | "spaces-beyond" | "half-a-pair";
}

interface Want {
  readonly countMax: number;
  readonly leaseMs: number;
}

interface Settled {
  readonly claim: number;
  readonly result: OutboxResult;
}

/** Few enough that most ask more than once. */
const PERSON_COUNT = 10;
const QUOTA_MAX = 12;
const MICROSECOND_MS = 0.001;
const HOUR_MS = 3_600_000;
/** Of the columns, in characters. */
const LENGTH_MAX = { name: 1_920, email: 254, locale: 35 };
const LONG_AGO_MS = Date.UTC(2000, 0, 1);
const FAR_AHEAD_MS = Date.UTC(2100, 0, 1);

const index = fc.nat({ max: 100 });
const person = fc.integer({ min: 1, max: PERSON_COUNT });
const quota = fc.integer({ min: 1, max: QUOTA_MAX });
const lane = fc.constantFrom<OutboxLane>("confirmation-sms", "mail");

const minted = fc.constant<MemberShape["ids"]>("minted");
const anyIds = fc.oneof(
  { weight: 4, arbitrary: minted },
  { weight: 4, arbitrary: fc.constant<MemberShape["ids"]>("same") },
  fc.constantFrom<MemberShape["ids"]>("id-of-another", "key-of-another"),
);
const oddity: fc.Arbitrary<Oddity> = fc.record({
  column: fc.constantFrom("name", "email", "locale"),
  text: fc.constantFrom("nul", "longest", "too-long", "spaces-beyond", "half-a-pair"),
});
const taken = fc.oneof(
  { weight: 6, arbitrary: fc.constant<MemberShape["taken"]>("amid") },
  fc.constantFrom<MemberShape["taken"]>(
    "before",
    "just-before",
    "opening",
    "last",
    "closing",
    "after",
  ),
);

function members(
  ids: fc.Arbitrary<MemberShape["ids"]>,
  odd: fc.Arbitrary<Oddity | null>,
): fc.Arbitrary<readonly MemberShape[]> {
  const member = fc.record({ person, ids, taken, oddity: odd });
  return fc.array(member, { minLength: 1, maxLength: 12 });
}

/** Of a text and a key that cannot be stored, the two meet another first: a batch has only one sort. */
const batch = fc.oneof(
  members(anyIds, fc.constant(null)),
  members(minted, fc.option(oddity, { freq: 8 })),
);

const result = fc.oneof(
  fc.record({ kind: fc.constant("sent" as const), providerId: fc.string() }),
  fc.record({ kind: fc.constantFrom("failed" as const, "unknown" as const), reason: fc.string() }),
  fc.record({
    kind: fc.constant("retry" as const),
    dueAtMs: fc.constantFrom(LONG_AGO_MS, FAR_AHEAD_MS),
    reason: fc.string(),
  }),
);

export const eventShape: fc.Arbitrary<EventShape> = fc.array(quota, { minLength: 1, maxLength: 3 });

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("commit"), sale: index, members: batch }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("commit-again"), batch: index }) },
  fc.record({ kind: fc.constant("find-holders"), event: index, people: fc.array(person) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("set-quota"), sale: index, quota }) },
  fc.record({
    kind: fc.constant("rename"),
    event: index,
    name: fc.constantFrom("Boi Mela", "Book Fair"),
  }),
  fc.record({ kind: fc.constant("pause"), event: index, isPaused: fc.boolean() }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("claim"),
      lane,
      want: fc.record({ countMax: fc.nat({ max: 12 }), leaseMs: fc.constantFrom(0, HOUR_MS) }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("settle"),
      lane,
      settled: fc.array(fc.record({ claim: index, result }), { maxLength: 8 }),
    }),
  },
  fc.record({ kind: fc.constant("pause-lane"), lane, isPaused: fc.boolean() }),
  fc.constant({ kind: "boot" }),
);

/** Edges are told apart by a microsecond, which is the least that PostgreSQL does. */
export function takenAtMs(taken: MemberShape["taken"], { opensAtMs, closesAtMs }: Sale): number {
  switch (taken) {
    case "before":
      return opensAtMs - HOUR_MS;
    case "just-before":
      return opensAtMs - MICROSECOND_MS;
    case "opening":
      return opensAtMs;
    case "amid":
      return (opensAtMs + closesAtMs) / 2;
    case "last":
      return closesAtMs - MICROSECOND_MS;
    case "closing":
      return closesAtMs;
    case "after":
      return closesAtMs + HOUR_MS;
  }
}

export function oddText({ column, text }: Oddity): string {
  const lengthMax = LENGTH_MAX[column];
  switch (text) {
    case "nul":
      return "a\0b";
    case "longest":
      return "😀".repeat(lengthMax);
    case "too-long":
      return "😀".repeat(lengthMax + 1);
    case "spaces-beyond":
      return `${"a".repeat(lengthMax)}   `;
    case "half-a-pair":
      return "a\ud800b";
  }
}
