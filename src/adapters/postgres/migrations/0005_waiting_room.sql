CREATE TABLE "admissions" (
	"admitted_at" timestamp with time zone NOT NULL,
	"sale_id" integer NOT NULL,
	"up_to" integer NOT NULL,
	CONSTRAINT "admissions_sale_id_up_to_pk" PRIMARY KEY("sale_id","up_to")
);
--> statement-breakpoint
CREATE TABLE "lobby_places" (
	"pass_id" uuid NOT NULL,
	"sale_id" integer NOT NULL,
	"is_verified" boolean NOT NULL,
	CONSTRAINT "lobby_places_sale_id_pass_id_pk" PRIMARY KEY("sale_id","pass_id")
);
--> statement-breakpoint
CREATE TABLE "service_mode" (
	"id" smallint PRIMARY KEY NOT NULL,
	"level" smallint DEFAULT 0 NOT NULL,
	"cause" text DEFAULT '' NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"held_level" smallint
);
--> statement-breakpoint
CREATE TABLE "waiting_rooms" (
	"sale_id" integer PRIMARY KEY NOT NULL,
	"seed" text NOT NULL,
	"closed_at" timestamp with time zone,
	"root" text,
	"beacon_value" text,
	"beacon_missing" text,
	"drawn_at" timestamp with time zone,
	"tail_reserved" integer DEFAULT 0 NOT NULL,
	"line_count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sales" ADD COLUMN "lobby_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sales" ADD COLUMN "beacon" text;--> statement-breakpoint
ALTER TABLE "sales" ADD CONSTRAINT "sales_lobby_before_opening" CHECK ("sales"."lobby_from" <= "sales"."opens_at");--> statement-breakpoint
INSERT INTO "service_mode" ("id") VALUES (1);
