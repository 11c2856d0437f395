import type { GroupCommitLimits } from "../actor/group-commit.ts";
import { GroupCommit } from "../actor/group-commit.ts";
import type { DeliveryReport } from "./ports.ts";
import type { ReportStore, Suppression, SuppressionStore, TakeOutcome } from "./report-ports.ts";

export interface DeliveryReportsOptions {
  readonly reports: Pick<ReportStore, "record">;
  readonly suppressions: Pick<SuppressionStore, "suppress">;
  readonly limits: GroupCommitLimits;
  /** Told once of each write that failed. */
  readonly onFault: (error: unknown) => void;
}

/** The source of what is told of mails, where a gateway's name stands for what is told of SMS. */
export const MAIL_SOURCE = "mail";

/** No provider's id is as long; a longer one would not fit into the table's index, and spoil all that is written with it. */
const KEY_LENGTH_MAX = 512;
const TAKEN: TakeOutcome = { kind: "taken" };
const UNAVAILABLE: TakeOutcome = { kind: "unavailable" };

/**
 * What operators and mail providers say became of messages they took: evidence of nothing else.
 *
 * Reports come in any order, several times, and before the outbox knows of the message. So what is kept of a message
 * only ever rises, from nothing over `failed` to `delivered`: an operator that gives up (SMPP's EXPIRED, Twilio's
 * undelivered for one segment of several) may still get through, but a handset that has answered has the message.
 */
export class DeliveryReports {
  readonly #reports: GroupCommit<DeliveryReport, TakeOutcome>;
  readonly #suppressions: GroupCommit<Suppression, TakeOutcome>;
  readonly #waitingCountMax: number;

  constructor({ reports, suppressions, limits, onFault }: DeliveryReportsOptions) {
    this.#reports = gathering((batch) => reports.record(batch), limits, onFault);
    this.#suppressions = gathering((batch) => suppressions.suppress(batch), limits, onFault);
    this.#waitingCountMax = limits.waitingCountMax;
  }

  /** Keeps reports of messages that went by the gateway of that name, or by `MAIL_SOURCE`; `taken` once durable. */
  take(source: string, reports: readonly DeliveryReport[]): Promise<TakeOutcome> {
    const keyed = reports.map(({ providerId, state }) => {
      return { providerId: `${source}/${providerId}`, state };
    });
    return this.#submit(this.#reports, keyed.filter(isStorable));
  }

  /** Keeps addresses that no mail shall go to any more; `taken` once durable. */
  suppress(suppressions: readonly Suppression[]): Promise<TakeOutcome> {
    return this.#submit(this.#suppressions, suppressions);
  }

  /** Resolves when everything taken so far is written, or was given up. */
  async drain(): Promise<void> {
    await Promise.all([this.#reports.drain(), this.#suppressions.drain()]);
  }

  /** Takes in all of one request or none of it, as it is told again as a whole. */
  async #submit<Item>(
    commits: GroupCommit<Item, TakeOutcome>,
    items: readonly Item[],
  ): Promise<TakeOutcome> {
    if (commits.waitingCount + items.length > this.#waitingCountMax) return UNAVAILABLE;
    const taking = items.map(async (item) => (await commits.submit(item)) ?? UNAVAILABLE);
    const outcomes = await Promise.all(taking);
    return outcomes.every(({ kind }) => kind === "taken") ? TAKEN : UNAVAILABLE;
  }
}

function gathering<Item>(
  write: (items: readonly Item[]) => Promise<void>,
  limits: GroupCommitLimits,
  onFault: (error: unknown) => void,
): GroupCommit<Item, TakeOutcome> {
  return new GroupCommit(async (items) => {
    try {
      await write(items);
      return items.map(() => TAKEN);
    } catch (error) {
      onFault(error);
      return items.map(() => UNAVAILABLE);
    }
  }, limits);
}

/** What no gateway can have given as an id is of no message of ours. */
function isStorable({ providerId }: DeliveryReport): boolean {
  return providerId.length <= KEY_LENGTH_MAX && !providerId.includes("\0");
}
