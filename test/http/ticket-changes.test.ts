import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Email } from "../../src/attendee/email.ts";
import type { Refusal } from "../../src/http/problem.ts";
import { problemBody } from "../../src/http/problem.ts";
import type { CorrectAddressCommand } from "../../src/registration/commands.ts";
import type { CorrectAddressOutcome, ResendMailOutcome } from "../../src/registration/outcome.ts";
import type { TicketKey } from "../../src/ticket/ticket.ts";
import { openStores, type Stores } from "../adapters/postgres/stores.ts";
import { candidate } from "../contract/registration-store.contract.ts";
import {
  Attendee,
  saleDraft,
  startService,
  storeEvent,
  type TestService,
} from "../support/harness.ts";
import { freshDatabase, type TestDatabase } from "../support/postgres.ts";
import { post, TICKET_KEY } from "./serve.ts";
import { type ServedChanges, serveChanges, serveRoutes } from "./ticket-change-server.ts";

setDefaultTimeout(60_000);

const PUBLIC_URL = "https://tickets.example.org";
const NEW_KEY = "EBESExQVFhcYGRobHB0eHw" as TicketKey;
const RETRY = { retryAfterS: 7 };
const address = { email: "karim@example.org", phone: "1", challenge: "c", code: "1" };

describe("the routes", () => {
  test("a mail once more is 202 with what is left of the day, for a program with or without a body", async () => {
    await using served = answering({ resent: { kind: "mail-queued", mailsLeftToday: 2 } });
    const mails = `${served.url}/t/${TICKET_KEY}/mails`;
    for (const init of [{ method: "POST" }, { method: "POST", body: "{}" }]) {
      const response = await fetch(mails, init);
      expect([response.status, await response.json()]).toEqual([202, { mailsLeftToday: 2 }]);
      expect(response.headers.get("cache-control")).toBe("private, no-store");
    }
  });

  test("a form without a script goes back to the ticket's page, in its language", async () => {
    await using served = answering({ resent: { kind: "mail-queued", mailsLeftToday: 2 } });
    const headers = {
      accept: "text/html,*/*;q=0.8",
      "content-type": "application/x-www-form-urlencoded",
      origin: "null",
      "sec-fetch-site": "same-origin",
    };
    const send = (query: string) =>
      fetch(`${served.url}/t/${TICKET_KEY}/mails${query}`, {
        method: "POST",
        headers,
        redirect: "manual",
      });
    for (const [query, target] of [
      ["", `/t/${TICKET_KEY}`],
      ["?lang=bn", `/t/${TICKET_KEY}?lang=bn`],
      ["?lang=//evil.example", `/t/${TICKET_KEY}`],
    ] as const) {
      const response = await send(query);
      expect([response.status, response.headers.get("location")]).toEqual([303, target]);
      expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    }
  });

  test("a correction is 200 with the new links, and passes on what was typed, whence, and nothing else", async () => {
    const asked: CorrectAddressCommand[] = [];
    await using served = answering({ corrected: { kind: "corrected", key: NEW_KEY }, asked });
    const body = { ...address, proof: "p", admin: true };
    const response = await post(`${served.url}/t/${TICKET_KEY}/address`, body);
    const ticketUrl = `${PUBLIC_URL}/t/${NEW_KEY}`;
    expect([response.status, await response.json()]).toEqual([
      200,
      { ticketUrl, pdfUrl: `${ticketUrl}/tickets.pdf` },
    ]);
    const asker = { address: "127.0.0.1", proof: "p" };
    expect(asked).toEqual([{ key: TICKET_KEY, ...address, asker }]);
  });

  test.each([
    [{ kind: "rate-limited", ...RETRY }],
    [{ kind: "not-found" }],
    [{ kind: "overloaded", ...RETRY }],
  ] as const)("a mail refused as %j says so, to a person with a page", async (outcome) => {
    await using served = answering({ resent: outcome });
    const mails = `${served.url}/t/${TICKET_KEY}/mails`;
    await expectProblem(await fetch(mails, { method: "POST" }), outcome);
    const page = await fetch(mails, { method: "POST", headers: { accept: "text/html" } });
    expect(page.status).toBe(problemBody(outcome).status);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  });

  test.each([
    [{ kind: "already-corrected" }],
    [{ kind: "not-found" }],
    [{ kind: "invalid-email" }],
    [{ kind: "invalid-phone" }],
    [{ kind: "country-not-served" }],
    [{ kind: "code-wrong", attemptsLeft: 3 }],
    [{ kind: "code-expired" }],
    [{ kind: "code-exhausted" }],
    [{ kind: "challenge-invalid" }],
    [{ kind: "overloaded", ...RETRY }],
    [{ kind: "draining", ...RETRY }],
    [{ kind: "failed" }],
  ] as const)(
    "a correction refused as %j says so and nothing personal (invariant 10)",
    async (outcome) => {
      await using served = answering({ corrected: outcome });
      const response = await post(`${served.url}/t/${TICKET_KEY}/address`, address);
      const text = await response.clone().text();
      expect(text).not.toContain("karim");
      expect(text).not.toContain(TICKET_KEY);
      await expectProblem(response, outcome);
    },
  );

  test("a key that cannot be one, a body that lacks something and another site's page are refused unasked", async () => {
    const asked: CorrectAddressCommand[] = [];
    await using served = answering({ corrected: { kind: "corrected", key: NEW_KEY }, asked });
    const at = (key: string, call: string) => `${served.url}/t/${key}/${call}`;
    await expectProblem(await post(at("short", "mails"), {}), { kind: "not-found" });
    await expectProblem(await post(at("short", "address"), address), { kind: "not-found" });
    for (const name of Object.keys(address)) {
      const response = await post(at(TICKET_KEY, "address"), { ...address, [name]: null });
      const detail = `The field "${name}" is missing.`;
      await expectProblem(response, { kind: "invalid-body", detail });
    }
    const elsewhere = { origin: "https://evil.example" };
    for (const [call, body] of [
      ["mails", {}],
      ["address", address],
    ] as const) {
      const response = await post(at(TICKET_KEY, call), body, elsewhere);
      await expectProblem(response, { kind: "cross-site" });
    }
    expect(asked).toEqual([]);
  });
});

