import type {
  Mail,
  Mailer,
  RenderOutcome,
  SendOutcome,
  SmsGateway,
  SmsMessage,
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
const DELIVERY_MS = { min: 50, max: 4_000 } as const;

/** Something that can be out of order for a while. */
abstract class Provider {
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

  protected accepted(): SendOutcome {
    this.#answerCount += 1;
    return { kind: "accepted", providerId: `provider-${this.#answerCount}` };
  }

  protected answer(settle: Settle<SendOutcome>, outcome: SendOutcome): void {
    const { schedule, random } = this.options;
    const afterMs = random.magnitude(ANSWER_MS.min, ANSWER_MS.max);
    schedule.after(afterMs, () => settle.resolve(outcome));
  }
}

/** An SMS provider that throttles, loses its answer after it has accepted, sends twice, lies, and goes down. */
export class SimulatedSmsProvider extends Provider {
  readonly #onDelivered: (message: SmsMessage) => void;

  /** `onDelivered`: the phone has it. */
  constructor(options: ProviderOptions, onDelivered: (message: SmsMessage) => void) {
    super(options);
    this.#onDelivered = onDelivered;
  }

  /** `onAccepted`: the process hears now that the message was taken. */
  gatewayOf(machine: Machine, onAccepted: (message: SmsMessage) => void): SmsGateway {
    return {
      name: "simulated",
      send: (message) =>
        machine.call<SendOutcome>("an SMS", ({ resolve, reject }) =>
          this.#take(message, {
            reject,
            resolve: (outcome) => {
              if (outcome.kind === "accepted") machine.deliver(() => onAccepted(message));
              resolve(outcome);
            },
          }),
        ),
    };
  }

  #take(message: SmsMessage, settle: Settle<SendOutcome>): void {
    const { random, faults } = this.options;
    const rates = faults();
    if (this.isDown) return this.answer(settle, retry("out of order"));
    if (random.chance(rates.smsThrottledRate)) return this.answer(settle, retry("throttled"));
    if (!random.chance(rates.smsLieRate)) this.#deliver(message);
    if (random.chance(rates.smsTwiceRate)) this.#deliver(message);
    if (random.chance(rates.smsLostAnswerRate)) return;
    this.answer(settle, this.accepted());
  }

  #deliver(message: SmsMessage): void {
    const { schedule, random } = this.options;
    schedule.after(random.magnitude(DELIVERY_MS.min, DELIVERY_MS.max), () =>
      this.#onDelivered(message),
    );
  }
}

/** A mail server that throttles, loses its answer after the dot, bounces, and goes down. */
export class SimulatedMailServer extends Provider {
  readonly #onTaken: (mail: Mail) => void;

  constructor(options: ProviderOptions, onTaken: (mail: Mail) => void) {
    super(options);
    this.#onTaken = onTaken;
  }

  mailerOf(machine: Machine): Mailer {
    return {
      name: "simulated",
      send: (mail, signal) =>
        machine.call<SendOutcome>(
          "a mail",
          (settle) => this.#take(mail, signal, settle),
          SEND_RISK,
        ),
    };
  }

  /** Cut off, it knows whether it had given the server the whole mail, as the real mailer does. */
  #take(mail: Mail, signal: AbortSignal, settle: Settle<SendOutcome>): void {
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
    this.#onTaken(mail);
    const isLost = random.chance(rates.mailLostAnswerRate);
    this.answer(settle, isLost ? dropped : this.accepted());
  }

  #takes({ mailThrottledRate }: Faults): boolean {
    return !this.isDown && !this.options.random.chance(mailThrottledRate);
  }
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
