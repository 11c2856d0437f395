import { expect, test } from "bun:test";
import type { Refusal } from "../../src/http/problem.ts";
import { problemBody } from "../../src/http/problem.ts";
import type {
  ConfirmOutcome,
  RequestCodeOutcome,
  VerifyOutcome,
} from "../../src/registration/outcome.ts";
import type { Served } from "./serve.ts";
import { makeView, post, serve } from "./serve.ts";

type Expected = readonly [status: number, code: string];

const RETRY = { retryAfterS: 7 };

const SHARED: readonly [RequestCodeOutcome & VerifyOutcome & ConfirmOutcome, ...Expected][] = [
  [{ kind: "event-not-found" }, 404, "not_found"],
  [{ kind: "invalid-phone" }, 422, "invalid_phone"],
  [{ kind: "invalid-name" }, 422, "invalid_name"],
  [{ kind: "invalid-email" }, 422, "invalid_email"],
  [{ kind: "country-not-served" }, 422, "country_not_served"],
  [{ kind: "code-expired" }, 403, "code_expired"],
  [{ kind: "code-exhausted" }, 403, "code_exhausted"],
  [{ kind: "challenge-invalid" }, 403, "challenge_invalid"],
  [{ kind: "not-open", opensInS: 90 }, 409, "not_open"],
  [{ kind: "sale-full" }, 409, "sale_full"],
  [{ kind: "sale-closed" }, 409, "sale_closed"],
  [{ kind: "sale-paused", ...RETRY }, 503, "sale_paused"],
  [{ kind: "overloaded", ...RETRY }, 503, "overloaded"],
  [{ kind: "gateway-unavailable", ...RETRY }, 503, "gateway_unavailable"],
  [{ kind: "draining", ...RETRY }, 503, "draining"],
  [{ kind: "failed" }, 500, "internal"],
];

const OF_CODES: readonly [RequestCodeOutcome, ...Expected][] = [
  [{ kind: "resend-too-soon", ...RETRY }, 429, "resend_too_soon"],
  [{ kind: "rate-limited", ...RETRY }, 429, "rate_limited"],
];

const OF_REGISTRATIONS: readonly [ConfirmOutcome, ...Expected][] = [
  [{ kind: "code-wrong", attemptsLeft: 3 }, 403, "code_wrong"],
  [{ kind: "verification-invalid" }, 403, "verification_invalid"],
  [{ kind: "overloaded", ...RETRY, verification: "sealed" }, 503, "overloaded"],
  [{ kind: "sale-paused", ...RETRY, verification: "sealed" }, 503, "sale_paused"],
];

const registerBody = {
  name: "Rahim",
  email: "r@example.org",
  phone: "1",
  challenge: "c",
  code: "1",
};

/** A server whose three use cases all end in the same way. */
function refusing(outcome: unknown): Served {
  return serve({
    registration: {
      requestCode: async () => outcome as RequestCodeOutcome,
      verify: async () => outcome as VerifyOutcome,
      confirm: async () => outcome as ConfirmOutcome,
    },
  });
}

async function expectProblem(response: Response, outcome: Refusal, [status, code]: Expected) {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("private, no-store");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const { kind: _, ...members } = outcome;
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toEqual({
    type: `/docs#${code}`,
    title: expect.stringMatching(/^[A-Z]/),
    status,
    code,
    detail: expect.stringMatching(/^[A-Z].*\.$/),
    ...members,
  });
  const retryAfterS = "retryAfterS" in outcome ? String(outcome.retryAfterS) : null;
  expect(response.headers.get("retry-after")).toBe(retryAfterS);
}

for (const [outcome, ...expected] of SHARED) {
  test(`${outcome.kind} is ${expected.join(" ")} on every call`, async () => {
    await using served = refusing(outcome);
    const event = `${served.url}/api/v1/events/boi-mela`;
    await expectProblem(await post(`${event}/codes`, { phone: "1" }), outcome, expected);
    const proof = { phone: "1", challenge: "c", code: "1" };
    await expectProblem(await post(`${event}/verifications`, proof), outcome, expected);
    await expectProblem(await post(`${event}/registrations`, registerBody), outcome, expected);
  });
}

