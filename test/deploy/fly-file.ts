import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What the tests read of fly.toml. */
export interface FlyFile {
  readonly killSignal: NodeJS.Signals;
  readonly killTimeoutS: number;
  readonly releaseCommand: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly service: {
    readonly internal_port: number;
    readonly force_https: boolean;
    readonly auto_stop_machines: string;
    readonly auto_start_machines: boolean;
    readonly min_machines_running: number;
    readonly concurrency: {
      readonly type: string;
      readonly soft_limit: number;
      readonly hard_limit: number;
    };
    readonly checks: readonly FlyCheck[];
  };
  readonly checks: Readonly<Record<string, FlyCheck & { readonly port: number }>>;
  readonly machineSize: string;
}

export interface FlyCheck {
  readonly method: string;
  readonly path: string;
}

interface FlyToml {
  readonly kill_signal: NodeJS.Signals;
  readonly kill_timeout: number;
  readonly deploy: { readonly release_command: string };
  readonly env: Readonly<Record<string, string>>;
  readonly http_service: FlyFile["service"];
  readonly checks: FlyFile["checks"];
  readonly vm: readonly { readonly size: string }[];
}

export function readFlyFile(project: string): FlyFile {
  const file = Bun.TOML.parse(readFileSync(join(project, "fly.toml"), "utf8")) as FlyToml;
  return {
    killSignal: file.kill_signal,
    killTimeoutS: file.kill_timeout,
    releaseCommand: file.deploy.release_command.split(" "),
    env: file.env,
    service: file.http_service,
    checks: file.checks,
    machineSize: file.vm[0]?.size ?? "",
  };
}
