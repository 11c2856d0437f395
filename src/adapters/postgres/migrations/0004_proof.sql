CREATE TYPE "public"."proof_demand" AS ENUM('off', 'on', 'raised');--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "proof" "proof_demand" DEFAULT 'off' NOT NULL;