import { describe, expect, test } from "bun:test";
import type { RenderOutcome, TicketRenderer } from "../../src/delivery/ports.ts";
import { makeTicketSheet } from "../ticket/make-ticket-sheet.ts";

/** What every ticket renderer promises, on whatever thread it draws. `renderer` has the test's key ring. */
export function rendererContract(name: string, renderer: () => TicketRenderer): void {
  describe(`${name} keeps the TicketRenderer contract`, () => {
    test("a sheet becomes a PDF of one page for each event day", async () => {
      for (const dayCount of [1, 3]) {
        const pdf = pdfOf(await renderer().render(makeTicketSheet({ dayCount })));
        expect(pdf).toStartWith("%PDF-");
        expect(pdf).toMatch(/%%EOF\s*$/);
        expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(dayCount);
      }
    });

    test("the same sheet gives the same bytes, asked at once or later (invariant 7)", async () => {
      const ask = async () => pdfOf(await renderer().render(makeTicketSheet({ dayCount: 1 })));
      const atOnce = await Promise.all([ask(), ask(), ask()]);
      expect(new Set([...atOnce, await ask()]).size).toBe(1);
    });

    test("of many sheets asked at once each gets its own ticket", async () => {
      const ordinals = Array.from({ length: 40 }, (_, index) => index + 1);
      const sheets = ordinals.map((ordinal) => makeTicketSheet({ ordinal, dayCount: 1 }));
      const outcomes = await Promise.all(sheets.map((sheet) => renderer().render(sheet)));
      const titled = outcomes.map((outcome) =>
        Number(/ticket 2-(\d+)\)/.exec(pdfOf(outcome))?.[1]),
      );
      expect(titled).toEqual(ordinals);
    });

    test("a sheet that cannot be drawn is an outcome, and costs no other", async () => {
      const bad = makeTicketSheet({ keyId: 9 });
      const good = makeTicketSheet({ ordinal: 77, dayCount: 1 });
      const outcomes = await Promise.all([bad, good].map((sheet) => renderer().render(sheet)));
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(["failed", "rendered"]);
      expect(outcomes[0]).toMatchObject({ reason: "the ticket keys hold no version 9" });
    });
  });
}

function pdfOf(outcome: RenderOutcome): string {
  if (outcome.kind !== "rendered") throw new Error(`not rendered: ${JSON.stringify(outcome)}`);
  return Buffer.from(outcome.pdf).toString("latin1");
}
