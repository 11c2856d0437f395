import type { SettingOf } from "./template.ts";

/** What a gateway file is read by. */
export interface GatewayPolicy {
  readonly isProduction: boolean;
  /** What `${NAME}` stands for. */
  readonly settingOf: SettingOf;
  readonly timeoutMaxMs: number;
}

/** One reading of one file. */
export interface Reading {
  readonly policy: GatewayPolicy;
  /** Gathers sentences, each with the path to what it is about. */
  readonly faults: string[];
}
