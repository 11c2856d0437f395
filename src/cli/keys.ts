import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseKeyRing } from "../ticket/signing-key.ts";
import { RefusedError, runCommand, UsageError } from "./command.ts";

const USAGE = `bun run keys             print the secrets of a new installation, one NAME=value a line
bun run keys add FILE    print the lines of FILE with one more version in TICKET_KEYS (- reads standard input)

Nothing is written anywhere: keep the output where only you can read it, and outside of this folder. New events are
signed with the newest version, and tickets that are out need theirs for as long as they are scanned.
`;

const KEY_BYTES = 32;
const VERSION_MAX = 255;
const RING_LINE = /^TICKET_KEYS=(.*)$/m;

await runCommand({
  usage: USAGE,
  async run(words) {
    const [verb, path, ...rest] = words;
    if (verb === undefined) return print(freshSecrets());
    if (verb !== "add") throw new UsageError(`There is no "keys ${verb}".`);
    if (path === undefined || rest.length > 0) throw new UsageError("Name one file.");
    print(withNewVersion(await read(path), path));
  },
});

function freshSecrets(): string {
  const values = {
    SECRET: randomKey(),
    TICKET_KEYS: `1:${randomKey()}`,
    ORIGIN_SECRET: randomKey(),
    METRICS_TOKEN: randomKey(),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** The other lines stay as they are, so that the output can take the place of the file. */
function withNewVersion(lines: string, path: string): string {
  const ring = RING_LINE.exec(lines)?.[1]?.trim();
  if (ring === undefined) throw new RefusedError(`${path} has no line TICKET_KEYS=1:…`);
  const parsed = parseKeyRing(ring);
  if (parsed.kind === "invalid") throw new RefusedError(`${path}: ${parsed.reason}`);
  const version = parsed.ring.newest.version + 1;
  if (version > VERSION_MAX)
    throw new RefusedError(`${path} holds version ${VERSION_MAX}: the last`);
  return lines.replace(RING_LINE, `TICKET_KEYS=${ring},${version}:${randomKey()}`);
}

function randomKey(): string {
  return randomBytes(KEY_BYTES).toString("base64url");
}

async function read(path: string): Promise<string> {
  if (path === "-") return Bun.stdin.text();
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RefusedError(`${path} cannot be read: ${reason}`);
  }
}

function print(text: string): void {
  process.stdout.write(text);
}
