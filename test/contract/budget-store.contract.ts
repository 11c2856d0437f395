import { describe, expect, test } from "bun:test";
import type {
  BlockAnswer,
  BlockWish,
  BudgetStore,
  ReservedBlock,
} from "../../src/delivery/budget-ports.ts";

const DAY_MS = 86_400_000;
const NEWS_MS = 120_000;
const NONE = Number.POSITIVE_INFINITY;

/** A budget of which nothing is reserved, as two processes have it. */
export interface BudgetAtHand {
  readonly store: BudgetStore;
  readonly otherStore: BudgetStore;
  /** Makes everything reserved so far so much older. */
  readonly age: (byMs: number) => Promise<void>;
}

/** What any budget store promises. */
export function budgetStoreContract(name: string, open: () => Promise<BudgetAtHand>): void {
  describe(`${name} as a budget store`, () => {
    test("grants what is wanted, then what is left of the share, then nothing", async () => {
      const { store } = await open();
      const wanted = wish({ shareMax: { segments: 25, micros: NONE } });
      const answers = [
        await store.reserve(wanted),
        await store.reserve(wanted),
        await store.reserve(wanted),
        await store.reserve(wanted),
      ];
      expect(answers.map(segmentsOf)).toEqual([10, 10, 5, null]);
      expect(answers.map(({ day }) => day.codes.segments)).toEqual([0, 10, 20, 25]);
    });

    test("judges both shares together, and each of segments and money", async () => {
      const { store } = await open();
      const allMax = { segments: 25, micros: 1_000 };
      await store.reserve(wish({ share: "others", allMax }));
      const rest = await store.reserve(wish({ allMax, most: { segments: 100, micros: 900 } }));
      expect(rest.block?.cost).toEqual({ segments: 15, micros: 900 });
      expect(rest.day).toEqual({
        codes: { segments: 0, micros: 0 },
        others: { segments: 10, micros: 100 },
      });
      const least = { segments: 1, micros: 1 };
      const enough = { segments: NONE, micros: 1_000 };
      expect((await store.reserve(wish({ least, allMax: enough }))).block).toBeNull();
    });

    test("grants nothing below the least, and that of one unit alone where only it is wanted", async () => {
      const { store } = await open();
      const shareMax = { segments: NONE, micros: 99 };
      const least = { segments: 0, micros: 100 };
      const most = { segments: 0, micros: 100 };
      expect((await store.reserve(wish({ shareMax, least, most }))).block).toBeNull();
      const { block } = await store.reserve(
        wish({ shareMax, least: { segments: 0, micros: 1 }, most }),
      );
      expect(block?.cost).toEqual({ segments: 0, micros: 99 });
    });

    test("holds money beyond what a 32-bit number does", async () => {
      const { store } = await open();
      const most = { segments: 10, micros: 900_000_000_000 };
      const { block } = await store.reserve(wish({ most }));
      expect(block?.cost).toEqual(most);
      await store.giveBack([present(block)]);
      expect((await store.reserve(wish({}))).day.codes).toEqual({ segments: 0, micros: 0 });
    });

    test("grants to two processes at once no more than there is", async () => {
      const { store, otherStore } = await open();
      const wanted = wish({ allMax: { segments: 175, micros: NONE } });
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_, index) =>
          (index % 2 === 0 ? store : otherStore).reserve(wanted),
        ),
      );
      const granted = answers.map((answer) => segmentsOf(answer) ?? 0);
      expect(granted.reduce((sum, segments) => sum + segments, 0)).toBe(175);
      const ids = answers.flatMap(({ block }) => block?.id ?? []);
      expect(new Set(ids).size).toBe(18);
    });

    test("takes back what is left of a block, and grants it to anyone", async () => {
      const { store, otherStore } = await open();
      const wanted = wish({ allMax: { segments: 10, micros: NONE } });
      const block = present((await store.reserve(wanted)).block);
      expect((await otherStore.reserve(wanted)).block).toBeNull();
      await store.giveBack([{ id: block.id, cost: { segments: 4, micros: 0 } }]);
      expect(segmentsOf(await otherStore.reserve(wanted))).toBe(4);
    });

    test("begins each day anew, and takes back nothing into it that was yesterday's", async () => {
      const { store, age } = await open();
      const wanted = wish({ allMax: { segments: 10, micros: NONE } });
      const yesterday = present((await store.reserve(wanted)).block);
      await age(DAY_MS);
      expect(segmentsOf(await store.reserve(wanted))).toBe(10);
      await store.giveBack([yesterday]);
      const answer = await store.reserve(wanted);
      expect(answer.block).toBeNull();
      expect(answer.day.codes.segments).toBe(10);
      expect(answer.dayEndsInMs).toBeGreaterThan(0);
      expect(answer.dayEndsInMs).toBeLessThanOrEqual(DAY_MS);
    });

    test("tells once of what others reserved, and of nothing of one's own", async () => {
      const { store, otherStore } = await open();
      const first = await store.reserve(wish({ news: since(0) }));
      expect(first.news).toEqual([]);
      await otherStore.reserve(wish({ share: "others", news: since(0) }));
      const second = await store.reserve(wish({ news: since(first.newestId) }));
      expect(second.news).toEqual([
        { share: "others", ageMs: 0, cost: { segments: 10, micros: 100 } },
      ]);
      const third = await store.reserve(wish({ news: since(second.newestId) }));
      expect(third.news).toEqual([]);
    });

    test("tells of blocks as they were reserved, with their age, until they are too old", async () => {
      const { store, otherStore, age } = await open();
      const block = present((await otherStore.reserve(wish({}))).block);
      await otherStore.giveBack([block]);
      await age(NEWS_MS - 30_000);
      const { news } = await store.reserve(wish({ news: since(0) }));
      const ages = news.map(({ ageMs }) => ageMs);
      expect(news.map(({ cost }) => cost)).toEqual([{ segments: 10, micros: 100 }]);
      expect(Math.min(...ages)).toBeGreaterThanOrEqual(NEWS_MS - 30_000);
      expect(Math.max(...ages)).toBeLessThan(NEWS_MS - 20_000);
      await age(NEWS_MS);
      expect((await store.reserve(wish({ news: since(0) }))).news).toEqual([]);
    });
  });
}

/** For ten segments of codes without limits, and none of the news, unless told otherwise. */
export function wish(change: Partial<BlockWish>): BlockWish {
  return {
    share: "codes",
    least: { segments: 1, micros: 0 },
    most: { segments: 10, micros: 100 },
    shareMax: { segments: NONE, micros: NONE },
    allMax: { segments: NONE, micros: NONE },
    news: { afterId: 0, ageMsMax: 0 },
    ...change,
  };
}

export function segmentsOf({ block }: BlockAnswer): number | null {
  return block === null ? null : block.cost.segments;
}

function since(afterId: number): BlockWish["news"] {
  return { afterId, ageMsMax: NEWS_MS };
}

function present(block: ReservedBlock | null): ReservedBlock {
  if (block === null) throw new Error("nothing was reserved");
  return block;
}
