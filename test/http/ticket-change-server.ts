import { randomBytes } from "node:crypto";
import { Elysia } from "elysia";
import { systemClock } from "../../src/actor/clock.ts";
import { Deadlines } from "../../src/actor/deadlines.ts";
import { Ticker } from "../../src/actor/ticker.ts";
import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresTicketChangeStore } from "../../src/adapters/postgres/ticket-change-store.ts";
import { PhoneReader } from "../../src/attendee/phone-reader.ts";
import { openProofs } from "../../src/core.ts";
import { ticketChangeRoutes } from "../../src/http/routes/ticket-changes.ts";
import { limits } from "../../src/limits.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import { OtpShards } from "../../src/otp/otp-shards.ts";
import { RangeConversion } from "../../src/otp/range-conversion.ts";
import type { TicketChanges } from "../../src/registration/commands.ts";
import { correctAddress } from "../../src/registration/correct-address.ts";
import type { Randomness, TicketChangeDependencies } from "../../src/registration/dependencies.ts";
import { resendMail } from "../../src/registration/resend-mail.ts";
import type { TicketKey } from "../../src/ticket/ticket.ts";
import { pages } from "./serve.ts";

export interface ServedChanges extends AsyncDisposable {
  readonly url: string;
}

/** The routes alone, over whatever changes tickets. */
export function serveRoutes(ticketChanges: TicketChanges, publicUrl: string): ServedChanges {
  const app = new Elysia({ aot: true }).use(
    ticketChangeRoutes({
      ticketChanges,
      publicUrl,
      pages,
      addressOf: () => "127.0.0.1",
      bodyLimits: { bodyBytesMax: 16_384, readDeadline: new Deadlines(systemClock, 10_000) },
      refusal: () => null,
    }),
  );
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => app.fetch(request),
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** The changes of a real database's tickets, as another process beside the service makes them. */
export function serveChanges(
  databaseUrl: string,
  { publicUrl, secret }: { readonly publicUrl: string; readonly secret: Uint8Array },
): ServedChanges {
  const database = new Database({
    url: databaseUrl,
    applicationName: "test",
    connectionCountMax: 4,
    isPrepared: true,
  });
  const deps = dependencies(database, secret);
  const served = serveRoutes(
    {
      resendMail: (command) => resendMail(command, deps),
      correctAddress: (command) => correctAddress(command, deps),
    },
    publicUrl,
  );
  return {
    url: served.url,
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

function dependencies(database: Database, secret: Uint8Array): TicketChangeDependencies {
  const otpKeys = deriveOtpKeys(secret);
  const random: Randomness = {
    challengeId: () => crypto.getRandomValues(new Uint8Array(16)),
    registrationId: () => {
      throw new Error("nobody registers here");
    },
    ticketKey: () => randomBytes(16).toString("base64url") as TicketKey,
  };
  return {
    ...openProofs({ otpKeys, boot: 0, random, limits }),
    clock: systemClock,
    ticketChanges: new PostgresTicketChangeStore(database),
    otpKeys,
    // No life of the service has this number, so a challenge is met as one of another process.
    boot: 0,
    phones: new PhoneReader({ defaultCountry: "BD", countries: null }),
    ranges: new RangeConversion(() => {}),
    deadlines: new Deadlines(systemClock, 5_000),
    retryAfterMs: 2_000,
    random,
    shards: new OtpShards({
      policy: OTP_POLICY,
      shardCount: 1,
      entriesPerShardMax: 100,
      shardSeed: otpKeys.shardSeed,
      actor: {
        clock: systemClock,
        ticker: new Ticker(systemClock),
        mailboxCountMax: 100,
        turnsPerTickMax: 100,
        askTimeoutMs: 5_000,
        onFailedTurn: (error) => {
          throw error;
        },
      },
    }),
  };
}
