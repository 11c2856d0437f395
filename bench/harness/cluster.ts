import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { migrate } from "../../src/adapters/postgres/migrate.ts";
import type { BenchDatabase, OpenCluster } from "./bench.ts";
import { Child } from "./child.ts";
import type { ClusterAnswer } from "./cluster-process.ts";

const PROGRAM = join(import.meta.dir, "cluster-process.ts");
const TEMPLATE_NAME = "template_floodgate";

/** The embedded PostgreSQL as the service runs it, on a disk and flushing to it: memory would flatter every commit. */
export class Cluster implements OpenCluster {
  readonly pid: number;
  readonly #child: Child;
  readonly #url: string;
  readonly #admin: Sql;
  readonly #clients: Sql[] = [];
  #databaseCount = 0;

  private constructor(child: Child, { url, pid }: ClusterAnswer) {
    this.pid = pid;
    this.#child = child;
    this.#url = url;
    this.#admin = this.#connect(url);
  }

  static async start(): Promise<Cluster> {
    await using starting = new AsyncDisposableStack();
    const child = starting.use(new Child(PROGRAM));
    const cluster = new Cluster(child, await child.ask<ClusterAnswer>({}));
    await cluster.#admin.unsafe(`create database ${TEMPLATE_NAME}`);
    await migrate(cluster.#addressOf(TEMPLATE_NAME));
    starting.move();
    return cluster;
  }

  async freshDatabase(): Promise<BenchDatabase> {
    this.#databaseCount += 1;
    const name = `bench_${this.#databaseCount}`;
    await this.#admin.unsafe(`create database ${name} template ${TEMPLATE_NAME}`);
    const url = this.#addressOf(name);
    return { url, sql: this.#connect(url) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.end({ timeout: 1 });
    await this.#child[Symbol.asyncDispose]();
  }

  #connect(url: string): Sql {
    const client = postgres(url, { max: 2, max_lifetime: null, onnotice: () => {} });
    this.#clients.push(client);
    return client;
  }

  #addressOf(databaseName: string): string {
    const address = new URL(this.#url);
    address.pathname = databaseName;
    return address.href;
  }
}
