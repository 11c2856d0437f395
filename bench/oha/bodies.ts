import { join } from "node:path";
import type { TickBody } from "../../src/http/wire.ts";
import { phoneNumber } from "../../test/support/harness.ts";
import { BenchError } from "../harness/bench.ts";
import type { CodeListener } from "../harness/code-listener.ts";
import { type ProvedPhone, provePhones, registrationRequest } from "../harness/proved-phones.ts";
import { BODY_FILES, FULL_EVENT, OPEN_EVENT } from "./commands.ts";

export interface BodiesOptions {
  /** Of the service. */
  readonly url: string;
  readonly codes: CodeListener;
  readonly folder: string;
  /** Who can register. */
  readonly peopleCount: number;
  /** Numbers that ask for a code. */
  readonly phoneCount: number;
}

/** Where the numbers of each kind of person begin, far enough apart that none is of two kinds. */
const FIRST_PERSON = 0;
const FIRST_LATECOMER = 1_000_000;
const FIRST_ASKER = 2_000_000;
/** What they are told changes nothing, so that a few serve for any number of requests. */
const LATECOMER_COUNT = 2_000;
const FULL_WITHIN_MS = 10_000;

/** Writes the files of bodies, and sells the one seat of the event that is to be full. */
export async function writeBodies(options: BodiesOptions): Promise<void> {
  const { url, codes, folder, peopleCount, phoneCount } = options;
  const write = (file: keyof typeof BODY_FILES, bodies: readonly string[]) =>
    Bun.write(join(folder, BODY_FILES[file]), `${bodies.join("\n")}\n`);
  const prove = (eventSlug: string, firstIndex: number, count: number) =>
    provePhones({ url, codes, eventSlug, firstIndex, count });
  const asker = (_: unknown, index: number) =>
    JSON.stringify({ phone: phoneNumber(FIRST_ASKER + index) });
  await write("codes", Array.from({ length: phoneCount }, asker));
  const [winner, ...latecomers] = await prove(FULL_EVENT, FIRST_LATECOMER, LATECOMER_COUNT + 1);
  if (winner !== undefined) await sellOut(url, winner);
  await write("soldOut", latecomers.map(bodyFor(FULL_EVENT)));
  // Last, for codes do not keep.
  const people = await prove(OPEN_EVENT, FIRST_PERSON, peopleCount);
  await write("registrations", people.map(bodyFor(OPEN_EVENT)));
}

function bodyFor(eventSlug: string): (person: ProvedPhone) => string {
  return (person) => registrationRequest(eventSlug, person).body;
}

/** Gives out the one seat, and waits until the service has told everyone. */
async function sellOut(url: string, winner: ProvedPhone): Promise<void> {
  const { path, body } = registrationRequest(FULL_EVENT, winner);
  const headers = { "content-type": "application/json" };
  const { status } = await fetch(`${url}${path}`, { method: "POST", headers, body });
  if (status !== 201) throw new BenchError(`The one seat to be given out was answered ${status}.`);
  const endMs = performance.now() + FULL_WITHIN_MS;
  while ((await saleState(url)) !== "full") {
    if (performance.now() > endMs) throw new BenchError("The sold-out sale does not say so.");
    await Bun.sleep(20);
  }
}

async function saleState(url: string): Promise<string | undefined> {
  const response = await fetch(`${url}/api/v1/events/${FULL_EVENT}/tick`);
  return ((await response.json()) as TickBody).sale?.state;
}
