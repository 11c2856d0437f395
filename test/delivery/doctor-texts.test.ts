import { expect, test } from "bun:test";
import { checkTexts, measureTexts } from "../../src/delivery/checks/text-check.ts";
import { chooseCodeTexts } from "../../src/delivery/sms-texts.ts";

function findings(host: string, segmentsMax = 1, eventNames: readonly string[] = ["River Songs"]) {
  const parse = chooseCodeTexts({ host, validForMs: 300_000, segmentsMax });
  if (parse.kind !== "texts") throw new Error("no room");
  const publicUrl = `https://${host}`;
  return checkTexts(measureTexts({ codeTexts: parse.texts, publicUrl, eventNames }));
}

test("with a short host every language takes one segment", () => {
  expect(findings("mela.bd")).toEqual(
    ["English", "বাংলা", "עברית", "العربية"].map((name) => ({
      kind: "ok" as const,
      subject: `texts ${name}`,
      text: "code 1 segment, confirmation 1 segment",
    })),
  );
});

test("a language that does not fit beside the host is told to go out in English", () => {
  const [english, bangla] = findings(`${"registration.".repeat(5)}example.org`);
  expect(english?.kind).toBe("ok");
  expect(bangla?.kind).toBe("warning");
  expect(bangla?.text).toContain("codes go out in English");
});

test("two segments are a warning where they are allowed, as they are paid for", () => {
  const kinds = findings("mela.bd", 2).map(({ kind }) => kind);
  expect(kinds).toContain("warning");
  const told = findings("mela.bd", 2).map(({ text }) => text);
  expect(told.join()).toContain("code 2 segments, confirmation 1 segment");
});
