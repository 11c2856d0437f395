import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { until } from "../fault/service-under-fault.ts";
import { freePort } from "../support/free-port.ts";

/** nginx ends when the pipe from us does, however we do. */
const SHELL = '"$0" "$@" & cat > /dev/null; kill $!; wait';

/**
 * nginx as a cache that keeps all it may: answers to POST as well, and for a minute whatever says nothing of being kept.
 * Each answer tells in `x-cache` whether it was kept (`HIT`, `STALE`) or fetched (`MISS`).
 */
export class CachingProxy implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;
  readonly #child: Subprocess<"pipe", "ignore", "inherit">;

  private constructor(url: string, folder: string, child: Subprocess<"pipe", "ignore", "inherit">) {
    this.url = url;
    this.#folder = folder;
    this.#child = child;
  }

  /** Resolves when it answers. */
  static async start(upstream: string): Promise<CachingProxy> {
    const folder = mkdtempSync(join(tmpdir(), "floodgate-nginx-"));
    const port = freePort();
    const file = join(folder, "nginx.conf");
    writeFileSync(file, configuration(folder, port, upstream));
    const command = ["/bin/sh", "-c", SHELL, "nginx", "-p", folder, "-e", "stderr", "-c", file];
    const child = Bun.spawn(command, { stdin: "pipe", stdout: "ignore", stderr: "inherit" });
    await until("nginx listens", () => isListening(port));
    return new CachingProxy(`http://127.0.0.1:${port}`, folder, child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.end();
    await this.#child.exited;
    rmSync(this.#folder, { recursive: true });
  }
}

/** In the foreground, without workers or a user of its own, so that it needs no rights and leaves nothing behind. */
function configuration(folder: string, port: number, upstream: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    events { worker_connections 256; }
    http {
      access_log off;
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
          proxy_cache_methods GET HEAD POST;
          proxy_cache_key $request_method$request_uri;
          proxy_cache_valid any 1m;
          add_header x-cache $upstream_cache_status always;
        }
      }
    }`;
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
