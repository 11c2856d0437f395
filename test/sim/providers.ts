import type {
  Mail,
  Mailer,
  RenderOutcome,
  SendOutcome,
  TicketRenderer,
} from "../../src/delivery/ports.ts";
import type { Random } from "../support/random.ts";
import type { Machine, Settle } from "./machine.ts";
import type { Schedule } from "./schedule.ts";
import type { Faults } from "./swarm.ts";

/** What the outside of the service does to a message, by the faults of the moment. */
export interface ProviderOptions {
  readonly schedule: Schedule;
  readonly random: Random;
  readonly faults: () => Faults;
}

const SEND_RISK = 5;
const OUTAGE_MS = { min: 1_000, max: 30_000 } as const;
const ANSWER_MS = { min: 20, max: 800 } as const;

/** Something that can be out of order for a while. */
export abstract class Provider {
  protected readonly options: ProviderOptions;
  #isDown = false;
  #answerCount = 0;

  constructor(options: ProviderOptions) {
    this.options = options;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  fail(): void {
    const { schedule, random } = this.options;
    this.#isDown = true;
    schedule.after(random.magnitude(OUTAGE_MS.min, OUTAGE_MS.max), () => {
      this.#isDown = false;
    });
  }

  protected accepted(): { readonly kind: "accepted"; readonly providerId: string } {
    this.#answerCount += 1;
    return { kind: "accepted", providerId: `provider-${this.#answerCount}` };
  }

  protected answer<Outcome>(settle: Settle<Outcome>, outcome: Outcome): void {
    const { schedule, random } = this.options;
    const afterMs = random.magnitude(ANSWER_MS.min, ANSWER_MS.max);
    schedule.after(afterMs, () => settle.resolve(outcome));
  }
}

/** A mail server that throttles, loses its answer after the dot, bounces, and goes down. */
export class SimulatedMailServer extends Provider {
  readonly #onTaken: (mail: Mail, by: Machine) => void;

  constructor(options: ProviderOptions, onTaken: (mail: Mail, by: Machine) => void) {
    super(options);
    this.#onTaken = onTaken;
  }

  mailerOf(machine: Machine): Mailer {
    return {
      name: "simulated",
      send: (mail, signal) =>
        machine.call<SendOutcome>(
          "a mail",
          (settle) => this.#take({ mail, machine, signal }, settle),
          SEND_RISK,
        ),
    };
  }

  /** Cut off, it knows whether it had given the server the whole mail, as the real mailer does. */
  #take({ mail, machine, signal }: MailTrip, settle: Settle<SendOutcome>): void {
    const { random, faults } = this.options;
    const rates = faults();
    const isTaken = !signal.aborted && this.#takes(rates);
    const dropped: SendOutcome = { kind: "unknown", reason: "dropped after the dot" };
    signal.addEventListener("abort", () => settle.resolve(isTaken ? dropped : retry("cut off")));
    if (signal.aborted) return settle.resolve(retry("cut off"));
    if (!isTaken) return this.answer(settle, retry("421"));
    if (random.chance(rates.mailBouncedRate)) {
      return this.answer(settle, { kind: "refused", reason: "550 no such mailbox" });
    }
    this.#onTaken(mail, machine);
    const isLost = random.chance(rates.mailLostAnswerRate);
    this.answer(settle, isLost ? dropped : this.accepted());
  }

  #takes({ mailThrottledRate }: Faults): boolean {
    return !this.isDown && !this.options.random.chance(mailThrottledRate);
  }
}

interface MailTrip {
  readonly mail: Mail;
  readonly machine: Machine;
  readonly signal: AbortSignal;
}

/** The drawing of a ticket, which may be busy, fail or hang. */
export function simulatedRenderer(machine: Machine, options: ProviderOptions): TicketRenderer {
  const { schedule, random, faults } = options;
  return {
    render: (sheet) =>
      machine.call<RenderOutcome>("a ticket to draw", (settle) => {
        const rates = faults();
        if (random.chance(rates.renderHangRate)) return;
        const outcome: RenderOutcome = random.chance(rates.renderBusyRate)
          ? { kind: "busy", retryAfterMs: 1_000 }
          : random.chance(rates.renderFailedRate)
            ? { kind: "failed", reason: "a fault in a thread" }
            : { kind: "rendered", pdf: new TextEncoder().encode(sheet.registrationId) };
        schedule.after(random.magnitude(5, 500), () => settle.resolve(outcome));
      }),
  };
}

function retry(reason: string): SendOutcome {
  return { kind: "retry", afterMs: 0, reason };
}
