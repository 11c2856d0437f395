import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";
import type { EventDetails } from "../../sale/event.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const proofDemand = pgEnum("proof_demand", ["off", "on", "raised"]);

export const events = pgTable(
  "events",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity({ maxValue: 65_535 }),
    /** The current row of `event_revisions`. */
    revision: integer().notNull(),
    keyId: smallint("key_id").notNull(),
    isPaused: boolean("is_paused").notNull().default(false),
    proof: proofDemand().notNull().default("off"),
    slug: text().notNull().unique(),
    host: text().notNull(),
  },
  (table) => [check("events_id_fits_ticket_code", sql`${table.id} between 1 and 65535`)],
);

/** Rows are only ever added: a ticket's bytes are a function of the revision it was sold under. */
export const eventRevisions = pgTable(
  "event_revisions",
  {
    eventId: integer("event_id")
      .notNull()
      .references(() => events.id),
    revision: integer().notNull(),
    details: jsonb().$type<EventDetails>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.revision] })],
);

export const sales = pgTable(
  "sales",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    eventId: integer("event_id")
      .notNull()
      .references(() => events.id),
    verifyFrom: instant("verify_from").notNull(),
    opensAt: instant("opens_at").notNull(),
    closesAt: instant("closes_at").notNull(),
    /** The instant of the sale's newest commit, which no later commit may precede. */
    lastCommittedAt: instant("last_committed_at").notNull().default(sql`'-infinity'`),
    quota: integer().notNull(),
    sold: integer().notNull().default(0),
    number: smallint().notNull(),
    /** Null where the waiting room is off. */
    lobbyFrom: instant("lobby_from"),
    /** The public value that goes into the draw, as it is named beforehand; null for none. */
    beacon: text(),
  },
  (table) => [
    unique("sales_event_id_number").on(table.eventId, table.number),
    check("sales_number_fits_ticket_code", sql`${table.number} between 1 and 16`),
    check("sales_quota_fits_ticket_code", sql`${table.quota} between 1 and 131071`),
    check("sales_sold_within_quota", sql`${table.sold} between 0 and ${table.quota}`),
    check("sales_verify_before_opening", sql`${table.verifyFrom} <= ${table.opensAt}`),
    check("sales_open_before_closing", sql`${table.opensAt} < ${table.closesAt}`),
    check("sales_lobby_before_opening", sql`${table.lobbyFrom} <= ${table.opensAt}`),
  ],
);

/**
 * Seats. Columns stand in order of alignment, and there are no foreign keys: `commit_registrations` holds
 * the rows they would check, and the checks would cost more than the inserts.
 */
export const registrations = pgTable(
  "registrations",
  {
    id: uuid().primaryKey(),
    /** The 128 bits of the ticket key, in the fixed-width type for them. */
    ticketKey: uuid("ticket_key").notNull().unique(),
    committedAt: instant("committed_at").notNull(),
    /** The digits of the E.164 number: at most 15, exact in a double. */
    phone: bigint({ mode: "number" }).notNull(),
    eventId: integer("event_id").notNull(),
    saleId: integer("sale_id").notNull(),
    /** Dense from 1 within its sale. */
    ordinal: integer().notNull(),
    eventRevision: integer("event_revision").notNull(),
    templateVersion: smallint("template_version").notNull(),
    /** Three times the 640 UTF-16 units a name may be typed in: the most that NFC can make of them. */
    name: varchar({ length: 1_920 }).notNull(),
    email: varchar({ length: 254 }).notNull(),
    locale: varchar({ length: 35 }).notNull(),
    /** When the mail address was corrected, which is done once: with a new key, so that the old link is dead. */
    correctedAt: instant("corrected_at"),
  },
  (table) => [
    unique("registrations_event_id_phone").on(table.eventId, table.phone),
    unique("registrations_sale_id_ordinal").on(table.saleId, table.ordinal),
  ],
);

export const channelState = pgEnum("channel_state", [
  "queued",
  "sent",
  "delivered",
  "failed",
  "unknown",
  /** Of a row that owes nothing on this channel, as a mail that is sent once more. */
  "not-owed",
]);

/**
 * What is owed to a registration, per channel. `due_at` is also the lease: a claim moves it into the future,
 * so that what a crash left behind falls due again by itself.
 */
