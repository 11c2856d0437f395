import type { Clock } from "./clock.ts";
import { Mailbox } from "./mailbox.ts";
import type { Ticker } from "./ticker.ts";

/** What the kernel itself can answer an ask with. */
export type ActorRefusal =
  | { readonly kind: "mailbox-full" }
  | { readonly kind: "timed-out" }
  | { readonly kind: "stopping" }
  /** The turn threw; being pure, it changed nothing. */
  | { readonly kind: "turn-failed" };

export interface ActorOptions {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly mailboxCountMax: number;
  readonly turnsPerTickMax: number;
  readonly askTimeoutMs: number;
  readonly onFailedTurn: (error: unknown) => void;
}

interface Letter<Message, Reply> {
  readonly message: Message;
  readonly deadlineMs: number;
  readonly answer: (reply: Reply | ActorRefusal) => void;
}

/**
 * One behaviour, one mailbox, one turn at a time. A turn is a synchronous function, so an idle actor
 * answers within the call that asks; the mailbox fills only when the turns of one tick are used up,
 * and then a letter that waited past its deadline is dropped unread. Hence asks need no timers.
 */
export class Actor<Message, Reply> {
  readonly #turn: (message: Message, nowMs: number) => Reply;
  readonly #options: ActorOptions;
  readonly #mailbox: Mailbox<Letter<Message, Reply>>;
  #tick = -1;
  #turnsInTick = 0;
  #isInTurn = false;
  #isResuming = false;
  #isStopping = false;
  #onEmpty: (() => void)[] = [];

  constructor(turn: (message: Message, nowMs: number) => Reply, options: ActorOptions) {
    this.#turn = turn;
    this.#options = options;
    this.#mailbox = new Mailbox(options.mailboxCountMax);
  }

  get waitingCount(): number {
    return this.#mailbox.count;
  }

  ask(message: Message): Promise<Reply | ActorRefusal> {
    return new Promise((resolve) => {
      if (!this.#send(message, resolve)) {
        resolve({ kind: this.#isStopping ? "stopping" : "mailbox-full" });
      }
    });
  }

  /** False when the mailbox is full or the actor is stopping. */
  tell(message: Message): boolean {
    return this.#send(message, ignore);
  }

  /** Takes nothing more; resolves when the mailbox is empty. */
  drain(): Promise<void> {
    this.#isStopping = true;
    if (this.#mailbox.count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  #send(message: Message, answer: (reply: Reply | ActorRefusal) => void): boolean {
    if (this.#isStopping) return false;
    const nowMs = this.#options.clock.nowMs();
    if (this.#mailbox.count === 0 && this.#mayRunNow()) {
      answer(this.#run(message, nowMs));
      return true;
    }
    const deadlineMs = nowMs + this.#options.askTimeoutMs;
    const isTaken = this.#mailbox.offer({ message, deadlineMs, answer });
    if (isTaken) this.#resumeNextTick();
    return isTaken;
  }

  #mayRunNow(): boolean {
    if (this.#isInTurn) return false;
    const tick = this.#options.ticker.current();
    if (tick !== this.#tick) {
      this.#tick = tick;
      this.#turnsInTick = 0;
    }
    return this.#turnsInTick < this.#options.turnsPerTickMax;
  }

  #run(message: Message, nowMs: number): Reply | ActorRefusal {
    this.#isInTurn = true;
    this.#turnsInTick += 1;
    try {
      return this.#turn(message, nowMs);
    } catch (error) {
      this.#options.onFailedTurn(error);
      return { kind: "turn-failed" };
    } finally {
      this.#isInTurn = false;
    }
  }

  #resumeNextTick(): void {
    if (this.#isResuming) return;
    this.#isResuming = true;
    this.#options.ticker.next(() => {
      this.#isResuming = false;
      this.#readMail();
    });
  }

  #readMail(): void {
    while (this.#mailbox.count > 0 && this.#mayRunNow()) {
      const letter = this.#mailbox.take();
      if (letter === undefined) break;
      const nowMs = this.#options.clock.nowMs();
      const isLate = nowMs > letter.deadlineMs;
      letter.answer(isLate ? { kind: "timed-out" } : this.#run(letter.message, nowMs));
    }
    if (this.#mailbox.count > 0) {
      this.#resumeNextTick();
      return;
    }
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }
}

function ignore(): void {}
