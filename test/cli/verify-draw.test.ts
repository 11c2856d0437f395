import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Phone } from "../../src/attendee/phone.ts";
import { Mac } from "../../src/otp/mac.ts";
import { writeDrawFile } from "../../src/waiting-room/draw-file.ts";
import { passId, sealPass } from "../../src/waiting-room/pass.ts";
import { BEACON, drawOf, noBreath, sampleDraw, sampleFile } from "../waiting-room/draw-sample.ts";
import { runCommand } from "./run-command.ts";

// Each command is a process of its own, several seconds on a machine that is busy.
setDefaultTimeout(60_000);

const PHONE = "+8801712345678" as Phone;

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "floodgate-verify-"));
  path = join(folder, "draw.json");
  await Bun.write(path, await sampleFile(2_000, BEACON));
});

afterAll(() => rm(folder, { recursive: true }));

function verify(words: string, stdin = "") {
  return runCommand(`verify-draw ${words}`.trim(), { environment: {}, stdin });
}

describe("verify-draw", () => {
  test("tells what it read, and that it is true", async () => {
    const { exitCode, stdout, stderr } = await verify(path);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const { seedHash, root } = await Bun.file(path).json();
    expect(stdout.split("\n").slice(0, 7)).toEqual([
      "river-songs, sale 2: 2,000 places",
      "list closed  2027-01-10T08:58:00.000Z",
      "drawn        2027-01-10T08:59:30.250Z",
      `seed hash    ${seedHash}`,
      `root         ${root}`,
      `beacon       ${BEACON.name}: ${BEACON.value}`,
      "This draw is true: every place was recomputed, and nobody is listed twice.",
    ]);
  });

  test("reads standard input, and tells why a draw went without its beacon", async () => {
    const missing = { name: "drand round 5", value: null, missing: "drand is away" };
    const { exitCode, stdout } = await verify("-", await sampleFile(3, missing));
    expect(exitCode).toBe(0);
    expect(stdout).toContain("beacon       drand round 5: missing, drand is away\n");
  });

  test("ends with 1 and every kind of fault where the draw is not true", async () => {
    const text = (await sampleFile(3)).replace(/"count":3/, '"count":4').replace(/\d+\]\]/, "7]]");
    const { exitCode, stdout, stderr } = await verify("-", text);
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain("is true");
    expect(stderr.trimEnd().split("\n")).toEqual([
      "This draw is NOT true:",
      "- It counts 4, but it lists 3.",
      "- 1 of 3 places are not what seed, root and beacon give.",
      "- The pass at rank 3 stands behind one it comes before.",
    ]);
  });

  test("tells the rank of a pass by its id, and by the token that carries it", async () => {
    const { places } = await sampleDraw(2_000, BEACON);
    const id = Buffer.from(places[1_233]?.passId ?? []).toString("base64url");
    const byId = await verify(`${path} -- ${id}`);
    expect(byId.stdout).toEndWith("That pass is number 1,234 of 2,000.\n");

    const mac = new Mac(new Uint8Array(32));
    const member = { passId: passId(PHONE, 2, mac), isVerified: true };
    const token = sealPass({ ...member, saleId: 2, serial: null, issuedAtMs: 0 }, PHONE, mac);
    const text = await writeDrawFile(await drawOf([member], null), noBreath);
    const byToken = await verify(`- ${token}`, text);
    expect(byToken.stdout).toEndWith("That pass is number 1 of 1.\n");

    const absent = await verify(`${path} ${token}`);
    expect(absent.exitCode).toBe(0);
    expect(absent.stdout).toContain("That pass is not in the list, as it must be");
  });

  test("answers words it cannot use with its usage and 2, whatever the draw", async () => {
    const lines = ["", `${path} AAAA`, `${path} a b`, `${path} -abc`, `${path} --json`];
    const results = await Promise.all(lines.map((line) => verify(line)));
    for (const [index, { exitCode, stdout, stderr }] of results.entries()) {
      const line = lines[index];
      expect({ line, exitCode, stdout }).toEqual({ line, exitCode: 2, stdout: "" });
      expect(stderr).toContain("\n\nbun run verify-draw FILE");
    }
  });

  test("says in one sentence what cannot be read", async () => {
    const absent = await verify("/nowhere.json");
    expect(absent.exitCode).toBe(1);
    expect(absent.stderr).toMatch(/^\/nowhere\.json cannot be read: [^\n]+\n$/);
    expect(await verify("-", "{draw")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "- is not the list of a draw. It is no JSON object.\n",
    });
  });
});

describe("verify-draw by address", () => {
  const zeros = new Uint8Array(1024 * 1024);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    routes: {
      "/draw": () => new Response(Bun.file(path)),
      "/endless": () =>
        new Response(new ReadableStream({ pull: (stream) => stream.enqueue(zeros) })),
    },
    fetch: () => new Response("", { status: 404 }),
  });
  afterAll(() => server.stop(true));

  test("reads what a server publishes", async () => {
    const { exitCode, stdout } = await verify(`${server.url}draw`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("This draw is true");
  });

  test("says what a server answers instead, or that none is there", async () => {
    const { exitCode, stderr } = await verify(`${server.url}none`);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`${server.url}none cannot be read: the answer is 404\n`);
    expect((await verify("http://127.0.0.1:1/")).stderr).toMatch(/^http:.* cannot be read: .+\n$/);
  });

  test("gives up an answer that is too large for any draw (invariant 8)", async () => {
    const { exitCode, stderr } = await verify(`${server.url}endless`);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`${server.url}endless cannot be read: it is too large\n`);
  });
});
