import type { Core } from "../../src/core.ts";
import { openCore } from "../../src/core.ts";
import type { SmsBudgetLimits } from "../../src/delivery/budget-limits.ts";
import type { OutboxStore, SmsMessage } from "../../src/delivery/ports.ts";
import { Events } from "../../src/events.ts";
import { limits } from "../../src/limits.ts";
import { createLogs } from "../../src/log.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import type { ConfirmOutcome, RequestCodeOutcome } from "../../src/registration/outcome.ts";
import type { RegistrationId, TicketKey } from "../../src/ticket/ticket.ts";
import { accept, Scripted, UNLIMITED_BUDGET } from "../delivery/make.ts";
import { ManualClock } from "./manual-clock.ts";
import { BudgetTable, MemoryBudgetStore } from "./memory-budget-store.ts";
import { MemoryRegistrationStore } from "./memory-registration-store.ts";
import { MemoryWaitingRoomStore, WaitingRoomTables } from "./memory-waiting-room-store.ts";
import { noTicketChanges } from "./no-ticket-changes.ts";
import { makeEvent, makeSale, OPENS_AT_MS } from "./registration-world.ts";
import { Tables } from "./tables.ts";

const MINUTE_MS = 60_000;
const ADDRESS = "203.0.113.7";

/** All that decides, in virtual time that begins half an hour before the opening, with one scripted gateway. */
export class CoreWorld {
  readonly clock: ManualClock;
  readonly tables: Tables;
  readonly gateway: Scripted<SmsMessage>;
  readonly #core: Core;

  private constructor(parts: Pick<CoreWorld, "clock" | "tables" | "gateway">, core: Core) {
    this.clock = parts.clock;
    this.tables = parts.tables;
    this.gateway = parts.gateway;
    this.#core = core;
  }

  static async open(
    quota: number,
    smsBudget: SmsBudgetLimits = UNLIMITED_BUDGET,
  ): Promise<CoreWorld> {
    const clock = new ManualClock(OPENS_AT_MS - 30 * MINUTE_MS);
    const tables = new Tables([makeEvent({ sales: [makeSale({ quota })] })]);
    const gateway = new Scripted<SmsMessage>(accept);
    const ports = portsOf(clock, tables, gateway);
    const core = await openCore(ports, {
      boot: 1,
      otpKeys: deriveOtpKeys(new Uint8Array(32).fill(7)),
      otpPolicy: OTP_POLICY,
      codeText: (code) => `@tickets.example #${code}`,
      phonePolicy: { defaultCountry: "BD", countries: null },
      publicUrl: "https://tickets.example",
      smsBudget,
      limits,
    });
    return new CoreWorld({ clock, tables, gateway }, core);
  }

  /** Not `await using`: its drains wait for a clock that only the test moves. */
  async close(): Promise<void> {
    const closing = this.#core[Symbol.asyncDispose]();
    await this.clock.advance(MINUTE_MS);
    await closing;
  }

  askCode(phone: string, address = ADDRESS): Promise<RequestCodeOutcome> {
    return this.#core.registration.requestCode({
      eventSlug: "mela",
      phone,
      challenge: null,
      purpose: "register",
      locale: "en",
      address,
      proof: null,
    });
  }

  /** The proof of a phone, by the code that its SMS brings. */
  async verify(phone: string): Promise<string> {
    const asked = await this.askCode(phone);
    if (asked.kind !== "sent") throw new Error(`no code: ${asked.kind}`);
    await this.clock.advance(20);
    const text = this.gateway.sent.findLast(({ to }) => to === phone)?.text ?? "";
    const answer = await this.#core.registration.verify({
      eventSlug: "mela",
      phone,
      challenge: asked.challenge,
      code: codeIn(text) ?? "none",
      address: ADDRESS,
      proof: null,
    });
    if (answer.kind !== "verified") throw new Error(`not verified: ${answer.kind}`);
    return answer.verification;
  }

  register(verification: string): Promise<ConfirmOutcome> {
    return this.#core.registration.confirm({
      eventSlug: "mela",
      name: "Rahim Uddin",
      email: "rahim@example.org",
      locale: "en",
      proof: { kind: "verification", verification },
      asker: { address: ADDRESS, proof: null },
    });
  }

  /** What the gateway was given, codes and all else. */
  get sent(): { readonly codes: readonly SmsMessage[]; readonly others: readonly SmsMessage[] } {
    const [codes, others] = [true, false].map((isCode) =>
      this.gateway.sent.filter(({ text }) => (codeIn(text) !== null) === isCode),
    );
    return { codes: codes ?? [], others: others ?? [] };
  }
}

function codeIn(text: string): string | null {
  return /#(\d{6})$/.exec(text)?.[1] ?? null;
}

function portsOf(
  clock: ManualClock,
  tables: Tables,
  gateway: Scripted<SmsMessage>,
): Parameters<typeof openCore>[0] {
  let count = 0;
  const next = () => {
    count += 1;
    return String(count);
  };
  const outbox: OutboxStore = {
    claim: async (lane, want) => tables.claimOutbox(lane, want, clock.nowMs()),
    settle: async (lane, results) => tables.settleOutbox(lane, results),
    setPaused: async (lane, isPaused) => tables.setLanePaused(lane, isPaused),
  };
  return {
    clock,
    registrations: new MemoryRegistrationStore(tables, clock),
    ticketChanges: noTicketChanges,
    events: { loadEvents: async () => tables.loadEvents() },
    outbox,
    smsRoutes: [{ gateway, segmentsPerS: 100, inFlightMax: 64, priceMicros: 0 }],
    smsBudget: new MemoryBudgetStore(new BudgetTable(), clock),
    // Held at rest: what a test expects of the parts is not to depend on the strain it puts them under.
    modes: { tell: async () => 0 },
    loopLagMs: () => 0,
    waitingRooms: new MemoryWaitingRoomStore(new WaitingRoomTables(), clock),
    lanes: { isPaused: async () => false },
    mail: null,
    renderer: { render: async () => ({ kind: "failed", reason: "nothing is rendered here" }) },
    random: {
      challengeId: () => new Uint8Array(Buffer.from(next().padStart(16, "0"))),
      registrationId: () => `registration-${next()}` as RegistrationId,
      ticketKey: () => next().padStart(22, "k") as TicketKey,
      jitter: () => 0.5,
      seed: () => new Uint8Array(32).fill(9),
    },
    observer: new Events(createLogs("silent")),
  };
}