for (const [outcome, ...expected] of OF_CODES) {
  test(`codes: ${outcome.kind} is ${expected.join(" ")}`, async () => {
    await using served = refusing(outcome);
    const response = await post(`${served.url}/api/v1/events/boi-mela/codes`, { phone: "1" });
    await expectProblem(response, outcome as Refusal, expected);
  });
}

for (const [outcome, ...expected] of OF_REGISTRATIONS) {
  const members = Object.keys(outcome).slice(1).join(" and ");
  test(`registrations: ${outcome.kind} with ${members || "nothing else"} is ${expected.join(" ")}`, async () => {
    await using served = refusing(outcome);
    const url = `${served.url}/api/v1/events/boi-mela/registrations`;
    await expectProblem(await post(url, registerBody), outcome as Refusal, expected);
  });
}

test("a sale with no known opening tells no opensInS", () => {
  expect(problemBody({ kind: "not-open", opensInS: null })).not.toHaveProperty("opensInS");
});

test("an unknown address is 404 not_found", async () => {
  await using served = serve();
  const paths = [
    "/nothing",
    "/e/none",
    "/api/v1/events/none",
    "/api/v1/events/none/tick",
    "/e/%ff",
  ];
  for (const path of [
    ...paths,
    "/t/short",
    "/t/BBBBBBBBBBBBBBBBBBBBBB",
    "/e/%00",
    "/constructor",
  ]) {
    await expectProblem(await fetch(served.url + path), { kind: "not-found" }, [404, "not_found"]);
  }
});

test("proofs and passes are not served, so they are 404 not_found", async () => {
  await using served = serve();
  for (const call of ["proofs", "passes"]) {
    const response = await post(`${served.url}/api/v1/events/boi-mela/${call}`, { phone: "1" });
    await expectProblem(response, { kind: "not-found" }, [404, "not_found"]);
  }
});

test("a wrong method is 405 method_not_allowed with Allow", async () => {
  await using served = serve();
  const codes = await fetch(`${served.url}/api/v1/events/boi-mela/codes`, { method: "PUT" });
  expect([codes.status, codes.headers.get("allow")]).toEqual([405, "POST"]);
  for (const path of ["/", "/e/boi-mela", "/api/v1/events/boi-mela/tick", "/assets/a-1.js"]) {
    const response = await post(served.url + path, {});
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await response.json()).toMatchObject({ code: "method_not_allowed" });
  }
});

test("a person who opens a dead link gets a page instead of a problem document", async () => {
  await using served = serve();
  const response = await fetch(`${served.url}/t/dead`, { headers: { accept: "text/html,*/*" } });
  expect(response.status).toBe(404);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await response.text()).toStartWith("<h1>404 There is nothing");
});

test("a thrown error is 500 with a number that finds its log line, and says nothing else (invariant 10)", async () => {
  const error = Object.assign(new Error("select +8801712345678"), { code: "XX000" });
  await using served = serve({
    events: {
      all: () => [makeView()],
      find: () => {
        throw error;
      },
    },
    registration: {
      requestCode: () => Promise.reject(error),
      verify: () => Promise.reject(error),
      confirm: () => Promise.reject(error),
    },
  });
  const event = `${served.url}/api/v1/events/other`;
  for (const ask of [() => fetch(event), () => post(`${event}/codes`, { phone: "1" })]) {
    const response = await ask();
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toMatch(/select|880|XX000|\.ts/);
    expect(JSON.parse(text)).toMatchObject({ code: "internal" });
    const line = served.asked.logged.pop();
    expect(text).toContain(line?.fields["requestId"] as string);
    expect(line?.fields).toMatchObject({ errorName: "Error", errorCode: "XX000" });
    expect(JSON.stringify(line)).not.toContain("880");
    expect(JSON.stringify(line)).toContain("problem.test.ts");
  }
});
