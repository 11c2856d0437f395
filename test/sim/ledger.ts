import type { Phone } from "../../src/attendee/phone.ts";
import type {
  Asker,
  ConfirmCommand,
  RequestCodeCommand,
  VerifyCommand,
} from "../../src/registration/commands.ts";
import type {
  ConfirmOutcome,
  JoinLineOutcome,
  RequestCodeOutcome,
  VerifyOutcome,
} from "../../src/registration/outcome.ts";
import type { SaleState } from "../../src/sale/sale.ts";
import type { RegistrationRow } from "../support/tables.ts";
import type { CodeTruth, GuessSeen, Participant } from "./code-truth.ts";
import { CLOCK_TOLERANCE_MS } from "./code-truth.ts";
import type { Served } from "./hold-truth.ts";
import type { Bearer, LineTruth } from "./line-truth.ts";
import type { Watch } from "./network.ts";
import type { SaleTruth } from "./sale-truth.ts";
import type { Schedule } from "./schedule.ts";
import type { SeatTruth } from "./seat-truth.ts";
import type { Service } from "./service.ts";
import type { Timeline } from "./timeline.ts";

/** A claim's deadline and a look-up's after it, and the time a process needs to come to it. */
const ANSWER_WITHIN_MS = 12_000;

export interface LedgerOptions {
  readonly schedule: Schedule;
  readonly timeline: Timeline;
  readonly codes: CodeTruth;
  readonly sales: SaleTruth;
  readonly seats: SeatTruth;
  readonly line: LineTruth;
  readonly fail: (invariant: number, what: string) => void;
}

/** A request under way: who sent it when, and what was true then. */
interface Arrival {
  readonly atMs: number;
  readonly pausedMs: number;
  /** When the service had last heard what the organiser wants. */
  readonly seenAtMs: number;
  readonly held: RegistrationRow | null;
  /** Of the sale, in the eyes of the service. */
  readonly state: SaleState | null;
}

