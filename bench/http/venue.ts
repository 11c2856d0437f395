import { saleDraft, storeEvent } from "../../test/support/harness.ts";
import type { BenchDatabase, BenchOptions, OpenCluster } from "../harness/bench.ts";
import { CodeListener } from "../harness/code-listener.ts";
import { Driver } from "../harness/driver.ts";
import { pauseRelay, Service } from "../harness/service.ts";
import { TemporaryFolder } from "../harness/temporary-folder.ts";

/** A service with sales open, and all it takes to send people there. */
export interface Venue extends AsyncDisposable {
  readonly cluster: OpenCluster;
  readonly database: BenchDatabase;
  readonly codes: CodeListener;
  readonly service: Service;
  readonly driver: Driver;
  readonly folder: string;
}

/** The most a sale may have. */
const QUOTA = 131_071;
/** One for each round, so that none fills. */
const EVENT_COUNT = 12;

/** Confirmations and mails are held back. `program` starts the service, where it is not the usual one. */
export async function openVenue(
  { openCluster, port }: BenchOptions,
  program?: string,
): Promise<Venue> {
  await using opening = new AsyncDisposableStack();
  const cluster = opening.use(await openCluster());
  const database = await cluster.freshDatabase();
  for (let index = 0; index < EVENT_COUNT; index += 1) {
    await storeEvent(database.url, [saleDraft(Date.now(), { quota: QUOTA })], slugOf(index));
  }
  await pauseRelay(database.url);
  const codes = opening.use(new CodeListener());
  const order = { databaseUrl: database.url, codeSocket: codes.socketPath, port };
  const service = opening.use(
    await Service.start(program === undefined ? order : { ...order, program }),
  );
  const driver = opening.use(new Driver());
  const folder = opening.use(new TemporaryFolder()).path;
  const resources = opening.move();
  return {
    cluster,
    database,
    codes,
    service,
    driver,
    folder,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

export function slugOf(eventIndex: number): string {
  return `mela-${eventIndex + 1}`;
}
