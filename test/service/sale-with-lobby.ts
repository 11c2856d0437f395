import type { DrawBody, TickBody } from "../../src/http/wire.ts";
import { runCommand } from "../cli/run-command.ts";
import { CrowdSms } from "../fault/crowd-sms.ts";
import { faultEnvironment, until } from "../fault/service-under-fault.ts";
import { phoneNumber, saleDraft, storeEvent } from "../support/harness.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase } from "../support/postgres.ts";
import { ServiceProcess } from "../support/service-process.ts";
import { PersonInLine } from "./person-in-line.ts";

export interface LobbyTerms {
  readonly quota: number;
  readonly beacon?: string;
  /** Settings of the processes besides the usual ones. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The published list of a draw, as JSON. */
export interface DrawList {
  readonly seed: string;
  readonly seedHash: string;
  readonly root: string;
  readonly count: number;
  readonly places: readonly (readonly [passId: string, place: number])[];
}

const HOUR_MS = 3_600_000;

/** A sale whose lobby is open, on a real database, and the processes that serve it, one after the other or at once. */
export class SaleWithLobby implements AsyncDisposable {
  readonly database: TestDatabase;
  readonly sms: CrowdSms;
  readonly #terms: LobbyTerms;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #resources: AsyncDisposableStack;

  private constructor(
    { database, sms }: { readonly database: TestDatabase; readonly sms: CrowdSms },
    terms: LobbyTerms,
    resources: AsyncDisposableStack,
  ) {
    this.database = database;
    this.sms = sms;
    this.#terms = terms;
    const usual = faultEnvironment(sms, { DATABASE_URL: database.url });
    this.#environment = { ...usual, ...terms.environment };
    this.#resources = resources;
  }

  static async open(terms: LobbyTerms): Promise<SaleWithLobby> {
    await using opening = new AsyncDisposableStack();
    const database = opening.use(await freshDatabase());
    const sms = opening.use(new CrowdSms());
    const sale = new SaleWithLobby({ database, sms }, terms, opening.move());
    await sale.opensIn(HOUR_MS);
    return sale;
  }

  people(from: number, to: number): readonly PersonInLine[] {
    return Array.from(
      { length: to - from },
      (_, at) => new PersonInLine(phoneNumber(from + at), this.sms),
    );
  }

  /** Moves the opening, as an organiser may: the test waits for no clock before all are in the lobby. */
  async opensIn(aheadMs: number): Promise<void> {
    const { quota, beacon } = this.#terms;
    const nowMs = Date.now();
    const opensAtMs = nowMs + aheadMs;
    const closesAtMs = opensAtMs + HOUR_MS;
    const lobby = { fromMs: nowMs - HOUR_MS, ...(beacon !== undefined && { beacon }) };
    const changes = { verifyFromMs: opensAtMs, opensAtMs, closesAtMs, quota, lobby };
    await storeEvent(this.database.url, [saleDraft(nowMs, changes)]);
  }

  /** One more process, with its room open. */
  async start(): Promise<ServiceProcess> {
    const service = this.#resources.use(new ServiceProcess(this.#environment));
    await service.ready();
    await until("the room is open", async () => (await readLine(service.url)) !== undefined);
    return service;
  }

  /** Runs `bun src/cli/…` on the same database and answers what it says. */
  async command(line: string, stdin = ""): Promise<string> {
    const environment = this.#environment;
    const { exitCode, stdout, stderr } = await runCommand(line, { environment, stdin });
    if (exitCode !== 0) throw new Error(`${line}: ${stderr}`);
    return stdout;
  }

  /** Phones with a seat, by ordinal; throws where the ordinals are not dense from 1 (invariant 1). */
  async seatedPhones(): Promise<readonly string[]> {
    const rows = await this.database.sql<{ ordinal: number; phone: string }[]>`
      select ordinal, phone from registrations order by ordinal`;
    const gap = rows.findIndex(({ ordinal }, at) => ordinal !== at + 1);
    if (gap !== -1) throw new Error(`ordinal ${gap + 1} is ${rows[gap]?.ordinal}`);
    return rows.map(({ phone }) => `+${phone}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

/** Until the draw is public, and answers its list. */
export async function drawnList(url: string): Promise<DrawList> {
  await until("the places are drawn", async () => (await readLine(url))?.phase === "drawn");
  return (await read(url, "draw/list?sale=1")) as DrawList;
}

export async function readDraw(url: string): Promise<DrawBody> {
  return (await read(url, "draw")) as DrawBody;
}

export async function readLine(url: string): Promise<TickBody["line"]> {
  return ((await read(url, "tick")) as TickBody).line;
}

export async function read(url: string, call: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/events/mela/${call}`);
  if (!response.ok) throw new Error(`${call}: ${response.status}`);
  return response.json();
}
