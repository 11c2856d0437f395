import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface GeneratedSecrets {
  /** 32 random bytes. */
  readonly secret: Uint8Array;
  /** A key ring of one version, in the form of the setting TICKET_KEYS. */
  readonly ticketKeys: string;
}

const FILE = "secrets.json";
const SECRET_BYTES = 32;

/** The secrets of a development copy, made once and kept beside its data (mode 0600), since tickets outlive a start. */
export async function generatedSecrets(dataFolder: string): Promise<GeneratedSecrets> {
  const path = join(dataFolder, FILE);
  try {
    return await readSecrets(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await mkdir(dataFolder, { recursive: true });
  await writeOnce(path);
  return readSecrets(path);
}

async function readSecrets(path: string): Promise<GeneratedSecrets> {
  const stored: unknown = JSON.parse(await readFile(path, "utf8"));
  const { secret, ticketKeys } = stored as Record<string, unknown>;
  if (typeof secret !== "string" || typeof ticketKeys !== "string") {
    throw new Error(
      `${path} does not hold the secrets of this copy; restore it or remove the data`,
    );
  }
  return { secret: new Uint8Array(Buffer.from(secret, "base64url")), ticketKeys };
}

/** Two first starts at once must agree: the file appears whole, and the first to link it wins. */
async function writeOnce(path: string): Promise<void> {
  const random = () => randomBytes(SECRET_BYTES).toString("base64url");
  const draft = `${path}.${random().slice(0, 8)}`;
  const content = JSON.stringify({ secret: random(), ticketKeys: `1:${random()}` });
  await writeFile(draft, `${content}\n`, { mode: 0o600 });
  try {
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await unlink(draft);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
