import { ok as assert } from "node:assert";
import type { Email } from "../../attendee/email.ts";
import type { Phone } from "../../attendee/phone.ts";
import type { TicketKey } from "../../ticket/ticket.ts";
import type { Database, SqlTag } from "./client.ts";
import { ticketKeyUuid, uuidTicketKey } from "./ticket-key.ts";

/** What the port of `registration/` asks for; an adapter does not import the use cases. */
interface Correction {
  readonly eventId: number;
  readonly phone: Phone;
  readonly key: TicketKey;
  readonly newKey: TicketKey;
  readonly email: Email;
}

type Resent =
  | { readonly kind: "queued"; readonly leftCount: number }
  | { readonly kind: "under-way" }
  | { readonly kind: "spent"; readonly waitMs: number }
  | { readonly kind: "not-found" };

type Corrected =
  | { readonly kind: "corrected"; readonly key: TicketKey }
  | { readonly kind: "already-corrected" }
  | { readonly kind: "not-found" };

interface Asked {
  readonly isUnderWay: boolean;
  readonly count: number;
  /** Until the pace allows one more; null where it does now. */
  readonly waitMs: number | null;
}

interface Held {
  readonly ticketKey: string;
  readonly isOfKey: boolean;
  readonly isCorrected: boolean;
  readonly isSameEmail: boolean;
}

/** Changes of a ticket after its commit. Each writes what it owes in the transaction that makes it. */
export class PostgresTicketChangeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Two statements, as the snapshot of one would be older than the lock it waits on: it would not count its twin. */
  resendMail(
    key: TicketKey,
    pace: { readonly countMax: number; readonly withinMs: number },
  ): Promise<Resent> {
    return this.#database.run((sql) =>
      sql.begin(async (transaction): Promise<Resent> => {
        const [locked] = await transaction<{ id: string }[]>`
          select r.id from registrations r where r.ticket_key = ${ticketKeyUuid(key)} for no key update`;
        if (locked === undefined) return { kind: "not-found" };
        const { isUnderWay, count, waitMs } = await oweMail(transaction, locked.id, pace);
        if (isUnderWay) return { kind: "under-way" };
        if (waitMs !== null) return { kind: "spent", waitMs };
        return { kind: "queued", leftCount: pace.countMax - count - 1 };
      }),
    );
  }

  async correctAddress(correction: Correction): Promise<Corrected> {
    const corrected = await this.#database.run((sql) => correctOnce(sql, correction));
    if (corrected.length > 0) return { kind: "corrected", key: correction.newKey };
    // On a snapshot of its own, which has what a twin of this call wrote.
    const [held] = await this.#database.run((sql) => findHeld(sql, correction));
    if (held === undefined) return { kind: "not-found" };
    const { ticketKey, isOfKey, isCorrected, isSameEmail } = held;
    if (isSameEmail && (isCorrected || isOfKey)) {
      return { kind: "corrected", key: uuidTicketKey(ticketKey) };
    }
    return isOfKey ? { kind: "already-corrected" } : { kind: "not-found" };
  }
}

/** Writes the row only where nothing stands against it, and tells what does. */
async function oweMail(
  sql: SqlTag,
  registrationId: string,
  { countMax, withinMs }: { readonly countMax: number; readonly withinMs: number },
): Promise<Asked> {
  const [asked] = await sql<Asked[]>`
    with latest as (
      select o.asked_at + ${withinMs}::double precision * interval '1 millisecond' as counts_until
      from outbox o where o.registration_id = ${registrationId} and o.asked_at is not null
      order by o.asked_at desc
      limit ${countMax}
    ), counted as (
      select l.counts_until from latest l where l.counts_until > clock_timestamp()
    ), asked as (
      select
        exists (
          select from outbox o
          where o.registration_id = ${registrationId} and o.mail_state = 'queued'
        ) as is_under_way,
        (select count(*)::integer from counted) as count,
        (select c.counts_until from counted c order by c.counts_until desc offset ${countMax - 1})
          as full_until
    ), owed as (
      insert into outbox (registration_id, sms_due_at, mail_due_at, asked_at, sms_state)
      select ${registrationId}, clock_timestamp(), clock_timestamp(), clock_timestamp(), 'not-owed'
      from asked a where not a.is_under_way and a.full_until is null
    )
    select
      a.is_under_way as "isUnderWay", a.count,
      extract(epoch from a.full_until - clock_timestamp())::double precision * 1000 as "waitMs"
    from asked a`;
  assert(asked !== undefined, "the registration is locked");
  return asked;
}

/**
 * The correction, where it is the first and comes under the ticket's own key. What is still queued under the old
 * address and key is owed no more, but for what a relay has in hand: that goes out, and its result is to be kept.
 */
function correctOnce(
  sql: SqlTag,
  { eventId, phone, key, newKey, email }: Correction,
): PromiseLike<readonly object[]> {
  return sql`
    with corrected as (
      update registrations r
      set ticket_key = ${ticketKeyUuid(newKey)}, email = ${email}, corrected_at = clock_timestamp()
      where r.event_id = ${eventId} and r.phone = ${phone.slice(1)}
        and r.ticket_key = ${ticketKeyUuid(key)} and r.corrected_at is null
        and r.email <> ${email}
      returning r.id
    ), dropped as (
      update outbox o
      set sms_state = ${unlessInHand(sql, "sms")}, mail_state = ${unlessInHand(sql, "mail")}
      from corrected c where o.registration_id = c.id
    )
    insert into outbox (registration_id, sms_due_at, mail_due_at, asked_at)
    select c.id, clock_timestamp(), clock_timestamp(), clock_timestamp() from corrected c
    returning id`;
}

/** The state of one channel of `outbox o` from now on. A claimed row is in hand until its lease ends. */
function unlessInHand(sql: SqlTag, channel: "sms" | "mail") {
  const state = sql(`${channel}_state`);
  const tries = sql(`${channel}_tries`);
  const dueAt = sql(`${channel}_due_at`);
  return sql`
    case
      when o.${state} = 'queued' and (o.${tries} = 0 or o.${dueAt} <= clock_timestamp())
        then 'not-owed'
      else o.${state}
    end`;
}

function findHeld(
  sql: SqlTag,
  { eventId, phone, key, email }: Correction,
): PromiseLike<readonly Held[]> {
  return sql<Held[]>`
    select
      r.ticket_key as "ticketKey", r.corrected_at is not null as "isCorrected",
      coalesce(r.ticket_key = ${ticketKeyUuid(key)}, false) as "isOfKey",
      r.email = ${email} as "isSameEmail"
    from registrations r where r.event_id = ${eventId} and r.phone = ${phone.slice(1)}`;
}
