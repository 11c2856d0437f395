import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { until } from "../fault/service-under-fault.ts";
import { freePort } from "../support/free-port.ts";

/** nginx ends when the pipe from us does, however we do. */
const SHELL = '"$0" "$@" & cat > /dev/null; kill $!; wait';

const PID_FILE = "nginx.pid";

/** Keeps all it may: answers to POST as well, and for a minute whatever says nothing of being kept. */
const EAGER: readonly string[] = ["proxy_cache_methods GET HEAD POST", "proxy_cache_valid any 1m"];

/** Keeps what it is told to for as long as it is told, as a CDN does: asks once for everybody, and while it asks gives what it had. */
export const AS_TOLD: readonly string[] = [
  "proxy_cache_lock on",
  "proxy_cache_background_update on",
  "proxy_cache_revalidate on",
];

/** nginx as a cache. Each answer tells in `x-cache` whether it was kept (`HIT`, `STALE`, `UPDATING`) or fetched (`MISS`, `EXPIRED`). */
export class CachingProxy implements AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly #folder: string;
  readonly #child: Subprocess<"pipe", "ignore", "inherit">;

  private constructor(
    port: number,
    folder: string,
    child: Subprocess<"pipe", "ignore", "inherit">,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.pid = readPid(folder);
    this.#folder = folder;
    this.#child = child;
  }

  /** Resolves when it answers. `caching` are directives of nginx. */
  static async start(upstream: string, caching = EAGER): Promise<CachingProxy> {
    const folder = mkdtempSync(join(tmpdir(), "floodgate-nginx-"));
    const port = freePort();
    const file = join(folder, "nginx.conf");
    writeFileSync(file, configuration(folder, { port, upstream, caching }));
    const command = ["/bin/sh", "-c", SHELL, "nginx", "-p", folder, "-e", "stderr", "-c", file];
    const child = Bun.spawn(command, { stdin: "pipe", stdout: "ignore", stderr: "inherit" });
    await until("nginx listens", async () => readPid(folder) > 0 && (await isListening(port)));
    return new CachingProxy(port, folder, child);
  }

  /** All that lies on its disk, head and body of each answer. */
  kept(): string {
    const files = readdirSync(join(this.#folder, "cache"), {
      recursive: true,
      withFileTypes: true,
    });
    return files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"))
      .join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.end();
    await this.#child.exited;
    rmSync(this.#folder, { recursive: true });
  }
}

interface Place {
  readonly port: number;
  readonly upstream: string;
  readonly caching: readonly string[];
}

/** In the foreground, without workers or a user of its own, so that it needs no rights and leaves nothing behind. */
function configuration(folder: string, { port, upstream, caching }: Place): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    daemon off;
    master_process off;
    pid ${folder}/${PID_FILE};
    events { worker_connections 4096; }
    http {
      access_log off;
      keepalive_requests 1000000;
      open_file_cache max=64;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n      ")}
      proxy_cache_path ${folder}/cache keys_zone=kept:1m max_size=16m;
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass ${upstream};
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host $http_host;
          proxy_cache kept;
          proxy_cache_key $request_method$request_uri;
          ${caching.map((directive) => `${directive};`).join("\n          ")}
          add_header x-cache $upstream_cache_status always;
        }
      }
    }`;
}

/** 0 until it is written. */
function readPid(folder: string): number {
  const file = join(folder, PID_FILE);
  return existsSync(file) ? Number(readFileSync(file, "latin1")) : 0;
}

async function isListening(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.terminate();
    return true;
  } catch {
    return false;
  }
}
