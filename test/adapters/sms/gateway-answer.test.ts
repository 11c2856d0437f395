import { describe, expect, test } from "bun:test";
import type { AnswerRules, GatewayAnswer } from "../../../src/adapters/sms/gateway-answer.ts";
import { judgeAnswer } from "../../../src/adapters/sms/gateway-answer.ts";
import type { SendOutcome } from "../../../src/delivery/ports.ts";
import { settingsOf } from "./make-gateway.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const { answer: rules } = settingsOf();
const byStatus = settingsOf({ success: { statuses: [200] }, idPath: undefined }).answer;

function judge(answer: Partial<GatewayAnswer>, by: AnswerRules = rules): SendOutcome {
  const whole = { status: 200, retryAfter: null, body: null, ...answer };
  return judgeAnswer(whole, by, { ownId: "own", nowMs });
}

function messages(message: unknown): string {
  return JSON.stringify({ messages: [message] });
}

describe("An answer of success", () => {
  test("is accepted under the provider's id", () => {
    const accepted = { kind: "accepted", providerId: "abc" } as const;
    expect(judge({ body: messages({ status: "0", id: "abc" }) })).toEqual(accepted);
    expect(judge({ status: 202, body: messages({ status: 0, id: "abc" }) })).toEqual(accepted);
  });

  test("keeps a number longer than a double is exact", () => {
    const body = '{"messages": [{"status": 0, "id": 12345678901234567890}]}';
    expect(judge({ body })).toEqual({ kind: "accepted", providerId: "12345678901234567890" });
  });

  test.each([
    { status: "0" },
    { status: "0", id: null },
    { status: "0", id: {} },
    { status: "0", id: "" },
  ])("without an id that can be kept goes under ours: %o", (message) => {
    expect(judge({ body: messages(message) })).toEqual({ kind: "accepted", providerId: "own" });
  });

  test("needs no body where the status is enough", () => {
    for (const body of [null, "", "<html>", "{}"]) {
      expect(judge({ body }, byStatus)).toEqual({ kind: "accepted", providerId: "own" });
    }
  });

  test("without values to compare needs only that the path leads somewhere", () => {
    const { answer } = settingsOf({ success: { statuses: [200], path: "id" } });
    expect(judge({ body: '{"id": 7}' }, answer).kind).toBe("accepted");
    for (const body of ['{"id": null}', '{"id": ""}', '{"error": 7}', "[]", "7", "null"]) {
      expect(judge({ body }, answer).kind, body).toBe("refused");
    }
  });
});

describe("A lie", () => {
  test("is a refusal when 200 carries an error that can be read", () => {
    expect(judge({ body: messages({ status: "29" }) })).toEqual({
      kind: "refused",
      reason: "the gateway answered 200, and messages.0.status is 29",
    });
    expect(judge({ body: '{"error": "no credit"}' })).toEqual({
      kind: "refused",
      reason: "the gateway answered 200, and messages.0.status is missing",
    });
  });

  test("is a retry when the error is one of those that pass", () => {
    expect(judge({ body: messages({ status: "1" }) }).kind).toBe("retry");
  });

  test("is unknown when 200 carries no JSON that is whole", () => {
    for (const body of ["<!doctype html><p>Sorry", '{"messages": [{"status": "0"', "", null]) {
      expect(judge({ body }).kind, `${body}`).toBe("unknown");
    }
  });

  test("reaches no key that JSON did not bring", () => {
    const { answer } = settingsOf({ success: { statuses: [200], path: "constructor.name" } });
    expect(judge({ body: "{}" }, answer).kind).toBe("refused");
  });

  test("quotes no number and no text of the message (invariant 10)", () => {
    for (const status of ["+8801712345678", "8801712345678", "your code is 041295", "041295"]) {
      const outcome = judge({ body: messages({ status }) });
      expect(outcome).toEqual({
        kind: "refused",
        reason: "the gateway answered 200, and messages.0.status is none that means success",
      });
    }
  });
});

describe("Any other status", () => {
  test.each([400, 401, 403, 404, 422])("%d is a refusal", (status) => {
    const reason = `the gateway answered ${status}`;
    expect(judge({ status })).toEqual({ kind: "refused", reason });
  });

  test.each([201, 204, 301, 500, 502, 504])("%d proves nothing", (status) => {
    expect(judge({ status }).kind).toBe("unknown");
  });

  test.each([429, 503])("%d is tried again, as soon as it may be", (status) => {
    expect(judge({ status })).toMatchObject({ kind: "retry", afterMs: 0 });
  });

  test("is tried again where the settings say so, and only there", () => {
    const { answer } = settingsOf({ retryStatuses: [401, 500] });
    const kinds = [401, 500, 429].map((status) => judge({ status }, answer).kind);
    expect(kinds).toEqual(["retry", "retry", "refused"]);
  });

  test.each([
    ["7", 7_000],
    ["0", 0],
    ["Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
    ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
    ["99999999999999999999", 3_600_000],
    ["-5", 0],
    ["soon", 0],
    ["", 0],
  ])("waits as Retry-After: %s asks, within an hour", (retryAfter, afterMs) => {
    expect(judge({ status: 429, retryAfter })).toMatchObject({ kind: "retry", afterMs });
  });
});