/** Sees every request and every answer, and says at once when an answer breaks an invariant. */
export class Ledger {
  readonly #options: LedgerOptions;
  /** Whose phone a verification proves. */
  readonly #verifications = new Map<string, string>();
  /** By the name in a registration, which tells the request: whose it is and when it came. */
  readonly #requests = new Map<
    string,
    { readonly person: Participant; arrivedAtMs: number | null }
  >();
  readonly #open = new Map<object, { readonly service: Service; readonly arrival: Arrival }>();

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  watchCodeRequest(request: {
    readonly person: Participant;
    readonly phone: string;
    readonly command: RequestCodeCommand;
  }): Watch<RequestCodeOutcome> {
    const { person, phone, command } = request;
    const { codes, line } = this.#options;
    return this.#watch(person, command.challenge === null ? "asks for a code" : "asks again", {
      answered: (outcome, service, arrival) => {
        if (outcome.kind === "sent" && command.challenge === null) {
          codes.issued(outcome.challenge, phone, service.boot);
        }
        if (outcome.kind === "sent" && command.purpose === "register") {
          codes.checkCooldown({ phone, challenge: outcome.challenge }, service.boot, arrival.atMs);
        }
        if (outcome.kind === "failed") this.#fail(8, "a code request failed");
        if (command.purpose === "register") {
          this.#checkTurn(outcome, { phone, ...turnOf(command, arrival) }, service);
        }
        if (
          outcome.kind === "sent" &&
          command.purpose === "register" &&
          command.challenge === null
        ) {
          const code = codes.codeOf(phone, outcome.challenge);
          line.codeAsked({ phone, pass: command.pass ?? null }, code ?? "", service);
        }
        // Under strain new codes before an opening are put off in these words.
        const isPutOff = outcome.kind === "sale-paused" && service.areVerificationsPaused;
        if (!isPutOff) this.#checkSaleAnswer(outcome.kind, arrival);
      },
    });
  }

  watchVerification(request: {
    readonly person: Participant;
    readonly command: VerifyCommand;
  }): Watch<VerifyOutcome> {
    const { person, command } = request;
    const { codes } = this.#options;
    return this.#watch(person, `proves ${tail(command.phone)}`, {
      answered: (outcome, service, arrival) => {
        const isProved = outcome.kind === "verified";
        codes.checkGuess(command, guessSeen(outcome, isProved, { person, service, arrival }));
        if (isProved) this.#verifications.set(outcome.verification, command.phone);
        this.#checkTurn(outcome, { phone: command.phone, ...turnOf(command, arrival) }, service);
        if (outcome.kind === "failed") this.#fail(8, "a verification failed");
        this.#checkSaleAnswer(outcome.kind, arrival);
      },
    });
  }

  watchConfirmation(request: {
    readonly person: Participant;
    readonly command: ConfirmCommand;
  }): Watch<ConfirmOutcome> {
    const { person, command } = request;
    const { codes } = this.#options;
    const { proof } = command;
    const phone = proof.kind === "code" ? proof.phone : this.#verifications.get(proof.verification);
    if (command.name !== null) this.#requests.set(command.name, { person, arrivedAtMs: null });
    return this.#watch(person, `registers ${tail(phone ?? "?")} by ${proof.kind}`, {
      phone,
      name: command.name,
      answered: (outcome, service, arrival) => {
        const isProved = isAnswerToProof(outcome);
        if (proof.kind === "code") {
          codes.checkGuess(proof, guessSeen(outcome, isProved, { person, service, arrival }));
        }
        if (isProved && person.phone !== phone) {
          this.#fail(5, `person ${person.number} got through with a phone of someone else`);
        }
        if (
          "verification" in outcome &&
          outcome.verification !== undefined &&
          phone !== undefined
        ) {
          this.#verifications.set(outcome.verification, phone);
        }
        if (phone !== undefined) {
          this.#checkTurn(outcome, { phone, ...turnOf(command.asker, arrival) }, service);
        }
        this.#checkSeatAnswer(outcome, { name: command.name, phone, person, arrival });
        this.#checkSaleAnswer(outcome.kind, arrival);
      },
    });
  }

  watchJoin(person: Participant): Watch<JoinLineOutcome> {
    return this.#watch(person, "asks for a place", {
      answered: (outcome, service, arrival) => {
        if (outcome.kind === "in-line") this.#options.line.joined(person.phone, outcome, service);
        this.#checkSaleAnswer(outcome.kind, arrival);
      },
    });
  }

  /** What a COMMIT made durable: whose it is, and taken when the sale was open by true time. */
  durable(rows: readonly RegistrationRow[]): void {
    const { schedule, sales } = this.#options;
    for (const row of rows) {
      const sent = this.#requests.get(row.name);
      if (sent?.person.phone !== row.phone) {
        this.#fail(5, `${row.name} got a seat for a phone of someone else`);
      }
      const { opensAtMs, closesAtMs } = sales.windowOf(row.saleId);
      const sinceMs = sent?.arrivedAtMs ?? Number.POSITIVE_INFINITY;
      if (schedule.nowMs < opensAtMs - CLOCK_TOLERANCE_MS)
        this.#fail(6, "a seat before the opening");
      if (sinceMs > closesAtMs + CLOCK_TOLERANCE_MS) this.#fail(6, "a seat after the closing");
      const isTimely =
        row.takenAtMs > sinceMs - CLOCK_TOLERANCE_MS &&
        row.takenAtMs < schedule.nowMs + CLOCK_TOLERANCE_MS;
      if (!isTimely) this.#fail(6, "the instant a claim was taken is not when it was");
    }
  }

  /** Requests that a running process has had for longer than it may. */
  checkOpen(): void {
    const { schedule } = this.#options;
    for (const { service, arrival } of this.#open.values()) {
      if (service.machine.isDead) continue;
      const pausedMs = service.machine.pausedMs - arrival.pausedMs;
      if (
        !service.machine.isPaused &&
        schedule.nowMs - arrival.atMs - pausedMs > ANSWER_WITHIN_MS
      ) {
        this.#fail(8, `a request is without an answer for ${ANSWER_WITHIN_MS} ms`);
      }
    }
  }

  #watch<Outcome extends { readonly kind: string }>(
    person: Participant,
    what: string,
    request: {
      readonly phone?: string | undefined;
      readonly name?: string | null;
      readonly answered: (outcome: Outcome, service: Service, arrival: Arrival) => void;
    },
  ): Watch<Outcome> {
    const { schedule, timeline, seats } = this.#options;
    const key = {};
    return {
      arrived: (service) => {
        const held = request.phone === undefined ? null : seats.heldBy(request.phone as Phone);
        const { pausedMs } = service.machine;
        const sent = this.#requests.get(request.name ?? "");
        if (sent !== undefined) sent.arrivedAtMs = schedule.nowMs;
        const { seenAtMs } = service;
        const state = service.look()?.sale.state ?? null;
        const arrival = { atMs: schedule.nowMs, pausedMs, seenAtMs, held, state };
        this.#open.set(key, { service, arrival });
        timeline.note(service.machine.name, `person ${person.number} ${what}`);
      },
      answered: (outcome, service) => {
        const arrival = this.#open.get(key)?.arrival;
        this.#open.delete(key);
        timeline.note(service.machine.name, `answers person ${person.number}: ${outcome.kind}`);
        this.#checkWords(outcome, person);
        if (arrival !== undefined) request.answered(outcome, service, arrival);
      },
    };
  }

  #checkSeatAnswer(
    outcome: ConfirmOutcome,
    request: {
      readonly name: string | null;
      readonly phone: string | undefined;
      readonly person: Participant;
      readonly arrival: Arrival;
    },
  ): void {
    const { seats } = this.#options;
    const { name, phone, person, arrival } = request;
    if (outcome.kind === "failed" && !person.isPoisonous) {
      return this.#fail(8, `person ${person.number} was told of a fault of ours`);
    }
    const isDenied = DENIALS.includes(outcome.kind);
    if (isDenied && arrival.held !== null && isAnswerToProof(outcome)) {
      return this.#fail(7, `a holder who proved the phone was told ${outcome.kind}`);
    }
    if (outcome.kind !== "registered" && outcome.kind !== "holder") return;
    const row = phone === undefined ? null : seats.heldBy(phone as Phone);
    if (row === null) return this.#fail(3, `${outcome.kind} was told and nothing is durable`);
    const { registrationId, ticketKey, ordinal } = outcome.seat;
    if (
      row.registrationId !== registrationId ||
      row.ticketKey !== ticketKey ||
      row.ordinal !== ordinal
    ) {
      return this.#fail(7, `seat ${row.ordinal} is held and seat ${ordinal} was told`);
    }
    const isOwnRow = row.name === name;
    if (outcome.kind === "registered" && !isOwnRow) {
      this.#fail(7, "201 was told for a seat of another request");
    }
    if (outcome.kind === "holder" && isOwnRow) {
      this.#fail(7, "the request that won the seat was told that it is from before");
    }
  }

  /** Who acts has a turn, and who has one can act. */
  #checkTurn(
    outcome: { readonly kind: string; readonly isLapsed?: boolean },
    by: Bearer & { readonly state: SaleState | null },
    service: Service,
  ): void {
    const { line } = this.#options;
    const served = SERVED.get(outcome.kind);
    if (served !== undefined) line.served(served, by, service);
    if (outcome.isLapsed === true) line.turnedAway("lapsed", by, service);
    if (outcome.kind === "sale-full") line.turnedAway("sale-full", by, service);
  }

  /** Invariant 6: nobody is told full, closed or not open when it is not true. */
  #checkSaleAnswer(kind: string, arrival: Arrival): void {
    const { sales, schedule } = this.#options;
    const fromMs = Math.min(arrival.atMs, arrival.seenAtMs);
    const span = { fromMs, arrivedAtMs: arrival.atMs, untilMs: schedule.nowMs };
    const lie = sales.lieIn(kind, span, CLOCK_TOLERANCE_MS);
    if (lie !== null) this.#fail(6, lie);
  }

  /** Invariant 10 as far as it shows here: what goes out as an error names nobody. */
  #checkWords(outcome: { readonly kind: string }, person: Participant): void {
    const {
      verification: _,
      challenge: __,
      pass: ___,
      ...rest
    } = outcome as Record<string, unknown>;
    const text = JSON.stringify(rest);
    if (text.includes(person.phone.slice(1)) || text.includes(`Person ${person.number} `)) {
      this.#fail(10, `an answer of kind ${outcome.kind} names a person`);
    }
  }

  #fail(invariant: number, what: string): void {
    this.#options.fail(invariant, what);
  }
}

