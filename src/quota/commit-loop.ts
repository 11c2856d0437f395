import type { Clock } from "../actor/clock.ts";
import { sleep } from "../actor/clock.ts";
import type { Candidate, CommitAnswer, MemberOutcome, RegistrationStore } from "./ports.ts";

export type SettledOutcome =
  | MemberOutcome
  /** PostgreSQL refuses this very row; its neighbours were not harmed. */
  | { readonly kind: "poisonous"; readonly error: Error };

export interface Settled {
  readonly outcomes: readonly SettledOutcome[];
  /** Seats given out of the sale as of the last commit; null when none succeeded. */
  readonly sold: number | null;
}

export interface CommitPace {
  readonly clock: Clock;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** Called for every answer that is not `done`. */
  readonly onTrouble: (answer: Exclude<CommitAnswer, { kind: "done" }>) => void;
}

/**
 * Commits a batch until the outcome of each member is known. Unknown is never guessed: the same ids go
 * again, and a twin of the batch that arrives late finds its phones taken. A batch that PostgreSQL
 * refuses for its data is halved down to the row that caused it.
 */
export async function commitUntilKnown(
  store: RegistrationStore,
  saleId: number,
  members: readonly Candidate[],
  pace: CommitPace,
): Promise<Settled> {
  for (let waitMs = pace.retryFirstMs; ; waitMs = Math.min(waitMs * 2, pace.retryMaxMs)) {
    const answer = await store.commitBatch(saleId, members);
    if (answer.kind === "done") return { outcomes: answer.outcomes, sold: answer.sold };
    pace.onTrouble(answer);
    if (answer.kind === "refused") return halve(store, saleId, members, { pace, answer });
    await sleep(pace.clock, waitMs);
  }
}

async function halve(
  store: RegistrationStore,
  saleId: number,
  members: readonly Candidate[],
  { pace, answer }: { pace: CommitPace; answer: Extract<CommitAnswer, { kind: "refused" }> },
): Promise<Settled> {
  if (members.length === 1) {
    return { outcomes: [{ kind: "poisonous", error: answer.error }], sold: null };
  }
  const middle = members.length >> 1;
  const first = await commitUntilKnown(store, saleId, members.slice(0, middle), pace);
  const second = await commitUntilKnown(store, saleId, members.slice(middle), pace);
  return { outcomes: [...first.outcomes, ...second.outcomes], sold: second.sold ?? first.sold };
}
