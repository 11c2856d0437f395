CREATE TYPE "public"."channel_state" AS ENUM('queued', 'sent', 'delivered', 'failed', 'unknown');--> statement-breakpoint
CREATE TABLE "boots" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "boots_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"started_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_revisions" (
	"event_id" integer NOT NULL,
	"revision" integer NOT NULL,
	"details" jsonb NOT NULL,
	CONSTRAINT "event_revisions_event_id_revision_pk" PRIMARY KEY("event_id","revision")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 65535 START WITH 1 CACHE 1),
	"revision" integer NOT NULL,
	"key_id" smallint NOT NULL,
	"is_paused" boolean DEFAULT false NOT NULL,
	"slug" text NOT NULL,
	"host" text NOT NULL,
	CONSTRAINT "events_slug_unique" UNIQUE("slug"),
	CONSTRAINT "events_id_fits_ticket_code" CHECK ("events"."id" between 1 and 65535)
);
--> statement-breakpoint
CREATE TABLE "lanes" (
	"name" text PRIMARY KEY NOT NULL,
	"is_paused" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"registration_id" uuid NOT NULL,
	"sms_due_at" timestamp with time zone NOT NULL,
	"mail_due_at" timestamp with time zone NOT NULL,
	"sms_state" "channel_state" DEFAULT 'queued' NOT NULL,
	"mail_state" "channel_state" DEFAULT 'queued' NOT NULL,
	"sms_tries" smallint DEFAULT 0 NOT NULL,
	"mail_tries" smallint DEFAULT 0 NOT NULL,
	"sms_provider_id" text,
	"sms_error" text,
	"mail_provider_id" text,
	"mail_error" text
);
--> statement-breakpoint
CREATE TABLE "registrations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"ticket_key" uuid NOT NULL,
	"committed_at" timestamp with time zone NOT NULL,
	"phone" bigint NOT NULL,
	"event_id" integer NOT NULL,
	"sale_id" integer NOT NULL,
	"ordinal" integer NOT NULL,
	"event_revision" integer NOT NULL,
	"template_version" smallint NOT NULL,
	"name" varchar(1920) NOT NULL,
	"email" varchar(254) NOT NULL,
	"locale" varchar(35) NOT NULL,
	CONSTRAINT "registrations_ticket_key_unique" UNIQUE("ticket_key"),
	CONSTRAINT "registrations_event_id_phone" UNIQUE("event_id","phone"),
	CONSTRAINT "registrations_sale_id_ordinal" UNIQUE("sale_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "sales" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sales_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"event_id" integer NOT NULL,
	"verify_from" timestamp with time zone NOT NULL,
	"opens_at" timestamp with time zone NOT NULL,
	"closes_at" timestamp with time zone NOT NULL,
	"last_committed_at" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"quota" integer NOT NULL,
	"sold" integer DEFAULT 0 NOT NULL,
	"number" smallint NOT NULL,
	CONSTRAINT "sales_event_id_number" UNIQUE("event_id","number"),
	CONSTRAINT "sales_number_fits_ticket_code" CHECK ("sales"."number" between 1 and 16),
	CONSTRAINT "sales_quota_fits_ticket_code" CHECK ("sales"."quota" between 1 and 131071),
	CONSTRAINT "sales_sold_within_quota" CHECK ("sales"."sold" between 0 and "sales"."quota"),
	CONSTRAINT "sales_verify_before_opening" CHECK ("sales"."verify_from" <= "sales"."opens_at"),
	CONSTRAINT "sales_open_before_closing" CHECK ("sales"."opens_at" < "sales"."closes_at")
);
--> statement-breakpoint
ALTER TABLE "event_revisions" ADD CONSTRAINT "event_revisions_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sales" ADD CONSTRAINT "sales_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outbox_registration_id" ON "outbox" USING btree ("registration_id");--> statement-breakpoint
CREATE INDEX "outbox_sms_queued" ON "outbox" USING btree ("id") WHERE "outbox"."sms_state" = 'queued';--> statement-breakpoint
CREATE INDEX "outbox_mail_queued" ON "outbox" USING btree ("id") WHERE "outbox"."mail_state" = 'queued';