const DENIALS: readonly string[] = [
  "sale-full",
  "sale-closed",
  "not-open",
  "sale-paused",
  "pass-required",
  "pass-invalid",
  "not-your-turn",
];

const SERVED: ReadonlyMap<string, Served> = new Map([
  ["sent", "a code"],
  ["verified", "a verification"],
  ["registered", "a seat"],
]);

function turnOf({ pass }: Asker, { state }: Arrival) {
  return { pass: pass ?? null, state };
}

/** Whether the answer says that the phone was proved. */
function isAnswerToProof(outcome: ConfirmOutcome): boolean {
  switch (outcome.kind) {
    case "registered":
    case "holder":
    case "sale-full":
    case "sale-closed":
    case "not-open":
    case "pass-required":
    case "pass-invalid":
    case "not-your-turn":
    case "failed":
      return true;
    case "overloaded":
    case "gateway-unavailable":
    case "draining":
    case "sale-paused":
      return outcome.verification !== undefined;
    case "event-not-found":
    case "invalid-phone":
    case "country-not-served":
    case "invalid-name":
    case "invalid-email":
    case "code-wrong":
    case "code-expired":
    case "code-exhausted":
    case "challenge-invalid":
    case "verification-invalid":
    case "proof-required":
    case "proof-invalid":
    case "rate-limited":
      return false;
  }
}

function guessSeen(
  { kind }: { readonly kind: string },
  isProved: boolean,
  seen: {
    readonly person: Participant;
    readonly service: Service;
    readonly arrival: Arrival;
  },
): GuessSeen {
  const { person, service, arrival } = seen;
  return { kind, isProved, person, boot: service.boot, arrivedAtMs: arrival.atMs };
}

function tail(phone: string): string {
  return `…${phone.slice(-4)}`;
}
