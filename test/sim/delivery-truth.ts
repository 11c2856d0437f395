import type { Email } from "../../src/attendee/email.ts";
import type { Mail, OutboxLane } from "../../src/delivery/ports.ts";
import type { Tables } from "../support/tables.ts";
import type { Machine } from "./machine.ts";
import type { Schedule } from "./schedule.ts";
import type { Claim, SettledRow } from "./simulated-postgres.ts";
import type { SmsTrip } from "./sms-provider.ts";

/** What left the service and what the outbox says of it: nothing owed is forgotten, nothing is sent for ever. */
export class DeliveryTruth {
  readonly #schedule: Schedule;
  readonly #fail: (invariant: number, what: string) => void;
  /** Who may try a row now, by lane and row. */
  readonly #leases = new Map<string, { readonly tries: number; readonly untilMs: number }>();
  readonly #mails = new Map<string, number>();
  readonly #suppressed = new Set<Email>();
  /** Rows whose address was suppressed when they were claimed. */
  readonly #refusedRows = new Set<number>();
  /** By process and row: a claim before the address was suppressed. */
  readonly #mailable = new Set<string>();
  /** Phones that a provider took a confirmation for. */
  readonly #confirmed = new Set<string>();

  constructor(schedule: Schedule, fail: (invariant: number, what: string) => void) {
    this.#schedule = schedule;
    this.#fail = fail;
  }

  claimed({ by, lane, items, leaseMs }: Claim): void {
    const { nowMs } = this.#schedule;
    for (const { id, tries, email } of items) {
      if (this.#suppressed.has(email)) this.#refusedRows.add(id);
      else this.#mailable.add(`${by.name} ${id}`);
      const key = `${lane} ${id}`;
      const lease = this.#leases.get(key);
      if (lease !== undefined && nowMs < lease.untilMs) {
        this.#fail(4, `row ${id} was claimed twice at once`);
      }
      this.#leases.set(key, { tries, untilMs: nowMs + leaseMs });
    }
  }

  settled(lane: OutboxLane, results: readonly SettledRow[]): void {
    for (const { item } of results) {
      const key = `${lane} ${item.id}`;
      if (this.#leases.get(key)?.tries === item.tries) this.#leases.delete(key);
    }
  }

  /** From now on no claim may lead to a mail to the address. */
  suppressed(address: Email): void {
    this.#suppressed.add(address);
  }

  mailTaken({ messageId }: Mail, by: Machine): void {
    const rowId = messageId.split(/[.@]/)[1];
    if (!this.#mailable.has(`${by.name} ${rowId}`)) {
      this.#fail(4, `mail ${rowId} went to an address that was suppressed before`);
    }
    this.#mails.set(messageId, (this.#mails.get(messageId) ?? 0) + 1);
  }

  smsTaken({ code, message }: SmsTrip): void {
    if (code === null) this.#confirmed.add(message.to);
  }

  /** Whether every row has an end on both lanes. */
  isAllDone(tables: Tables): boolean {
    for (const { channels } of tables.outboxRows) {
      if (channels.mail.state === "queued") return false;
      if (channels["confirmation-sms"].state === "queued") return false;
    }
    return true;
  }

  /** At the end of the world: what is told as sent has been taken, and nothing failed that nobody refused. */
  checkEnd(tables: Tables, hasBounces: boolean): void {
    for (const { row, channels } of tables.outboxRows) {
      const { state } = channels.mail;
      const mailCount = this.#mails.get(`<${row.registrationId}.${row.id}@tickets.example>`) ?? 0;
      if (state === "sent" && mailCount === 0)
        this.#fail(4, `mail ${row.id} is told sent and is not`);
      if (state === "unknown" && mailCount === 0) this.#fail(4, `mail ${row.id} was lost`);
      if (state === "failed" && !hasBounces && !this.#refusedRows.has(row.id))
        this.#fail(4, `mail ${row.id} failed without a bounce`);
      if (mailCount > channels.mail.tries * 2)
        this.#fail(4, `mail ${row.id} went ${mailCount} times`);
      const sms = channels["confirmation-sms"].state;
      if (sms === "sent" && !this.#confirmed.has(row.phone))
        this.#fail(4, `confirmation ${row.id} is told sent and is not`);
      if (sms === "failed") this.#fail(4, `confirmation ${row.id} failed and nobody refused it`);
    }
  }
}
