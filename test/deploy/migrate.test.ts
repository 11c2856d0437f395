import { expect, test } from "bun:test";
import { join } from "node:path";
import { runCommand } from "../cli/run-command.ts";
import { freshDatabase } from "../support/postgres.ts";
import { readFlyFile } from "./fly-file.ts";
import { PRODUCTION_SECRETS } from "./production.ts";

const production = {
  NODE_ENV: "production",
  ...readFlyFile(join(import.meta.dir, "../..")).env,
  ...PRODUCTION_SECRETS,
};

test("migrating is safe to repeat, and by two at once", async () => {
  await using database = await freshDatabase();
  await database.sql`create database empty`;
  const url = new URL(database.url);
  url.pathname = "empty";
  const environment = { ...production, DATABASE_URL: url.href };
  const migrate = () => runCommand("migrate", { environment });
  const results = [...(await Promise.all([migrate(), migrate()])), await migrate()];
  await database.sql`drop database empty with (force)`;
  const done = { exitCode: 0, stdout: "The database is up to date.\n", stderr: "" };
  expect(results).toEqual([done, done, done]);
});

test("production refuses to deploy on a database that may lose what it acknowledged", async () => {
  await using database = await freshDatabase();
  const name = new URL(database.url).pathname.slice(1);
  await database.sql.unsafe(`alter database ${name} set synchronous_commit = off`);
  const environment = { ...production, DATABASE_URL: database.url };
  const { exitCode, stdout, stderr } = await runCommand("migrate", { environment });
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("synchronous_commit is off");
});

test("a database that is away is told in one sentence, without the password", async () => {
  const environment = {
    ...production,
    DATABASE_URL: "postgres://floodgate:hunter2@127.0.0.1:1/floodgate",
  };
  const { exitCode, stderr } = await runCommand("migrate", { environment });
  expect(exitCode).toBe(1);
  expect(stderr).toStartWith("The database cannot be used (ECONNREFUSED)");
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).not.toContain("hunter2");
});
