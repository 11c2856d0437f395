import type { DeliveryReports } from "../delivery/delivery-reports.ts";
import type { DeliveryStatusStore, TicketRenderer } from "../delivery/ports.ts";
import type { MailEvents, ReportReader } from "../delivery/report-ports.ts";
import type { Receipts } from "../organiser/receipts.ts";
import type {
  JoinLine,
  Registration,
  RequestProof,
  TicketChanges,
} from "../registration/commands.ts";
import type { EventViews } from "../registration/event-view.ts";
import type { TicketStore } from "../ticket/ports.ts";
import type { TicketSheet } from "../ticket/ticket.ts";
import type { DrawRecords } from "../waiting-room/draw-records.ts";
import type { TrustMode } from "./client-address.ts";
import type { Inbox } from "./inbox.ts";
import type { Loop } from "./overload.ts";
import type { Pages, TicketDayCodes } from "./pages.ts";
import type { Deadline } from "./request-body.ts";
import type { Timer } from "./tick.ts";

/** Everything the edge needs of the service behind it. */
export interface ServerOptions {
  readonly registration: Registration;
  readonly requestProof: RequestProof;
  readonly joinLine: JoinLine;
  readonly draws: Pick<DrawRecords, "stageOf">;
  readonly receipts: Pick<Receipts, "find">;
  /** Seconds between two looks of a page at the tick. */
  readonly pollEveryS: () => number;
  readonly ticketChanges: TicketChanges;
  readonly events: EventViews;
  readonly tickets: TicketStore;
  readonly deliveryStatus: DeliveryStatusStore;
  readonly renderer: TicketRenderer;
  readonly reports: Pick<DeliveryReports, "take">;
  /** Of each SMS gateway whose provider reports, by the gateway's name. */
  readonly reportReaders: ReadonlyMap<string, ReportReader>;
  /** Null where no mail provider tells anything. */
  readonly mailEvents: MailEvents | null;
  readonly ticketCodes: (sheet: TicketSheet) => readonly TicketDayCodes[];
  readonly pages: Pages;
  /** Null wherever messages really go out. */
  readonly inbox: Inbox | null;
  readonly metrics: () => Promise<string>;
  readonly isReady: () => Promise<boolean>;
  readonly isDraining: () => boolean;
  readonly trustMode: TrustMode;
  /** What Cloudflare adds to each request as `X-Origin-Secret`; null where requests may come from anywhere. */
  readonly originSecret: string | null;
  /** Lets a scraper read `/metrics` from elsewhere; null lets nobody. */
  readonly metricsToken: string | null;
  readonly hostname: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Origin of the links given out, without a slash at the end. */
  readonly publicUrl: string;
  readonly timer: Timer;
  /** The process's own where it is absent. */
  readonly loop?: Loop;
  /** For the body of a request, for a read of the database, and for a ticket that is drawn. */
  readonly readDeadline: Deadline;
  readonly limits: HttpLimits;
  readonly log: HttpLog;
}

interface HttpLimits {
  readonly bodyBytesMax: number;
  readonly urlBytesMax: number;
  readonly pageCacheCountMax: number;
  readonly idleTimeoutMs: number;
  readonly renderTimeoutMs: number;
  readonly retryAfterMs: number;
  readonly requestDrainTimeoutMs: number;
}

export interface HttpLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
