import { join } from "node:path";
import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresOutboxStore } from "../../src/adapters/postgres/outbox-store.ts";
import { Child } from "./child.ts";
import type { ServiceOrder, StartOrder } from "./service-app.ts";

const PROGRAM = join(import.meta.dir, "service-process.ts");

export interface ServiceOptions extends ServiceOrder {
  /** Another program that starts the service and does more (`startApp` in `service-app.ts`). */
  readonly program?: string;
  /** For Bun, as in `--cpu-prof`. */
  readonly flags?: readonly string[];
}

/** The service as production runs it, in a process of its own: limits, MACs and validation on, nothing logged. */
export class Service implements AsyncDisposable {
  readonly url: string;
  readonly child: Child;

  private constructor(child: Child, url: string) {
    this.child = child;
    this.url = url;
  }

  /** Events are read at the start, and twice a second after (`storeEvent` in test/support/harness.ts makes them). */
  static async start({ program = PROGRAM, flags, ...order }: ServiceOptions): Promise<Service> {
    await using starting = new AsyncDisposableStack();
    const child = starting.use(new Child(program, flags));
    const service = new Service(
      child,
      await child.ask<string>({ kind: "start", ...order } satisfies StartOrder),
    );
    starting.move();
    return service;
  }

  get pid(): number {
    return this.child.pid;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.child[Symbol.asyncDispose]();
  }
}

/** Holds back confirmations and mails of a database, as `bun run delivery pause` does. */
export async function pauseRelay(databaseUrl: string): Promise<void> {
  await using database = new Database({
    url: databaseUrl,
    applicationName: "floodgate bench",
    connectionCountMax: 1,
    isPrepared: false,
  });
  const outbox = new PostgresOutboxStore(database);
  await outbox.setPaused("confirmation-sms", true);
  await outbox.setPaused("mail", true);
}
