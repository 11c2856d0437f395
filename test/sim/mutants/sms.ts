import type { Mutant } from "./mutant.ts";

const DISPATCHER = "src/delivery/sms-dispatcher.ts";
const SUPPLY = "src/delivery/budget-supply.ts";
const HAND = "src/delivery/budget-hand.ts";

/** Bugs of the way to the gateways, and of what it may cost. */
export const smsMutants: readonly Mutant[] = [
  {
    name: "sends as fast as it can, whatever the contract says",
    patches: [
      {
        file: "src/delivery/pace.ts",
        find: "if (this.#tokens >= 1) return pauseMs;",
        replace: "return pauseMs;",
      },
    ],
  },
  {
    name: "has more messages under way than the contract allows",
    patches: [
      {
        file: "src/delivery/gateway-route.ts",
        find: "if (this.#inFlight >= this.route.inFlightMax) return null;",
        replace: "",
      },
    ],
  },
  {
    name: "forgets a message that was throttled",
    patches: [
      {
        file: DISPATCHER,
        find: "else this.#lanes.putBack(order);\n        break;",
        replace: "break;",
      },
    ],
  },
  {
    name: "calls a throttled message sent",
    patches: [
      {
        file: DISPATCHER,
        find: "else this.#lanes.putBack(order);\n        break;",
        replace: `else order.resolve({ kind: "accepted", providerId: outcome.reason });\n        break;`,
      },
    ],
  },
  {
    name: "sends what has waited beyond its time",
    patches: [
      {
        file: DISPATCHER,
        find: "if (nowMs >= order.untilMs) order.resolve(LATE);\n      else if",
        replace: "if",
      },
    ],
  },
  {
    name: "sends a code again that is nearly dead",
    patches: [
      {
        file: "src/otp/otp.ts",
        find: "return deadlineMs - codeLifeMsMin;",
        replace: "return deadlineMs - Math.min(0, codeLifeMsMin);",
      },
    ],
  },
  {
    name: "never asks the second gateway",
    patches: [
      {
        file: DISPATCHER,
        find: "for (const route of this.#routes) {\n      const isReady",
        replace: "for (const route of this.#routes.slice(0, 1)) {\n      const isReady",
      },
    ],
  },
  {
    name: "never tries a gateway again that was out of order",
    patches: [
      {
        file: "src/delivery/breaker.ts",
        find: "return Math.max(0, this.#probeAtMs - nowMs);",
        replace: "return Number.MAX_SAFE_INTEGER;",
      },
    ],
  },
  {
    name: "puts money back for a message that may be out",
    patches: [
      {
        file: DISPATCHER,
        find: `case "unknown":
        order.resolve(outcome);`,
        replace: `case "unknown":
        this.#options.spending.putBack(taken);
        order.resolve(outcome);`,
      },
    ],
  },
  {
    name: "puts no money back for a throttled message",
    patches: [
      {
        file: DISPATCHER,
        find: `case "throttled":
        this.#options.spending.putBack(taken);`,
        replace: `case "throttled":`,
      },
    ],
  },
  {
    name: "spends a block before it is reserved",
    patches: [
      {
        file: SUPPLY,
        find: "    const answer = await this.#reserve(share, least);",
        replace: `    const { most } = this.#wish(share, least);
    const granted = hands[share].isLow() ? most : { segments: 0, micros: 0 };
    hands[share].add({ id: 0, granted, untilMs: askedMs + 1_000, ...granted });
    const answer = await this.#reserve(share, least);`,
      },
    ],
  },
  {
    name: "spends more than is in the block",
    patches: [
      {
        file: HAND,
        find: "return block !== null && block.segments >= cost.segments && block.micros >= cost.micros;",
        replace: "return block !== null && block.segments + block.micros > 0;",
      },
    ],
  },
  {
    name: "gives the same rest back again",
    patches: [
      {
        file: HAND,
        find: "      this.#aside.delete(block);\n",
        replace: "",
      },
      {
        file: HAND,
        find: "      block.segments = 0;\n      block.micros = 0;\n      return",
        replace: "      return",
      },
    ],
  },
  {
    name: "forgets what others spend in a minute",
    patches: [
      {
        file: "src/delivery/sms-budget.ts",
        find: "ageMs } of answer.news) {",
        replace: "ageMs } of answer.news.slice(0, 0)) {",
      },
    ],
  },
  {
    name: "lets codes spend what is kept for the others",
    patches: [
      {
        file: "src/delivery/budget-limits.ts",
        find: "= { codes: 80, others: 40 };",
        replace: "= { codes: 100, others: 40 };",
      },
    ],
  },
  {
    name: "mails an address that refuses mail",
    patches: [
      {
        file: "src/delivery/mail-delivery.ts",
        find: `if (item.isSuppressed) return { kind: "refused", reason: "the address refuses mail" };`,
        replace: "",
      },
    ],
  },
];
