import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresOrganiserStore } from "../../src/adapters/postgres/organiser-store.ts";
import type { App, Overrides } from "../../src/app.ts";
import { createApp } from "../../src/app.ts";
import type { Environment } from "../../src/config.ts";
import { readConfig } from "../../src/config.ts";
import type { EventDraft, SaleDraft } from "../../src/organiser/ports.ts";
import type { Event, ProofDemand } from "../../src/sale/event.ts";
import { freePort } from "./free-port.ts";

const HOUR_MS = 3_600_000;
/** 32 random bytes, of no other use. */
const SECRET = "t0gbYVxPzL3n5Yt8uE2b9QmW4kJ7rS1dH6vC0aXeZiM";
const TICKET_KEYS = "1:Yl0WcmDhV2K9sJxq5T8nR3uBvE7gLpAzOiQ4f6yHk1M";

export interface TestService extends AsyncDisposable {
  readonly app: App;
  readonly url: string;
}

/** The whole service in this process on the database given, with the development inbox. */
export async function startService(
  databaseUrl: string,
  { overrides = {}, environment = {} }: { overrides?: Overrides; environment?: Environment } = {},
): Promise<TestService> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = readConfig({
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: databaseUrl,
    DEV_INBOX: "on",
    SECRET,
    TICKET_KEYS,
    LOG_LEVEL: "silent",
    ...environment,
  });
  const app = await createApp(config, overrides);
  return { app, url, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

export function saleDraft(nowMs: number, changes: Partial<SaleDraft> = {}): SaleDraft {
  return {
    number: 1,
    verifyFromMs: nowMs - 2 * HOUR_MS,
    opensAtMs: nowMs - HOUR_MS,
    closesAtMs: nowMs + HOUR_MS,
    quota: 100,
    ...changes,
  };
}

/** An event of three days with the sales given, stored before the service starts or while it runs. */
export async function storeEvent(
  databaseUrl: string,
  sales: readonly SaleDraft[],
  slug = "mela",
  proof: ProofDemand = "off",
): Promise<Event> {
  await using database = new Database({
    url: databaseUrl,
    applicationName: "test",
    connectionCountMax: 1,
    isPrepared: false,
  });
  const draft: EventDraft = {
    slug,
    sales,
    proof,
    details: {
      name: "Winter Mela",
      venue: "Suhrawardy Udyan, Dhaka",
      description: "",
      timeZone: "Asia/Dhaka",
      days: [5, 6, 7].map((date, index) => ({
        day: index + 1,
        date: `2027-02-0${date}`,
        doorsAt: "15:00",
      })),
    },
  };
  const frozen = { host: "127.0.0.1", keyId: 1 };
  const change = await new PostgresOrganiserStore(database).changeEvent(slug, frozen, () => ({
    kind: "write",
    draft,
  }));
  // A busy machine is no surge: what a test expects of the service holds at rest.
  await database.run((sql) => sql`update service_mode set held_level = 0`);
  if (change.kind === "refused") throw new Error(change.faults.join("; "));
  return change.event;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Someone with a phone and a browser, who speaks the wire contract. */
export class Attendee {
  readonly phone: string;
  readonly #service: string;
  readonly #event: string;
  challenge = "";

  constructor(service: string, phone: string, event = "mela") {
    this.#service = service;
    this.phone = phone;
    this.#event = event;
  }

  askCode(body: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.#post("codes", { phone: this.phone, ...body }).then((answer) => {
      const { challenge } = answer.body;
      if (typeof challenge === "string") this.challenge = challenge;
      return answer;
    });
  }

  /** Waits for the code of the newest SMS to this phone. */
  async readCode(): Promise<string> {
    return /#(\d{6})$/.exec(await this.#newestSms(/#\d{6}$/))?.[1] ?? "";
  }

  async readConfirmation(): Promise<string> {
    return this.#newestSms(/\/t\//);
  }

  verify(code: string): Promise<Answer> {
    return this.#post("verifications", { phone: this.phone, challenge: this.challenge, code });
  }

  register(code: string, body: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const { phone, challenge } = this;
    const person = { name: "Rahim Uddin", email: "rahim@example.org" };
    return this.#post("registrations", { ...person, phone, challenge, code, ...body });
  }

  registerWith(verification: string): Promise<Answer> {
    const person = { name: "Rahim Uddin", email: "rahim@example.org" };
    return this.#post("registrations", { ...person, verification });
  }

  /** Asks for a code, reads it and registers. */
  async comeThrough(): Promise<Answer> {
    const asked = await this.askCode();
    if (asked.status !== 202) return asked;
    return this.register(await this.readCode());
  }

  async #newestSms(pattern: RegExp): Promise<string> {
    const deadlineMs = performance.now() + 20_000;
    while (performance.now() < deadlineMs) {
      const response = await fetch(`${this.#service}/dev/inbox.json`);
      const messages = (await response.json()) as { kind: string; to: string; text: string }[];
      const found = messages.find(
        ({ kind, to, text }) => kind === "sms" && to === this.phone && pattern.test(text),
      );
      if (found !== undefined) return found.text;
      await Bun.sleep(10);
    }
    throw new Error(`no SMS like ${pattern} came for ${this.phone}`);
  }

  async #post(call: string, body: unknown): Promise<Answer> {
    const response = await fetch(`${this.#service}/api/v1/events/${this.#event}/${call}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Answer["body"] };
  }
}

/** Valid Bangladeshi mobile numbers, all different. */
export function phoneNumber(index: number): string {
  return `+88017${String(10_000_000 + index)}`;
}
