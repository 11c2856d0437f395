import { expect, test } from "bun:test";
import { findEmbedded, openEmbedded } from "../../src/adapters/postgres/embedded.ts";
import { eventFile } from "../organiser/event-files.ts";
import { freshFolder } from "../support/postgres.ts";
import { runCommand } from "./run-command.ts";

test("a command uses the database of a running server, and else starts and stops it itself", async () => {
  const folder = freshFolder();
  const dataFolder = folder.path;
  const environment = { FLOODGATE_DATA: dataFolder };
  const stdin = JSON.stringify(eventFile());
  const alone = await runCommand("event apply -", { environment, stdin });
  expect(alone.stdout).toStartWith("river-songs is created");
  expect(await findEmbedded(dataFolder)).toBeNull();

  {
    await using server = await openEmbedded({ dataFolder, log: () => {} });
    const beside = await runCommand("event list", { environment });
    expect(beside).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("river-songs") });
    expect(await findEmbedded(dataFolder)).toBe(server.url);
  }
  expect(await findEmbedded(dataFolder)).toBeNull();
  folder.release();
}, 60_000);