/** The whole service on a real database, and beside it what changes its tickets. */
describe("a ticket of the real service", () => {
  let database: TestDatabase;
  let service: TestService;
  let changes: ServedChanges;
  let stores: Stores;
  let saleId: number;
  let holderCount = 0;

  beforeAll(async () => {
    database = await freshDatabase();
    const event = await storeEvent(database.url, [saleDraft(Date.now())]);
    saleId = event.sales[0]?.id ?? 0;
    stores = openStores(database.url);
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const environment = { SECRET: Buffer.from(secret).toString("base64url") };
    service = await startService(database.url, { environment });
    changes = serveChanges(database.url, { publicUrl: service.url, secret });
  });

  afterAll(async () => {
    await changes[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
    await stores[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  test("is mailed again, as a mail of its own, three times", async () => {
    const { path } = await register();
    await mailsTo("rahim@example.org", 1);
    for (const [round, mailsLeftToday] of [2, 1, 0].entries()) {
      const response = await resend(path);
      expect([response.status, await response.json()]).toEqual([202, { mailsLeftToday }]);
      await mailsTo("rahim@example.org", round + 2);
    }
    const spent = await resend(path);
    expect(spent.status).toBe(429);
    const body = (await spent.json()) as { code: string; retryAfterS: number };
    expect(body.code).toBe("rate_limited");
    expect(body.retryAfterS).toBeGreaterThan(86_000);
  });

  test("moves to a new link with its address; the old one, its PDF and its status are dead at once (invariant 7)", async () => {
    const { attendee, path } = await register("wrong@example.org");
    const pdf = await fetch(`${service.url}${path}/tickets.pdf`);
    expect(pdf.status).toBe(200);
    await mailsTo("wrong@example.org", 1);

    const correction = await freshCode(attendee, "right@example.org");
    const first = await correct(path, correction);
    const links = (await first.json()) as { ticketUrl: string; pdfUrl: string };
    expect(first.status).toBe(200);
    expect(links.ticketUrl).not.toEndWith(path);

    for (const dead of [path, `${path}/tickets.pdf`, `${path}/status`]) {
      expect([dead, (await fetch(service.url + dead)).status]).toEqual([dead, 404]);
    }
    expect((await fetch(links.ticketUrl)).status).toBe(200);
    expect((await fetch(links.pdfUrl)).status).toBe(200);
    const [mail] = await mailsTo("right@example.org", 1);
    expect(mail?.text).toContain(links.ticketUrl);
    await smsWith(attendee.phone, links.ticketUrl);

    // The answer was lost: the same request goes to the dead link, and gives the same.
    const again = await correct(path, correction);
    expect([again.status, await again.json()]).toEqual([200, links]);
    // A holder who proves the phone gets the new link, whether registering again or asking for the ticket.
    for (const person of [{}, { name: null, email: null }]) {
      const holder = await attendee.register(correction.code, person);
      expect([holder.status, holder.body["ticketUrl"]]).toEqual([200, links.ticketUrl]);
    }

    const newPath = new URL(links.ticketUrl).pathname;
    const second = await correct(newPath, { ...correction, email: "third@example.org" });
    expect([second.status, await codeOf(second)]).toEqual([409, "already_corrected"]);
    const underDead = await correct(path, { ...correction, email: "third@example.org" });
    expect([underDead.status, await codeOf(underDead)]).toEqual([404, "not_found"]);
  });

  test("is not moved by another holder's phone, nor by a wrong code", async () => {
    const { attendee, path } = await register();
    const { attendee: stranger } = await register();
    const foreign = await correct(path, await freshCode(stranger, "evil@example.org"));
    expect([foreign.status, await codeOf(foreign)]).toEqual([404, "not_found"]);
    const own = await freshCode(attendee, "right@example.org");
    const code = own.code === "000000" ? "000001" : "000000";
    const wrong = await correct(path, { ...own, code });
    expect([wrong.status, await codeOf(wrong)]).toEqual([403, "code_wrong"]);
    expect((await fetch(service.url + path)).status).toBe(200);
  });

  /** A holder to whom no code was sent yet. */
  async function register(email = "rahim@example.org") {
    holderCount += 1;
    const member = { ...candidate(holderCount), email: email as Email, takenAtMs: Date.now() };
    await stores.registrations.commitBatch(saleId, [member]);
    return { attendee: new Attendee(service.url, member.phone), path: `/t/${member.ticketKey}` };
  }

  async function freshCode(attendee: Attendee, email: string) {
    await attendee.askCode({ purpose: "recover" });
    const { phone, challenge } = attendee;
    return { email, phone, challenge, code: await attendee.readCode() };
  }

  function resend(path: string): Promise<Response> {
    return fetch(`${changes.url}${path}/mails`, { method: "POST" });
  }

  function correct(path: string, body: object): Promise<Response> {
    return post(`${changes.url}${path}/address`, body);
  }

  /** Waits until as many have gone out, and told of as sent. */
  async function mailsTo(to: string, count: number) {
    const mails = await waitFor((messages) => {
      const found = messages.filter((message) => message.to === to);
      return found.length >= count ? found : null;
    });
    expect(mails).toHaveLength(count);
    for (;;) {
      const [queued] = await database.sql`select from outbox where mail_state = 'queued'`;
      if (queued === undefined) return mails;
      await Bun.sleep(20);
    }
  }

  function smsWith(to: string, text: string) {
    return waitFor((messages) =>
      messages.find((message) => message.to === to && message.text.includes(text)),
    );
  }

  async function waitFor<Found>(
    look: (messages: readonly { to: string; text: string }[]) => Found | null | undefined,
  ): Promise<Found> {
    for (;;) {
      const response = await fetch(`${service.url}/dev/inbox.json`);
      const found = look((await response.json()) as { to: string; text: string }[]);
      if (found !== null && found !== undefined) return found;
      await Bun.sleep(20);
    }
  }
});

function answering(script: {
  readonly resent?: ResendMailOutcome;
  readonly corrected?: CorrectAddressOutcome;
  readonly asked?: CorrectAddressCommand[];
}): ServedChanges {
  const { resent = { kind: "not-found" }, corrected = { kind: "not-found" }, asked } = script;
  return serveRoutes(
    {
      resendMail: async () => resent,
      correctAddress: async (command) => {
        asked?.push(command);
        return corrected;
      },
    },
    PUBLIC_URL,
  );
}

async function codeOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { code: unknown }).code;
}

async function expectProblem(response: Response, refusal: Refusal): Promise<void> {
  const body = problemBody(refusal);
  expect([response.status, (await response.json()) as object]).toEqual([body.status, body]);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("private, no-store");
  const retryAfterS = "retryAfterS" in refusal ? String(refusal.retryAfterS) : null;
  expect(response.headers.get("retry-after")).toBe(retryAfterS);
}
