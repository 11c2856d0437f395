import type { Clock } from "./actor/clock.ts";
import type { PhonePolicy } from "./attendee/phone.ts";
import type { SmsBudgetLimits } from "./delivery/budget-limits.ts";
import type { BudgetStore } from "./delivery/budget-ports.ts";
import type { SmsRoute } from "./delivery/gateway-route.ts";
import type { MailWay } from "./delivery/outbox-relay.ts";
import type { LaneSwitches, OutboxStore, TicketRenderer } from "./delivery/ports.ts";
import type { Events } from "./events.ts";
import type { Limits } from "./limits.ts";
import type { ModeStore } from "./mode/ports.ts";
import type { OtpPolicy } from "./otp/otp.ts";
import type { OtpKeys } from "./otp/otp-keys.ts";
import type { RegistrationStore } from "./quota/ports.ts";
import type { Randomness } from "./registration/dependencies.ts";
import type { TicketChangeStore } from "./registration/ports.ts";
import type { EventStore } from "./sale/ports.ts";
import type { WaitingRoomStore } from "./waiting-room/ports.ts";

/** The outside world as the core needs it: the adapters of a real process, or the simulator's. */
export interface CorePorts {
  readonly clock: Clock;
  readonly registrations: RegistrationStore;
  readonly ticketChanges: TicketChangeStore;
  readonly events: EventStore;
  readonly outbox: OutboxStore;
  /** In the order of preference; empty when nothing is configured to send with. */
  readonly smsRoutes: readonly SmsRoute[];
  readonly smsBudget: BudgetStore;
  readonly waitingRooms: WaitingRoomStore;
  readonly modes: ModeStore;
  /** By how much the event loop is late at the 90th percentile, lately (ms). */
  readonly loopLagMs: () => number;
  /** What operators switch off and on. */
  readonly lanes: LaneSwitches;
  /** Null when nothing is configured to send with. */
  readonly mail: MailWay | null;
  readonly renderer: TicketRenderer;
  readonly random: Randomness & {
    /** Uniform in [0, 1): the jitter of retries. */
    readonly jitter: () => number;
    /** 32 bytes: of a draw. */
    readonly seed: () => Uint8Array;
  };
  readonly observer: CoreObserver;
}

export interface CoreSettings {
  /** Number of this life of the process. */
  readonly boot: number;
  readonly otpKeys: OtpKeys;
  readonly otpPolicy: OtpPolicy;
  /** The whole SMS that carries a code. */
  readonly codeText: (code: string, locale: string) => string;
  readonly phonePolicy: PhonePolicy;
  readonly publicUrl: string;
  readonly smsBudget: SmsBudgetLimits;
  readonly limits: Limits;
}

/** What an operator wants to count or read of the core. */
export type CoreObserver = Pick<
  Events,
  | "admittedInVain"
  | "batchCommitted"
  | "budgetReached"
  | "codeRequested"
  | "commitTroubled"
  | "databaseFailed"
  | "phoneVerified"
  | "modeStepped"
  | "rangeShut"
  | "registrationAnswered"
  | "routeChanged"
  | "sendFailed"
  | "sendTried"
  | "turnFailed"
  | "watch"
>;
