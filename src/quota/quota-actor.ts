import { ok as assert } from "node:assert";
import type { ActorOptions, ActorRefusal } from "../actor/actor.ts";
import { Actor } from "../actor/actor.ts";
import type { GroupCommitLimits } from "../actor/group-commit.ts";
import { GroupCommit } from "../actor/group-commit.ts";
import type { Sale } from "../sale/event.ts";
import type { SaleState } from "../sale/sale.ts";
import type { CommitPace, SettledOutcome } from "./commit-loop.ts";
import { commitUntilKnown } from "./commit-loop.ts";
import type { Candidate, RegistrationStore } from "./ports.ts";
import type { QuotaState } from "./quota.ts";
import { decide, withSale, withSold } from "./quota.ts";

/** A claim before the quota actor has taken it. */
export type Claim = Omit<Candidate, "takenAtMs">;

export type ClaimOutcome =
  | SettledOutcome
  | { readonly kind: "refuse"; readonly state: Exclude<SaleState, "open"> }
  /** The queue before the commit is full, or the database has been away for a while. */
  | { readonly kind: "overloaded" }
  /** Waited past its deadline and was dropped before any commit was tried. */
  | { readonly kind: "timed-out" }
  | ActorRefusal;

export interface QuotaActorOptions {
  readonly store: RegistrationStore;
  readonly actor: ActorOptions;
  readonly commit: GroupCommitLimits & Omit<CommitPace, "clock">;
  /** A commit in trouble for longer than this sheds new claims at once. */
  readonly stallShedMs: number;
  /** A claim older than this when its batch starts has no one waiting for it. */
  readonly claimTimeoutMs: number;
  readonly onCommitted: (batch: { readonly memberCount: number; readonly tookMs: number }) => void;
}

type QuotaMessage =
  | { readonly kind: "claim"; readonly claim: Claim }
  | {
      readonly kind: "sale";
      readonly sale: Sale;
      readonly isPaused: boolean;
      readonly sold: number;
    }
  | { readonly kind: "sold"; readonly sold: number };

/** What a turn answers a claim: the outcome, or the promise of the commit it was forwarded to. */
type QuotaReply = ClaimOutcome | Promise<ClaimOutcome> | { readonly kind: "noted" };

/** The one place through which a sale's claims go: takes them in order, forwards them in batches. */
export class QuotaActor {
  readonly #actor: Actor<QuotaMessage, QuotaReply>;
  readonly #commits: GroupCommit<Candidate, ClaimOutcome>;
  readonly #options: QuotaActorOptions;
  #state: QuotaState;
  #troubleSinceMs: number | null = null;

  constructor(state: QuotaState, options: QuotaActorOptions) {
    this.#state = state;
    this.#options = options;
    this.#actor = new Actor((message, nowMs) => this.#turn(message, nowMs), options.actor);
    this.#commits = new GroupCommit((members) => this.#commit(members), options.commit);
  }

  get sold(): number {
    return this.#state.sold;
  }

  get waitingCount(): number {
    return this.#actor.waitingCount + this.#commits.waitingCount;
  }

  async claim(claim: Claim): Promise<ClaimOutcome> {
    const reply = await this.#actor.ask({ kind: "claim", claim });
    assert(reply.kind !== "noted", "a claim is answered with its outcome");
    return reply;
  }

  /** The sale as the database has it now. */
  refresh(sale: Sale, isPaused: boolean, sold: number): void {
    this.#actor.tell({ kind: "sale", sale, isPaused, sold });
  }

  async drain(): Promise<void> {
    await this.#actor.drain();
    await this.#commits.drain();
  }

  #turn(message: QuotaMessage, nowMs: number): QuotaReply {
    switch (message.kind) {
      case "claim":
        return this.#take(message.claim, nowMs);
      case "sale":
        this.#state = withSale(withSold(this.#state, message.sold), message.sale, message.isPaused);
        return { kind: "noted" };
      case "sold":
        this.#state = withSold(this.#state, message.sold);
        return { kind: "noted" };
    }
  }

  #take(claim: Claim, nowMs: number): QuotaReply {
    const decision = decide(this.#state, nowMs);
    if (decision.kind === "refuse") return decision;
    if (this.#troubleSinceMs !== null && nowMs - this.#troubleSinceMs > this.#options.stallShedMs) {
      return { kind: "overloaded" };
    }
    const candidate = { ...claim, takenAtMs: decision.takenAtMs };
    return this.#commits.submit(candidate) ?? { kind: "overloaded" };
  }

  async #commit(members: readonly Candidate[]): Promise<readonly ClaimOutcome[]> {
    const { store, actor, commit, claimTimeoutMs, onCommitted } = this.#options;
    const startMs = actor.clock.nowMs();
    const isLate = (member: Candidate) => startMs - member.takenAtMs > claimTimeoutMs;
    const awaited = members.filter((member) => !isLate(member));
    const settled =
      awaited.length === 0
        ? { outcomes: [], sold: null }
        : await commitUntilKnown(store, this.#state.sale.id, awaited, {
            ...commit,
            clock: actor.clock,
            onTrouble: (answer) => {
              this.#troubleSinceMs ??= actor.clock.nowMs();
              commit.onTrouble(answer);
            },
          });
    this.#troubleSinceMs = null;
    if (settled.sold !== null) {
      this.#actor.tell({ kind: "sold", sold: settled.sold });
      onCommitted({ memberCount: awaited.length, tookMs: actor.clock.nowMs() - startMs });
    }
    const outcomes = settled.outcomes.values();
    return members.map((member) => (isLate(member) ? { kind: "timed-out" } : next(outcomes)));
  }
}

function next(outcomes: Iterator<ClaimOutcome>): ClaimOutcome {
  const { value, done } = outcomes.next();
  assert(done !== true, "a commit answers one outcome per member");
  return value;
}
