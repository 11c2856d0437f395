import { type App, createApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import type { Mailer, SmsGateway } from "../../src/delivery/ports.ts";
import { PortInUseError } from "../../src/http/server.ts";
import { BenchError } from "./bench.ts";
import { openCodeGateway } from "./code-gateway.ts";
import { SECRET, TICKET_KEYS } from "./service-secrets.ts";

export interface ServiceOrder {
  readonly databaseUrl: string;
  /** Unix socket of a `CodeListener`; null throws every SMS away. */
  readonly codeSocket: string | null;
  /** 0 takes any free port. */
  readonly port: number;
  /** More of the service's environment. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The first that a service's process is told. */
export interface StartOrder extends ServiceOrder {
  readonly kind: "start";
}

/** The whole service in this process. Throws `BenchError` where its port is taken. Clients' addresses are believed as Fly's proxy tells them. */
export async function startApp({
  databaseUrl,
  codeSocket,
  port,
  settings,
}: ServiceOrder): Promise<App> {
  const config = readConfig({
    ...settings,
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: String(port),
    PUBLIC_URL: "https://tickets.example.org",
    DATABASE_URL: databaseUrl,
    SECRET,
    TICKET_KEYS,
    COUNTRIES: "BD",
    TRUST_PROXY: "fly",
    LOG_LEVEL: "silent",
  });
  const gateway = codeSocket === null ? DISCARDING_GATEWAY : await openCodeGateway(codeSocket);
  try {
    return await createApp(config, { gateway, mailer: DISCARDING_MAILER });
  } catch (error) {
    if (!(error instanceof PortInUseError)) throw error;
    throw new BenchError(`The service cannot listen: ${error.message}.`, { cause: error });
  }
}

const ACCEPTED = { kind: "accepted", providerId: "none" } as const;

const DISCARDING_GATEWAY: SmsGateway = { name: "discard", send: async () => ACCEPTED };
const DISCARDING_MAILER: Mailer = { name: "discard", send: async () => ACCEPTED };
