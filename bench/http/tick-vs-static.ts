import { ok as assert } from "node:assert";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { saleDraft, storeEvent } from "../../test/support/harness.ts";
import type { Bench, BenchOptions, MeasuredRatio } from "../harness/bench.ts";
import type { Throughput } from "../harness/bombardment.ts";
import { HttpConnection } from "../harness/http-connection.ts";
import { requestBytes, writeRequestLines } from "../harness/http-request.ts";
import { compare, type Go, ROUND_COUNT } from "../harness/measure.ts";
import { ProcessorMeter } from "../harness/processor.ts";
import { type HttpAnswer, headerOf } from "../harness/response-reader.ts";
import { Service } from "../harness/service.ts";
import { TemporaryFolder } from "../harness/temporary-folder.ts";
import type { Generator } from "../harness/throughput.ts";
import { bombard, generator, requireFlawless } from "../harness/throughput.ts";
import { runWrk, type WrkLoad } from "../harness/wrk.ts";
import { RawStatic, type StaticAnswer } from "./raw-static.ts";

/** What a crowd that waits for the opening costs, held to the cheapest answer Bun has. Half of it asks for a 304. */
export const tickVsStatic: Bench = {
  name: "tick-vs-static",
  unit: "requests/s",
  bar: 0.9,
  goal: 1,
  direction: "higher-is-better",
  run,
};

const PATH = "/api/v1/events/mela/tick";
const CONNECTION_COUNT = 64;

async function run({ isSmoke, port, openCluster }: BenchOptions): Promise<MeasuredRatio> {
  await using opening = new AsyncDisposableStack();
  const cluster = opening.use(await openCluster());
  const database = await cluster.freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now())]);
  const service = opening.use(
    await Service.start({ databaseUrl: database.url, codeSocket: null, port }),
  );
  const tick = await get(service.url);
  const baseline = opening.use(await RawStatic.start({ path: PATH, ...prepared(tick) }));
  const bombardment: TickBombardment = {
    folder: opening.use(new TemporaryFolder()).path,
    postgresPid: cluster.pid,
    durationS: isSmoke ? 1 : 3,
  };
  const measured = await compare({
    candidate: () => bombardTick(service, bombardment),
    baseline: () => bombardTick(baseline, bombardment),
    roundCount: isSmoke ? 1 : ROUND_COUNT,
  });
  return { ...measured, notes: [NOTES[generator()]] };
}

const NOTES: Readonly<Record<Generator, string>> = {
  wrk: "every second request carries the tag of the answer before it, and is answered 304",
  oha: "oha cannot vary its headers: no request was answered 304",
};

interface TickBombardment {
  readonly folder: string;
  readonly postgresPid: number;
  readonly durationS: number;
}

async function bombardTick(
  server: { readonly url: string; readonly pid: number },
  { folder, postgresPid, durationS }: TickBombardment,
): Promise<Go> {
  const load = { url: server.url, connectionCount: CONNECTION_COUNT, durationS };
  const meter = new ProcessorMeter(server.pid, postgresPid);
  const throughput = await drive(load, folder);
  requireFlawless(throughput);
  return {
    figure: throughput.requestsPerS,
    processor: meter.elapsed(throughput.processorS),
  };
}

async function drive(load: WrkLoad, folder: string): Promise<Throughput> {
  switch (generator()) {
    case "wrk": {
      using tags = await TagFile.follow(load.url, join(folder, "tag"));
      return await runWrk("tick.lua", load, [PATH, tags.path]);
    }
    case "oha": {
      const requestFile = join(folder, "requests");
      await writeRequestLines(requestFile, [{ method: "GET", path: PATH, headers: {}, body: "" }]);
      return bombard({ ...load, requestFile, lines: "again" });
    }
  }
}

/** How often the tag is looked up: a tick lives for a second, so one in fifty is asked for with the tag before. */
const TAG_EVERY_MS = 20;
/** A tick may end between the look and the question; not twice. */
const FOLLOW_TRIES_MAX = 3;

/** Keeps a server's current entity tag in a file while it lives. */
class TagFile implements Disposable {
  readonly path: string;
  readonly #url: string;
  #isOver = false;
  #tag = "";

  /** Throws where the server does not answer 304 to its own tag. */
  static async follow(url: string, path: string): Promise<TagFile> {
    const file = new TagFile(url, path);
    let isUnchanged = false;
    for (let tries = 0; !isUnchanged && tries < FOLLOW_TRIES_MAX; tries += 1) {
      await file.#look();
      isUnchanged = (await get(url, { "if-none-match": file.#tag })).status === 304;
    }
    assert(isUnchanged, `${url}${PATH} is not answered 304 to its own tag`);
    // It never rejects, and ends when it is disposed of.
    void file.#keepLooking();
    return file;
  }

  private constructor(url: string, path: string) {
    this.#url = url;
    this.path = path;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
  }

  async #keepLooking(): Promise<void> {
    while (!this.#isOver) {
      await Bun.sleep(TAG_EVERY_MS);
      // The next look sees what this one could not.
      await this.#look().catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const tag = headerOf((await get(this.#url)).head, "etag") ?? "";
    if (tag === this.#tag) return;
    this.#tag = tag;
    // In one step: wrk may read at any instant.
    writeFileSync(`${this.path}.new`, tag);
    renameSync(`${this.path}.new`, this.path);
  }
}

const TIMEOUT_MS = 5_000;

async function get(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  using connection = new HttpConnection(url);
  const bytes = requestBytes({ method: "GET", path: PATH, headers, body: "" }, new URL(url).host);
  const exchange = await connection.exchange(bytes, TIMEOUT_MS);
  if (exchange.kind === "error") throw new Error(`${url}${PATH}: ${exchange.error}`);
  return exchange.answer;
}

/** Bun says these by itself. */
const OWN_HEADERS = ["date", "content-length", "connection"];

/** The same answer, to be given by Bun without us. */
function prepared({ head, body }: HttpAnswer): Omit<StaticAnswer, "path"> {
  const headers = head
    .split("\r\n")
    .slice(1)
    .map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    })
    .filter(([name]) => !OWN_HEADERS.includes(name));
  return { body: Buffer.from(body).toString(), headers: Object.fromEntries(headers) };
}
