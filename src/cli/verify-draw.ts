import type { DrawFile } from "../waiting-room/draw-file.ts";
import { parsePassId, readDrawFile } from "../waiting-room/draw-file.ts";
import { rankOf, verifyDraw } from "../waiting-room/draw-verification.ts";
import { PASS_ID_AT } from "../waiting-room/pass.ts";
import { RefusedError, runCommand, UsageError } from "./command.ts";

const USAGE = `bun run verify-draw FILE         recompute every place of a published draw (- reads standard input)
bun run verify-draw URL          the same of https://HOST/api/v1/events/EVENT/draw/list?sale=N
bun run verify-draw FILE PASS    and tell the rank of a pass, or of its id; after -- where it begins with one

Exit code 0: the draw is true. 1: it is not, or cannot be read. How a draw works: src/waiting-room/README.md
`;

/** A million places; 100,000 have 5 MB. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 60_000;
const PASS_ID_BYTES = 16;

await runCommand({
  usage: USAGE,
  async run([source, pass, ...rest], { signal }) {
    if (source === undefined || rest.length > 0) throw new UsageError("Name one file or address.");
    const passId = pass === undefined ? null : readPassId(pass);
    const file = await readFile(source, signal);
    tellFile(file);
    const verdict = verifyDraw(file);
    if (verdict.kind === "false") throw new RefusedError("This draw is NOT true:", verdict.faults);
    print("This draw is true: every place was recomputed, and nobody is listed twice.");
    print("What shows that it was not made up later: that seed hash, root and beacon are the ones");
    print("which were public before the seed was.");
    if (passId !== null) tellRank(passId, file);
  },
});

/** Of the token, which carries it in the clear, or of the id itself. */
function readPassId(text: string): Uint8Array {
  const id = parsePassId(text) ?? Buffer.from(text, "base64url").subarray(PASS_ID_AT);
  if (id.length < PASS_ID_BYTES) throw new UsageError("That is neither a pass nor the id of one.");
  return id.subarray(0, PASS_ID_BYTES);
}

async function readFile(source: string, signal: AbortSignal): Promise<DrawFile> {
  const read = readDrawFile(await readSource(source, signal));
  if (read.kind === "file") return read.file;
  throw new RefusedError(`${source} is not the list of a draw. ${read.fault}`);
}

async function readSource(source: string, signal: AbortSignal): Promise<string> {
  try {
    return await readText(await openSource(source, signal));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RefusedError(`${source} cannot be read: ${reason}`);
  }
}

async function openSource(source: string, signal: AbortSignal): Promise<ReadableStream> {
  if (source === "-") return Bun.stdin.stream();
  if (!/^https?:\/\//.test(source)) return Bun.file(source).stream();
  const timeout = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const response = await fetch(source, { signal: AbortSignal.any([signal, timeout]) });
  if (response.ok && response.body !== null) return response.body;
  throw new Error(`the answer is ${response.status}`);
}

async function readText(stream: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > FILE_BYTES_MAX) throw new Error("it is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function tellFile({ event, sale, closedAtMs, drawnAtMs, beacon, ...file }: DrawFile): void {
  print(`${event}, sale ${sale}: ${file.places.length.toLocaleString("en")} places`);
  print(`list closed  ${new Date(closedAtMs).toISOString()}`);
  print(`drawn        ${new Date(drawnAtMs).toISOString()}`);
  print(`seed hash    ${Buffer.from(file.seedHash).toString("base64url")}`);
  print(`root         ${Buffer.from(file.root).toString("base64url")}`);
  if (beacon === null) print("beacon       none was named");
  else print(`beacon       ${beacon.name}: ${beacon.value ?? `missing, ${beacon.missing}`}`);
}

function tellRank(passId: Uint8Array, file: DrawFile): void {
  const rank = rankOf(passId, file);
  const all = file.places.length.toLocaleString("en");
  print(
    rank === null
      ? "That pass is not in the list, as it must be if it was given before the closing."
      : `That pass is number ${rank.toLocaleString("en")} of ${all}.`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
