import type { Mutant } from "./mutant.ts";

const LANE = "src/delivery/lane-relay.ts";

/** Bugs of what is owed after the commit. */
export const deliveryMutants: readonly Mutant[] = [
  {
    name: "gives a row up after its first failed try",
    patches: [
      {
        file: LANE,
        find: `if (item.tries >= limits.triesMax) return { kind: "failed", reason };`,
        replace: `if (item.tries >= 1) return { kind: "failed", reason };`,
      },
    ],
  },
  {
    name: "calls a mail sent that was put off",
    patches: [
      {
        file: LANE,
        find: `if (item.tries >= limits.triesMax) return { kind: "failed", reason };`,
        replace: `if (item.tries >= 0) return { kind: "sent", providerId: reason };`,
      },
    ],
  },
  {
    name: "stops the relay at the first failure of the store",
    patches: [
      {
        file: LANE,
        find: `      observer.storeFailed(lane, error);
      if`,
        replace: `      observer.storeFailed(lane, error);
      await new Promise(() => undefined);
      if`,
      },
    ],
  },
  {
    name: "never wakes up for new rows and never polls",
    patches: [
      {
        file: LANE,
        find: "const cancel = clock.after(waitMs, begin);",
        replace: "const cancel = clock.after(waitMs * 1_000_000, begin);",
      },
      {
        file: LANE,
        find: `    this.#mayHaveMore = true;
    this.#poke();`,
        replace: "",
      },
    ],
  },
  {
    name: "calls an unknown mail bounced",
    patches: [
      {
        file: LANE,
        find: `return { kind: "unknown", reason: storable(outcome.reason) };`,
        replace: `return { kind: "failed", reason: storable(outcome.reason) };`,
      },
    ],
  },
];
