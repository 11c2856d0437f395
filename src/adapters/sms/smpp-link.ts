import { pause } from "../../delivery/attempt.ts";
import type { SmppSessionOptions } from "./smpp-session.ts";
import { answerText, SmppSession } from "./smpp-session.ts";
import { isAccountRefused } from "./smpp-status.ts";

/** What an operator wants to know of the way to the SMSC; no reason holds an address or a secret. */
export type SmppLinkEvent =
  | { readonly kind: "bound" }
  /** It is tried again soon. */
  | { readonly kind: "unbound"; readonly reason: string }
  /** The SMSC refuses the account, which a person has to mend; it is tried again once a minute. */
  | { readonly kind: "account-refused"; readonly reason: string };

export interface SmppLinkOptions extends SmppSessionOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly observer: (event: SmppLinkEvent) => void;
}

const BIND_FIRST_MS = 1_000;
const BIND_MAX_MS = 30_000;
/** SMSCs lock accounts that knock with a wrong password too often. */
const BIND_REFUSED_MS = 60_000;

/** Keeps a session bound, from the start to the stop. */
export class SmppLink {
  readonly #options: SmppLinkOptions;
  readonly #stopping = new AbortController();
  readonly #firstTry = Promise.withResolvers<void>();
  #running: Promise<void> | null = null;
  #latest: SmppSession | null = null;
  #isBound = false;
  #nextBindAtMs = 0;

  constructor(options: SmppLinkOptions) {
    this.#options = options;
  }

  /** Null while none is bound. */
  get session(): SmppSession | null {
    return this.#isBound ? this.#latest : null;
  }

  /** Milliseconds until it is worth looking again. */
  get bindInMs(): number {
    return Math.max(this.#nextBindAtMs - this.#options.clock.nowMs(), BIND_FIRST_MS);
  }

  /** Resolves when the first try to bind has ended, either way. */
  start(): Promise<void> {
    if (!this.#stopping.signal.aborted) this.#running ??= this.#keepBound();
    return this.#firstTry.promise;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.session?.unbind();
    this.#latest?.end("stopped");
    await this.#running;
    this.#firstTry.resolve();
  }

  async #keepBound(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    let failureCount = 0;
    while (!signal.aborted) {
      const tried = await this.#bindOnce();
      failureCount = tried === "bound" ? 1 : failureCount + 1;
      const waitMs = tried === "account-refused" ? BIND_REFUSED_MS : this.#backoffMs(failureCount);
      this.#nextBindAtMs = clock.nowMs() + waitMs;
      await pause(clock, waitMs, signal);
    }
  }

  /** One session, to its end; answers how far it came. */
  async #bindOnce(): Promise<SmppLinkEvent["kind"]> {
    const { observer } = this.#options;
    const { signal } = this.#stopping;
    const session = new SmppSession(this.#options);
    this.#latest = session;
    const answer = await session.bind();
    this.#isBound = answer.kind === "answered" && answer.status === 0;
    if (this.#isBound) observer({ kind: "bound" });
    else session.end(answerText(answer));
    this.#firstTry.resolve();
    const reason = await session.ended;
    const wasBound = this.#isBound;
    this.#isBound = false;
    const isRefused = answer.kind === "answered" && isAccountRefused(answer.status);
    const kind = isRefused ? "account-refused" : "unbound";
    if (!signal.aborted) observer({ kind, reason });
    return wasBound ? "bound" : kind;
  }

  /** Milliseconds: anywhere up to a ceiling that doubles, so that not all come back to an SMSC at once. */
  #backoffMs(failureCount: number): number {
    const ceilingMs = Math.min(BIND_MAX_MS, BIND_FIRST_MS * 2 ** failureCount);
    return BIND_FIRST_MS + this.#options.random() * (ceilingMs - BIND_FIRST_MS);
  }
}
