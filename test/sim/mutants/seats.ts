import type { Mutant } from "./mutant.ts";

const QUOTA_ACTOR = "src/quota/quota-actor.ts";
const COMMIT_LOOP = "src/quota/commit-loop.ts";
const CONFIRM = "src/registration/confirm.ts";

/** Bugs on the way from a claim to its answer. */
export const seatMutants: readonly Mutant[] = [
  {
    name: "answers before the commit",
    patches: [
      {
        file: QUOTA_ACTOR,
        find: `return this.#commits.submit(candidate) ?? { kind: "overloaded" };`,
        replace: `void this.#commits.submit(candidate);
          return { kind: "committed", seat: { registrationId: candidate.registrationId, ticketKey: candidate.ticketKey, ordinal: this.#state.sold + 1 } };`,
      },
    ],
  },
  {
    name: "takes an unknown commit for a refused one",
    patches: [
      {
        file: COMMIT_LOOP,
        find: `if (answer.kind === "refused") return halve`,
        replace: `return halve`,
      },
    ],
  },
  {
    name: "swallows an unknown commit and tells everyone full",
    patches: [
      {
        file: COMMIT_LOOP,
        find: `await sleep(pace.clock, waitMs);`,
        replace: `return { outcomes: members.map(() => ({ kind: "full" })), sold: null };`,
      },
    ],
  },
  {
    name: "mints new ids for the second try",
    patches: [
      {
        file: COMMIT_LOOP,
        find: `    await sleep(pace.clock, waitMs);`,
        replace: `    await sleep(pace.clock, waitMs);
      members = members.map((member) => ({ ...member, registrationId: member.registrationId.replace(/^./, "f").replace(/.$/, "0") }));`,
      },
    ],
  },
  {
    name: "halves a refused batch and loses the row in the middle",
    patches: [
      {
        file: COMMIT_LOOP,
        find: "members.slice(middle), pace",
        replace: "members.slice(middle + 1), pace",
      },
    ],
  },
  {
    name: "lets a poisonous row cost its neighbours",
    patches: [
      {
        file: COMMIT_LOOP,
        find: `  if (members.length === 1) {
    return { outcomes: [{ kind: "poisonous", error: answer.error }], sold: null };`,
        replace: `  if (members.length > 0) {
    return { outcomes: members.map(() => ({ kind: "poisonous", error: answer.error })), sold: null };`,
      },
    ],
  },
  {
    name: "counts a late twin twice",
    patches: [
      {
        file: QUOTA_ACTOR,
        find: `this.#actor.tell({ kind: "sold", sold: settled.sold });`,
        replace: `this.#actor.tell({ kind: "sold", sold: this.#state.sold + awaited.length });`,
      },
    ],
  },
  {
    name: "gives the outcomes of a batch to the wrong members",
    patches: [
      {
        file: "src/actor/group-commit.ts",
        find: "outcomes[index] as Outcome",
        replace: "outcomes[batch.length - 1 - index] as Outcome",
      },
    ],
  },
  {
    name: "keeps the last seat back",
    patches: [
      {
        file: "src/sale/sale.ts",
        find: "if (at.sold >= sale.quota)",
        replace: "if (at.sold + 1 >= sale.quota)",
      },
    ],
  },
  {
    name: "lets who is early in as of the opening",
    patches: [
      {
        file: "src/quota/quota.ts",
        find: `  return now === "open" ?`,
        replace: `  if (now === "verifying") return { kind: "forward", takenAtMs: sale.opensAtMs };
        return now === "open" ?`,
      },
    ],
  },
  {
    name: "judges the opening by the machine's own clock",
    patches: [
      {
        file: "src/actor/disciplined-clock.ts",
        find: "return new DisciplinedClock(options, await sampleOffsetMs(options, START_SAMPLE_COUNT));",
        replace: "return new DisciplinedClock(options, 0);",
      },
    ],
  },
  {
    name: "turns on the wall clock",
    patches: [
      {
        file: "src/actor/actor.ts",
        find: `    if (this.#isStopping) return false;
    const nowMs = this.#options.clock.nowMs();`,
        replace: `    if (this.#isStopping) return false;
    const nowMs = Date.now();`,
      },
    ],
  },
  {
    name: "tells a holder what the sale says",
    patches: [
      {
        file: CONFIRM,
        find: "return answerHolder(phone, view, { otherwise }, deps);\n  }\n}",
        replace: "return Promise.resolve(otherwise);\n  }\n}",
      },
    ],
  },
  {
    name: "calls a claim that timed out full",
    patches: [
      {
        file: CONFIRM,
        find: `    case "mailbox-full":
    case "timed-out":`,
        replace: `    case "timed-out":
      return { kind: "sale-full" };
    case "mailbox-full":`,
      },
    ],
  },
  {
    name: "follows the organiser no more after one failed look",
    patches: [
      {
        file: "src/registration/event-catalogue.ts",
        find: `      this.#options.onError(error);
    }
    this.#schedule();`,
        replace: `      this.#options.onError(error);
      return;
    }
    this.#schedule();`,
      },
    ],
  },
];
