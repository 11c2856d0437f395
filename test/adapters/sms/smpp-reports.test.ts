import { describe, expect, test } from "bun:test";
import { SmppReports } from "../../../src/adapters/sms/smpp-reports.ts";
import type { DeliveryReport } from "../../../src/delivery/ports.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const answerWithinMs = 10_000;

function makeReports() {
  const told: DeliveryReport[] = [];
  const clock = new ManualClock();
  const onReport = (report: DeliveryReport) => told.push(report);
  const reports = new SmppReports({ clock, answerWithinMs, onReport });
  const accept = (...ids: readonly [string, ...string[]]) => reports.accepted(ids[0], ids);
  const receive = (messageId: string, state: DeliveryReport["state"] = "delivered") =>
    reports.received({ messageId, state });
  return { told, clock, reports, accept, receive };
}

describe("A receipt finds its message", () => {
  test.each([
    ["as it is written", ["0012AB"], "0012AB", "0012AB"],
    ["in another case and without its zeros", ["0012AB"], "12ab", "0012AB"],
    ["in decimal, answered in hex", ["7B"], "123", "7B"],
    ["in decimal, answered in hex without a letter", ["1F", "123"], "0000000291", "123"],
    ["in hex, answered in decimal", ["123"], "0000007B", "123"],
    ["as words that are no number", ["a-1"], "A-1", "a-1"],
  ])("%s", (_, accepted, reported, providerId) => {
    const { told, accept, receive } = makeReports();
    for (const id of accepted) accept(id);
    receive(reported);
    expect(told).toEqual([{ providerId, state: "delivered" }]);
  });

  test("by the number it stands for, where both spellings are ids", () => {
    const { told, accept, receive } = makeReports();
    accept("7B");
    accept("123");
    receive("123");
    expect(told).toEqual([{ providerId: "7B", state: "delivered" }]);
  });

  test("by its spelling, where both sides write hex", () => {
    const { told, accept, receive } = makeReports();
    accept("7B");
    accept("123");
    receive("ab");
    receive("123");
    expect(told).toEqual([{ providerId: "123", state: "delivered" }]);
  });

  test("by its spelling, where neither side has written hex", async () => {
    const { told, clock, accept, receive } = makeReports();
    accept("123");
    receive("291");
    expect(told).toEqual([]);
    await clock.advance(answerWithinMs);
    expect(told).toEqual([{ providerId: "291", state: "delivered" }]);
  });

  test("when it overtakes the answer that names it", async () => {
    const { told, clock, accept, receive } = makeReports();
    receive("123");
    accept("7B");
    await clock.advance(answerWithinMs);
    expect(told).toEqual([{ providerId: "7B", state: "delivered" }]);
    expect(clock.timerCount).toBe(0);
  });
});

describe("A report", () => {
  test("comes once, however often a receipt does", () => {
    const { told, accept, receive } = makeReports();
    accept("7B");
    receive("7b", "failed");
    receive("7b", "failed");
    receive("7b");
    expect(told).toEqual([{ providerId: "7B", state: "failed" }]);
  });

  test("says delivered when every part is, in any order, and names the first", () => {
    const { told, accept, receive } = makeReports();
    accept("m1", "m2", "m3");
    for (const id of ["m3", "m3", "m1"]) receive(id);
    expect(told).toEqual([]);
    receive("m2");
    expect(told).toEqual([{ providerId: "m1", state: "delivered" }]);
  });

  test("says failed with the first part that is, and then no more", () => {
    const { told, accept, receive } = makeReports();
    accept("m1", "m2");
    receive("m2", "failed");
    receive("m1");
    receive("m1", "failed");
    expect(told).toEqual([{ providerId: "m1", state: "failed" }]);
  });

  test("is made at once of what waits when it stops", () => {
    const { told, clock, reports, receive } = makeReports();
    receive("m9", "failed");
    reports[Symbol.dispose]();
    expect(told).toEqual([{ providerId: "m9", state: "failed" }]);
    expect(clock.timerCount).toBe(0);
  });
});

test("receipts that fit nothing wait in a bounded number (invariant 8)", () => {
  const { told, clock, receive } = makeReports();
  for (let index = 0; index < 5_000; index += 1) receive(`m${index}`);
  expect(clock.timerCount).toBe(1_000);
  expect(told).toHaveLength(4_000);
});

test("ids are remembered in a bounded number, the oldest going first (invariant 8)", () => {
  const { told, accept, receive } = makeReports();
  for (let index = 0; index < 200_001; index += 1) accept(`m-${index}`);
  receive("M-0");
  receive("M-1");
  expect(told).toEqual([{ providerId: "m-1", state: "delivered" }]);
});
