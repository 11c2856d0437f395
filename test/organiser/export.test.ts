import { expect, test } from "bun:test";
import { exportCsv } from "../../src/organiser/export.ts";
import type { ExportRow } from "../../src/organiser/ports.ts";

const ROW_COUNT = 300_000;
const PAGE_COUNT = 5_000;

function row(index: number): ExportRow {
  return {
    saleNumber: 1,
    ordinal: index + 1,
    committedAt: `2027-01-10T04:00:00.${`${index}`.padStart(6, "0")}Z`,
    name: `Person ${index}`,
    phone: `+88017${`${index}`.padStart(8, "0")}`,
    email: `person${index}@example.org`,
    locale: "bn",
    registrationId: crypto.randomUUID(),
  };
}

test("300,000 registrations are exported with one page of them in memory", async () => {
  let madeCount = 0;
  let takenCount = 0;
  let aheadMax = 0;
  async function* pages(): AsyncGenerator<readonly ExportRow[]> {
    while (madeCount < ROW_COUNT) {
      const page = Array.from({ length: PAGE_COUNT }, (_, index) => row(madeCount + index));
      madeCount += page.length;
      aheadMax = Math.max(aheadMax, madeCount - takenCount);
      yield page;
    }
  }

  const progress: number[] = [];
  const chunks = exportCsv(pages(), (rowCount) => progress.push(rowCount));
  const header = (await chunks.next()).value;
  for await (const chunk of chunks) takenCount += chunk.split("\r\n").length - 1;

  expect(header).toBe("committed_at,sale,ordinal,name,phone,email,locale,registration_id\r\n");
  expect(takenCount).toBe(ROW_COUNT);
  expect(aheadMax).toBe(PAGE_COUNT);
  expect(progress.at(0)).toBe(PAGE_COUNT);
  expect(progress.at(-1)).toBe(ROW_COUNT);
});

test("an export that is given up asks for no more pages and lets the store clean up", async () => {
  let madeCount = 0;
  let isClosed = false;
  async function* pages(): AsyncGenerator<readonly ExportRow[]> {
    try {
      for (;;) {
        madeCount += 1;
        yield [row(madeCount)];
      }
    } finally {
      isClosed = true;
    }
  }
  for await (const chunk of exportCsv(pages(), () => {})) {
    if (chunk.includes("Person 3")) break;
  }
  expect(madeCount).toBe(3);
  expect(isClosed).toBe(true);
});

test("a row keeps its microseconds, and its name and phone run no formula", async () => {
  async function* pages(): AsyncGenerator<readonly ExportRow[]> {
    yield [{ ...row(7), name: "=1+1, or so", registrationId: "id" }];
  }
  const chunks = await Array.fromAsync(exportCsv(pages(), () => {}));
  expect(chunks[1]).toBe(
    `2027-01-10T04:00:00.000007Z,1,8,"'=1+1, or so",'+8801700000007,person7@example.org,bn,id\r\n`,
  );
});
