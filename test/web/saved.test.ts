import { expect, test } from "bun:test";
import type { AttendAction } from "../../src/web/attend/attend-state.ts";
import { attend, emptyState } from "../../src/web/attend/attend-state.ts";
import type { Shelf } from "../../src/web/attend/saved.ts";
import { savedForm } from "../../src/web/attend/saved.ts";

const atCode = [
  { kind: "typed", field: "phone", text: "01712345678" },
  { kind: "code-sent", challenge: "c1", leavesAtMs: 0, expiresAtMs: 5_000, resendAtMs: 1_000 },
] as const satisfies readonly AttendAction[];

test("a reload goes on at the code, and nothing is under way", () => {
  const shelves = { session: shelf(), local: shelf() };
  const state = [...atCode, { kind: "sending" } as const].reduce(attend, emptyState);
  savedForm(shelves, "e").save(state);
  const loaded = savedForm(shelves, "e").load(4_999);
  expect(loaded.step).toMatchObject({ kind: "code", challenge: "c1" });
  expect(loaded.activity).toEqual({ kind: "idle" });
});

test("a code that ran out meanwhile is asked for anew, number kept", () => {
  const shelves = { session: shelf(), local: shelf() };
  savedForm(shelves, "e").save(atCode.reduce(attend, emptyState));
  const loaded = savedForm(shelves, "e").load(5_000);
  expect(loaded.step).toEqual({ kind: "phone" });
  expect(loaded.fields.phone).toBe("01712345678");
});

test("a phone proved before the opening is known in another tab, and forgotten once it won", () => {
  const local = shelf();
  const first = savedForm({ session: shelf(), local }, "e");
  const verified = attend(emptyState, { kind: "verified", verification: "v1" });
  first.save(attend(verified, { kind: "typed", field: "name", text: "Rahima" }));

  const second = savedForm({ session: shelf(), local }, "e").load(0);
  expect(second.step).toEqual({ kind: "details" });
  expect(second.verification).toBe("v1");
  expect(second.fields.name).toBe("Rahima");

  const ticket = { registrationId: "r", ordinal: 1, ticketUrl: "/t/k", pdfUrl: "/t/k/p" };
  first.save(attend(second, { kind: "registered", ticket, isNew: true }));
  const third = savedForm({ session: shelf(), local }, "e").load(0);
  expect(third).toEqual(emptyState);
});

test("events do not share what was typed", () => {
  const shelves = { session: shelf(), local: shelf() };
  savedForm(shelves, "e").save(atCode.reduce(attend, emptyState));
  expect(savedForm(shelves, "other").load(0)).toEqual(emptyState);
});

test("a browser that forbids storage, or kept nonsense, costs only the memory", () => {
  const forbidden = () => {
    throw new Error("SecurityError");
  };
  const form = savedForm({ session: forbidden, local: forbidden }, "e");
  form.save(emptyState);
  expect(form.load(0)).toEqual(emptyState);

  const broken = shelf();
  broken().setItem("floodgate:e:2", "{");
  expect(savedForm({ session: broken, local: shelf() }, "e").load(0)).toEqual(emptyState);
});

function shelf(): () => Shelf {
  const items = new Map<string, string>();
  const kept: Shelf = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => void items.set(key, text),
    removeItem: (key) => void items.delete(key),
  };
  return () => kept;
}