export const outbox = pgTable(
  "outbox",
  {
    /** The order of commits. */
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    registrationId: uuid("registration_id").notNull(),
    smsDueAt: instant("sms_due_at").notNull(),
    mailDueAt: instant("mail_due_at").notNull(),
    smsState: channelState("sms_state").notNull().default("queued"),
    mailState: channelState("mail_state").notNull().default("queued"),
    /** Counts claims; the number of the latest one is its fencing token. */
    smsTries: smallint("sms_tries").notNull().default(0),
    mailTries: smallint("mail_tries").notNull().default(0),
    smsProviderId: text("sms_provider_id"),
    smsError: text("sms_error"),
    mailProviderId: text("mail_provider_id"),
    mailError: text("mail_error"),
    /** When somebody asked for it; null for the row that came with the registration. */
    askedAt: instant("asked_at"),
  },
  (table) => [
    index("outbox_registration_id").on(table.registrationId),
    index("outbox_sms_queued").on(table.id).where(sql`${table.smsState} = 'queued'`),
    index("outbox_mail_queued").on(table.id).where(sql`${table.mailState} = 'queued'`),
  ],
);

/** One row per `OutboxLane`, made by the migration. */
export const lanes = pgTable("lanes", {
  name: text().primaryKey(),
  isPaused: boolean("is_paused").notNull().default(false),
});

/** What operators and mail providers say became of messages they took; rows may come before the outbox knows the id. */
export const deliveryReports = pgTable("delivery_reports", {
  /** As the outbox keeps it: the gateway's name, a slash, and the provider's own id. */
  providerId: text("provider_id").primaryKey(),
  state: channelState().notNull(),
  reportedAt: instant("reported_at").notNull().defaultNow(),
});

/** Addresses that no mail goes to any more. */
export const mailSuppressions = pgTable("mail_suppressions", {
  /** In lower case. */
  address: text().primaryKey(),
  reason: text().notNull(),
  suppressedAt: instant("suppressed_at").notNull().defaultNow(),
});

/** What may be spent on SMS, taken out of the budget in blocks before any of it is: a crash loses the rest of a block. */
export const smsBlocks = pgTable(
  "sms_blocks",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    reservedAt: instant("reserved_at").notNull().default(sql`clock_timestamp()`),
    /** Millionths of the currency. */
    micros: bigint({ mode: "number" }).notNull(),
    /** Negative for what is given back. */
    segments: integer().notNull(),
    /** Whose share it comes from: `codes` or `others`. */
    share: text().notNull(),
  },
  (table) => [index("sms_blocks_reserved_at").on(table.reservedAt)],
);

/** The draw of a sale's lobby. What is published once is never changed. */
export const waitingRooms = pgTable("waiting_rooms", {
  saleId: integer("sale_id").primaryKey(),
  /** 32 bytes in base64url, secret until the draw; its hash is public from the first. */
  seed: text().notNull(),
  /** Nobody joins the lobby after it. */
  closedAt: instant("closed_at"),
  /** Of the closed list: 32 bytes in base64url. */
  root: text(),
  /** What the beacon said; null until it is known. */
  beaconValue: text("beacon_value"),
  /** Why an operator had it drawn without the beacon that was named. */
  beaconMissing: text("beacon_missing"),
  drawnAt: instant("drawn_at"),
  /** Places behind the lobby that may have been given out by any process. */
  tailReserved: integer("tail_reserved").notNull().default(0),
  /** Places of the whole line, as last recorded. */
  lineCount: integer("line_count").notNull().default(0),
});

/** Who is in the lobby: one row for each phone, which cannot be read from it. */
export const lobbyPlaces = pgTable(
  "lobby_places",
  {
    /** The 128 bits of the pass, in the fixed-width type for them. */
    passId: uuid("pass_id").notNull(),
    saleId: integer("sale_id").notNull(),
    isVerified: boolean("is_verified").notNull(),
  },
  (table) => [primaryKey({ columns: [table.saleId, table.passId] })],
);

/** How far into the line people were let in, and when: what a new process needs to honour their time. */
export const admissions = pgTable(
  "admissions",
  {
    admittedAt: instant("admitted_at").notNull(),
    saleId: integer("sale_id").notNull(),
    /** The first so many of the line. */
    upTo: integer("up_to").notNull(),
  },
  (table) => [primaryKey({ columns: [table.saleId, table.upTo] })],
);

/** One row, made by the migration: the measures that the service takes by itself, as it last said, and what holds them. */
export const serviceMode = pgTable("service_mode", {
  id: smallint().primaryKey(),
  /** Steps of the ladder in force. */
  level: smallint().notNull().default(0),
  cause: text().notNull().default(""),
  since: instant("since").notNull().defaultNow(),
  seenAt: instant("seen_at").notNull().default(sql`'-infinity'`),
  /** Where an operator holds the ladder; null lets it move by itself. */
  heldLevel: smallint("held_level"),
});

/** One row per start of the service. */
export const boots = pgTable("boots", {
  number: integer().primaryKey().generatedAlwaysAsIdentity(),
  startedAt: instant("started_at").notNull().defaultNow(),
});
