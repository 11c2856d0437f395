import type { OpenCluster } from "./bench.ts";
import { Cluster } from "./cluster.ts";

/** Hands out PostgreSQLs: each bench of a full run has its own, those of a smoke run share one, for the time it saves. */
export class Clusters implements AsyncDisposable {
  readonly #isShared: boolean;
  #shared: Promise<Cluster> | null = null;

  constructor({ isShared }: { readonly isShared: boolean }) {
    this.#isShared = isShared;
  }

  async open(): Promise<OpenCluster> {
    if (!this.#isShared) return Cluster.start();
    this.#shared ??= Cluster.start();
    const cluster = await this.#shared;
    return {
      pid: cluster.pid,
      freshDatabase: () => cluster.freshDatabase(),
      [Symbol.asyncDispose]: async () => {},
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#shared)?.[Symbol.asyncDispose]();
  }
}
