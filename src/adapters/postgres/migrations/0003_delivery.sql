ALTER TYPE "public"."channel_state" ADD VALUE 'not-owed';--> statement-breakpoint
CREATE TABLE "delivery_reports" (
	"provider_id" text PRIMARY KEY NOT NULL,
	"state" "channel_state" NOT NULL,
	"reported_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_suppressions" (
	"address" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"suppressed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sms_blocks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sms_blocks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"reserved_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"micros" bigint NOT NULL,
	"segments" integer NOT NULL,
	"share" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "corrected_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "sms_blocks_reserved_at" ON "sms_blocks" USING btree ("reserved_at");--> statement-breakpoint
INSERT INTO "lanes" ("name") VALUES ('code');
