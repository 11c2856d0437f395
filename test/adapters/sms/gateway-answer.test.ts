import { describe, expect, test } from "bun:test";
import type { AnswerRules } from "../../../src/adapters/sms/gateway-answer.ts";
import { judgeAnswer } from "../../../src/adapters/sms/gateway-answer.ts";
import type { HttpAnswer } from "../../../src/adapters/sms/http-exchange.ts";
import { retryAfterMs } from "../../../src/adapters/sms/retry-after.ts";
import type { SmsOutcome } from "../../../src/delivery/ports.ts";
import { httpWayOf } from "./make-gateway.ts";

const { answer: rules } = httpWayOf();
const byStatus = httpWayOf({ success: { statuses: [200] }, idPath: undefined }).answer;

function judge(answer: Partial<HttpAnswer>, by: AnswerRules = rules): SmsOutcome {
  return judgeAnswer({ status: 200, retryAfterMs: 0, body: null, ...answer }, by, "own");
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
    const { answer } = httpWayOf({ success: { statuses: [200], path: "id" } });
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

  test("is a throttle or a retry when the error is one of those that pass", () => {
    const kinds = [1, "1", 2, "BUSY", 3].map(
      (status) => judge({ body: messages({ status }) }).kind,
    );
    expect(kinds).toEqual(["throttled", "throttled", "retry", "retry", "refused"]);
    expect(judge({ body: messages({ status: 1 }), retryAfterMs: 2_000 })).toEqual({
      kind: "throttled",
      afterMs: 2_000,
      reason: "the gateway answered 200, and messages.0.status is 1",
    });
  });

  test("is unknown when 200 carries no JSON that is whole", () => {
    for (const body of ["<!doctype html><p>Sorry", '{"messages": [{"status": "0"', "", null]) {
      expect(judge({ body }).kind, `${body}`).toBe("unknown");
    }
  });

  test("reaches no key that JSON did not bring", () => {
    const { answer } = httpWayOf({ success: { statuses: [200], path: "__proto__.length" } });
    expect(judge({ body: "[]" }, answer).kind).toBe("refused");
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

  test("says what it says: 429 that messages come too fast, 503 that nothing was taken", () => {
    const wait = { afterMs: 7_000 };
    expect(judge({ status: 429, retryAfterMs: 7_000 })).toEqual({
      kind: "throttled",
      ...wait,
      reason: "the gateway answered 429",
    });
    expect(judge({ status: 503, retryAfterMs: 7_000 })).toEqual({
      kind: "retry",
      ...wait,
      reason: "the gateway answered 503",
    });
  });

  test("means what the settings say, and a throttle before all", () => {
    const { answer } = httpWayOf({ retryStatuses: [401, 420, 500], throttleStatuses: [420] });
    const kinds = [401, 420, 500, 429, 503].map((status) => judge({ status }, answer).kind);
    expect(kinds).toEqual(["retry", "throttled", "retry", "refused", "unknown"]);
  });
});

test.each([
  ["7", 7_000],
  ["0", 0],
  ["Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
  ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
  ["-5", 0],
  ["soon", 0],
  ["", 0],
  [null, 0],
])("Retry-After: %s is a wait in milliseconds", (text, waitMs) => {
  expect(retryAfterMs(text, Date.UTC(2026, 10, 23, 12))).toBe(waitMs);
});
