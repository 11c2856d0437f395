import { expect, test } from "bun:test";
import { join } from "node:path";
import { HttpConnection } from "../../bench/harness/http-connection.ts";
import { requestBytes } from "../../bench/harness/http-request.ts";
import { ohaCommands } from "../../bench/oha/commands.ts";
import { freshFolder } from "../support/postgres.ts";

const FOLDER = join(import.meta.dir, "../../bench/oha");
const PREPARE = join(FOLDER, "prepare.ts");

test("the README has every command as it is printed", async () => {
  const readme = await Bun.file(join(FOLDER, "README.md")).text();
  const commands = ohaCommands({ url: "http://127.0.0.1:3100", folder: ".floodgate/oha" });
  for (const { warmUp, measure } of commands) expect(readme).toContain(`${warmUp}\n${measure}\n`);
});

test("the bodies prepared for oha get the answers that the README names", async () => {
  const temporary = freshFolder();
  const folder = temporary.path;
  const words = ["--people", "20", "--phones", "10", "--port", "0", "--folder", folder];
  await using child = Bun.spawn(["bun", PREPARE, ...words], { stdout: "pipe", stderr: "pipe" });
  let output = "";
  let url = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    if (url !== "" || !output.includes("Ctrl-C ends it")) continue;
    url = /http:\/\/[\d.:]+/.exec(output)?.[0] ?? "";
    const answersTo = async (file: string, call: string) =>
      statuses(url, call, await Bun.file(join(folder, file)).text());
    expect(await answersTo("registrations.jsonl", "mela/registrations")).toEqual({ 201: 20 });
    expect(await answersTo("registrations.jsonl", "mela/registrations")).toEqual({ 200: 20 });
    expect(await answersTo("codes.jsonl", "mela/codes")).toEqual({ 202: 10 });
    expect(await answersTo("codes.jsonl", "mela/codes")).toEqual({ 429: 10 });
    expect(await answersTo("codes.jsonl", "sold-out/codes")).toEqual({ 409: 10 });
    expect(await answersTo("sold-out.jsonl", "sold-out/registrations")).toEqual({ 409: 2_000 });
    child.kill("SIGINT");
  }
  expect(output).toContain("Seats given out: mela 20, sold-out 1.");
  expect([await child.exited, await new Response(child.stderr).text()]).toEqual([0, ""]);
  temporary.release();
});

test("words it cannot use are told in one sentence", () => {
  const wrong: readonly [words: string[], sentence: string][] = [
    [["--people", "many"], "--people is not a whole number from 1 to 130000"],
    [["--port", "70000"], "--port is not a whole number from 0 to 65535"],
    [["--folder", PREPARE], "--folder cannot be used: EEXIST"],
    [["--seats", "5"], "Unknown option '--seats'; --help says what there is."],
  ];
  for (const [words, sentence] of wrong) {
    const { exitCode, stderr } = Bun.spawnSync(["bun", PREPARE, ...words], { stderr: "pipe" });
    const told = stderr.toString().trim();
    expect(exitCode).toBe(1);
    expect(told).toStartWith(sentence);
    expect(told).not.toContain("\n");
  }
});

/** Posts each line, and counts the answers by status. */
async function statuses(url: string, call: string, bodies: string) {
  using connection = new HttpConnection(url);
  const { host } = new URL(url);
  const counts: Record<string, number> = {};
  for (const body of bodies.trimEnd().split("\n")) {
    const path = `/api/v1/events/${call}`;
    const request = requestBytes({ method: "POST", path, headers: {}, body }, host);
    const exchange = await connection.exchange(request, 10_000);
    const status = exchange.kind === "answer" ? exchange.answer.status : exchange.error;
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
