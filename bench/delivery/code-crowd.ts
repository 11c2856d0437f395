import type { Clock } from "../../src/actor/clock.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import type { FinalOutcome, SmsSender } from "../../src/delivery/sms-sender.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { phoneNumber } from "../../test/support/harness.ts";

export interface CodeCrowdOptions {
  readonly sender: Pick<SmsSender, "offer">;
  readonly clock: Clock;
  readonly personCount: number;
  readonly text: (code: string) => string;
}

/** Someone whose code was taken. */
export interface ServedPerson {
  readonly phone: string;
  /** Since the epoch, as the next. */
  readonly takenAtMs: number;
  /** The code is still worth sending until then. */
  readonly untilMs: number;
  readonly outcome: FinalOutcome["kind"];
}

const ASKS_PER_S = 20_000;

/** People who all ask for a code at once, and who come back when they are told to. */
export class CodeCrowd {
  /** How often somebody was told to come back. */
  refusalCount = 0;
  readonly #options: CodeCrowdOptions;
  readonly #served: ServedPerson[] = [];
  readonly #everyone = Promise.withResolvers<readonly ServedPerson[]>();

  constructor(options: CodeCrowdOptions) {
    this.#options = options;
  }

  /** Resolves when everyone's code has its outcome. */
  ask(): Promise<readonly ServedPerson[]> {
    const { clock, personCount } = this.#options;
    for (let index = 0; index < personCount; index += 1) {
      clock.after((1_000 * index) / ASKS_PER_S, () => this.#askOne(index));
    }
    return this.#everyone.promise;
  }

  #askOne(index: number): void {
    const { sender, clock, text } = this.#options;
    const phone = phoneNumber(index) as Phone;
    const takenAtMs = clock.nowMs();
    const untilMs = takenAtMs + OTP_POLICY.challengeTtlMs - OTP_POLICY.codeLifeMsMin;
    const answer = sender.offer({
      phone,
      text: text(String(index).padStart(6, "0")),
      untilMs,
      onOutcome: ({ kind }) => this.#note({ phone, takenAtMs, untilMs, outcome: kind }),
    });
    switch (answer.kind) {
      case "taken":
        return;
      case "refused":
        this.refusalCount += 1;
        clock.after(answer.retryAfterMs, () => this.#askOne(index));
    }
  }

  #note(person: ServedPerson): void {
    this.#served.push(person);
    if (this.#served.length === this.#options.personCount) this.#everyone.resolve(this.#served);
  }
}
