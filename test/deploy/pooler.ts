import { chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { freePort } from "../support/free-port.ts";
import { freshFolder } from "../support/postgres.ts";

const UNPRIVILEGED_ID = 65_534;

/** A PgBouncer in transaction mode before a database: it knows no named statements and no settings at the start. */
export async function openPooler(databaseUrl: string): Promise<Pooler> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const folder = freshFolder();
  const database = pathname.slice(1);
  const listenPort = freePort();
  const configuration = join(folder.path, "pgbouncer.ini");
  const users = join(folder.path, "users");
  const server = `host=${hostname} port=${port} user=${username} password=${password}`;
  writeFileSync(users, `"${username}" "${password}"\n`, { mode: 0o600 });
  writeFileSync(
    configuration,
    `[databases]
${database} = ${server} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = transaction
default_pool_size = 20
`,
    { mode: 0o600 },
  );
  for (const path of [users, configuration]) lend(path);
  const child = Bun.spawn([...asOrdinaryUser(), "pgbouncer", "-q", configuration], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = new URL(databaseUrl);
  url.port = String(listenPort);
  await untilAnswering(url.href, child);
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      child.kill("SIGQUIT");
      await child.exited;
      folder.release();
    },
  };
}

export interface Pooler extends AsyncDisposable {
  readonly url: string;
}

/** PgBouncer refuses to run as root. */
function asOrdinaryUser(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  const id = UNPRIVILEGED_ID;
  return ["setpriv", `--reuid=${id}`, `--regid=${id}`, "--clear-groups"];
}

function lend(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
}

async function untilAnswering(url: string, child: Bun.Subprocess): Promise<void> {
  const sql = postgres(url, { max: 1, prepare: false, backoff: () => 0.02 });
  try {
    while (child.exitCode === null) {
      const answer = await sql`select 1`.catch(() => null);
      if (answer !== null) return;
      await Bun.sleep(10);
    }
    throw new Error("PgBouncer ended before it answered");
  } finally {
    await sql.end({ timeout: 1 });
  }
}
