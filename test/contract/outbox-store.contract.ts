import { describe, expect, test } from "bun:test";
import type { Email } from "../../src/attendee/email.ts";
import type { OutboxItem, OutboxResult, OutboxStore } from "../../src/delivery/ports.ts";

const leaseMs = 3_600_000;
/** Due now and always. */
const longAgoMs = Date.UTC(2000, 0, 1);
/** Due in no test. */
const farAheadMs = Date.UTC(2100, 0, 1);

/** An outbox as two processes have it, with new rows that are all due on both lanes. */
export interface OutboxAtHand {
  readonly store: OutboxStore;
  readonly otherStore: OutboxStore;
  readonly suppress: (address: Email) => void | Promise<void>;
}

/** What any outbox promises. */
export function outboxStoreContract(
  name: string,
  open: (rowCount: number) => Promise<OutboxAtHand>,
): void {
  describe(`${name} as an outbox store`, () => {
    test("gives out the oldest first, each once while its lease lasts", async () => {
      const { store } = await open(5);
      const first = await store.claim("mail", { countMax: 3, leaseMs });
      const second = await store.claim("mail", { countMax: 3, leaseMs });
      expect([...first, ...second].map(({ sheet }) => sheet.ordinal)).toEqual([1, 2, 3, 4, 5]);
      expect(first.map(({ tries }) => tries)).toEqual([1, 1, 1]);
      expect(await store.claim("mail", { countMax: 3, leaseMs })).toEqual([]);
    });

    test("lets claims of two processes at the same time share no row", async () => {
      const { store, otherStore } = await open(60);
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 === 0 ? store : otherStore).claim("mail", { countMax: 10, leaseMs }),
        ),
      );
      const claimed = claims.flat().map(({ id }) => id);
      expect(new Set(claimed).size).toBe(claimed.length);
      expect(claims.every((claim) => claim.length <= 10)).toBe(true);
      const rest = await store.claim("mail", { countMax: 60, leaseMs });
      expect(claimed.length + rest.length).toBe(60);
    });

    test("gives out again, to anyone, what was claimed and never settled", async () => {
      const { store, otherStore } = await open(1);
      const [before] = await store.claim("mail", { countMax: 1, leaseMs: 0 });
      const [after] = await otherStore.claim("mail", { countMax: 1, leaseMs: 0 });
      expect(after).toEqual({ ...present(before), tries: 2 });
    });

    const finals: OutboxResult[] = [
      { kind: "sent", providerId: "provider-1" },
      { kind: "failed", reason: "no such number" },
      { kind: "unknown", reason: "the connection broke" },
    ];
    for (const result of finals) {
      test(`never gives out again what ended ${result.kind}`, async () => {
        const { store } = await open(1);
        const [item] = await store.claim("mail", { countMax: 1, leaseMs: 0 });
        await store.settle("mail", [{ item: present(item), result }]);
        expect(await store.claim("mail", { countMax: 1, leaseMs: 0 })).toEqual([]);
      });
    }

    test("gives out what is to be tried again at its instant, not before", async () => {
      const { store } = await open(2);
      const [early, late] = await store.claim("mail", { countMax: 2, leaseMs });
      await store.settle("mail", [
        { item: present(early), result: { kind: "retry", dueAtMs: longAgoMs, reason: "busy" } },
        { item: present(late), result: { kind: "retry", dueAtMs: farAheadMs, reason: "busy" } },
      ]);
      const again = await store.claim("mail", { countMax: 2, leaseMs });
      expect(again.map(({ id, tries }) => ({ id, tries }))).toEqual([
        { id: present(early).id, tries: 2 },
      ]);
    });

    test("ignores the result of a claim that is no longer the latest", async () => {
      const { store, otherStore } = await open(1);
      const [old] = await store.claim("mail", { countMax: 1, leaseMs: 0 });
      const [latest] = await otherStore.claim("mail", { countMax: 1, leaseMs: 0 });
      await store.settle("mail", [
        { item: present(old), result: { kind: "failed", reason: "late" } },
      ]);
      const [next] = await store.claim("mail", { countMax: 1, leaseMs: 0 });
      expect(next).toEqual({ ...present(latest), tries: 3 });
    });

    test("leaves as it is what ended, whatever its claim says afterwards", async () => {
      const { store } = await open(1);
      const [item] = await store.claim("mail", { countMax: 1, leaseMs });
      const end = { kind: "sent", providerId: "provider-1" } as const;
      const again = { kind: "retry", dueAtMs: longAgoMs, reason: "busy" } as const;
      await store.settle("mail", [{ item: present(item), result: end }]);
      await store.settle("mail", [{ item: present(item), result: again }]);
      expect(await store.claim("mail", { countMax: 1, leaseMs })).toEqual([]);
    });

    test("takes each of many results for its own row", async () => {
      const { store } = await open(4);
      const items = await store.claim("mail", { countMax: 4, leaseMs });
      const again = { kind: "retry", dueAtMs: longAgoMs, reason: "busy" } as const;
      const results: OutboxResult[] = [
        again,
        { kind: "sent", providerId: "provider-1" },
        again,
        { kind: "failed", reason: "no such address" },
      ];
      const settled = items.map((item, index) => ({ item, result: results[index] ?? again }));
      await store.settle("mail", settled.toReversed());
      const due = await store.claim("mail", { countMax: 4, leaseMs });
      expect(due.map(({ sheet }) => sheet.ordinal)).toEqual([1, 3]);
    });

    test("gives out what is to be tried again before what came later", async () => {
      const { store } = await open(3);
      const [first] = await store.claim("mail", { countMax: 1, leaseMs });
      const again = { kind: "retry", dueAtMs: longAgoMs, reason: "busy" } as const;
      await store.settle("mail", [{ item: present(first), result: again }]);
      const due = await store.claim("mail", { countMax: 2, leaseMs });
      expect(due.map(({ sheet }) => sheet.ordinal)).toEqual([1, 2]);
    });

    test("keeps the lanes apart", async () => {
      const { store } = await open(1);
      const [mail] = await store.claim("mail", { countMax: 1, leaseMs });
      const result = { kind: "sent", providerId: "provider-1" } as const;
      await store.settle("mail", [{ item: present(mail), result }]);
      const [sms] = await store.claim("confirmation-sms", { countMax: 1, leaseMs });
      expect(sms).toEqual(present(mail));
    });

    test("tells of a row whose address takes no mail any more, as things are when it is claimed", async () => {
      const { store, suppress } = await open(3);
      const before = await store.claim("mail", { countMax: 3, leaseMs: 0 });
      expect(before.map(({ isSuppressed }) => isSuppressed)).toEqual([false, false, false]);
      await suppress(present(before[1]).email.toUpperCase() as Email);
      for (const lane of ["mail", "confirmation-sms"] as const) {
        const after = await store.claim(lane, { countMax: 3, leaseMs: 0 });
        expect(after.map(({ isSuppressed }) => isSuppressed)).toEqual([false, true, false]);
      }
    });

    test("takes results of a paused lane", async () => {
      const { store } = await open(1);
      const [item] = await store.claim("mail", { countMax: 1, leaseMs: 0 });
      await store.setPaused("mail", true);
      const result = { kind: "sent", providerId: "provider-1" } as const;
      await store.settle("mail", [{ item: present(item), result }]);
      await store.setPaused("mail", false);
      expect(await store.claim("mail", { countMax: 1, leaseMs })).toEqual([]);
    });

    test("gives out nothing of a paused lane until it is resumed", async () => {
      const { store, otherStore } = await open(1);
      await otherStore.setPaused("mail", true);
      expect(await store.claim("mail", { countMax: 1, leaseMs })).toEqual([]);
      expect(await store.claim("confirmation-sms", { countMax: 1, leaseMs })).toHaveLength(1);
      await store.setPaused("mail", false);
      expect(await store.claim("mail", { countMax: 1, leaseMs })).toHaveLength(1);
    });
  });
}

function present(item: OutboxItem | undefined): OutboxItem {
  if (item === undefined) throw new Error("nothing was claimed");
  return item;
}
