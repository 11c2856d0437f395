import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { LANGUAGE_TRAITS, LANGUAGES } from "../../src/language/language.ts";
import { attendTexts } from "../../src/web/texts/all.ts";
import { BROWSER } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { useBrowser } from "./browser-page.ts";
import { FakeService, problem, RIGHT_CODE, TICKET_PATH } from "./fake-service.ts";
import { HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";

setDefaultTimeout(60_000);

const OPEN = { nowMs: OPENING_MS + HOUR_MS, sold: 18_797 };

describe.if(needs(BROWSER))("in the person's own language", () => {
  const browser = useBrowser();
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  test.each(LANGUAGES)("the form speaks %s to a browser that asks for it", async (language) => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const { tag, direction } = LANGUAGE_TRAITS[language];
    const page = await browser.open(`${service.origin}/e/river-songs`, tag);
    const { phone, seatsLeft, problems } = attendTexts[language];
    await page.getByText(seatsLeft(41_203)).waitFor();
    expect(await page.locator("html").getAttribute("dir")).toBe(direction);
    service.script("codes", problem(422, "invalid_phone"));
    await page.getByLabel(phone.label).fill("1");
    await page.getByRole("button", { name: phone.send }).click();
    await page.getByText(problems.invalid_phone).waitFor();
    expect(page.url()).toBe(`${service.origin}/e/river-songs`);
  });

  test("a choice by hand keeps what was typed, and lasts to the ticket and the next visit", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await page.getByLabel("Mobile number").fill("01712 345678");
    await page.getByRole("link", { name: "العربية" }).click();
    const { phone, code, details } = attendTexts.ar;
    expect(await page.getByLabel(phone.label).inputValue()).toBe("01712 345678");
    await page.getByRole("button", { name: phone.send }).click();
    await page.getByLabel(code.label).fill(RIGHT_CODE);
    await page.getByLabel(details.name).fill("رحيمة");
    await page.getByLabel(details.email).fill("rahima@example.org");
    await page.getByRole("button", { name: details.send }).click();
    await page.waitForURL(`**${TICKET_PATH}?lang=ar`);
    await page.locator("html[lang=ar][dir=rtl]").waitFor();
    expect(service.bodiesOf("registrations")[0]?.["locale"]).toBe("ar");

    const later = await page.context().newPage();
    await later.goto(service.origin + TICKET_PATH);
    await later.waitForURL(`**${TICKET_PATH}?lang=ar`);
  });

  test("a page that a cache kept in another language is loaded again in the right one", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const english = await fetch(`${service.origin}/e/river-songs`);
    const kept = await english.text();
    const page = await browser.open("about:blank", LANGUAGE_TRAITS.bn.tag);
    await page.route(/\/e\/river-songs$/, (route) =>
      route.fulfill({ body: kept, contentType: "text/html" }),
    );
    await page.goto(`${service.origin}/e/river-songs`);
    await page.getByLabel(attendTexts.bn.phone.label).waitFor();
  });

  test("a phone of another country is dialled with its code, and a typed one wins", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await page.getByLabel("Country").selectOption({ label: "India \u2066+91\u2069" });
    service.script("codes", problem(422, "invalid_phone"));
    const send = async (phone: string) => {
      await page.getByLabel("Mobile number").fill(phone);
      await page.getByRole("button", { name: "Send me a code" }).click();
    };
    await send("98765 43210");
    await page.getByText(attendTexts.en.problems.invalid_phone).waitFor();
    await send("+44 7400 123456");
    await page.getByText("+44 7400 123456").waitFor();
    const phones = service.bodiesOf("codes").map(({ phone }) => phone);
    expect(phones).toEqual(["+91 9876543210", "+44 7400 123456"]);
  });

  test("the keyboard walks the page in the order it is read", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await browser.open(`${service.origin}/e/river-songs`, LANGUAGE_TRAITS.he.tag);
    const { phone, recover } = attendTexts.he;
    await page.getByRole("button", { name: phone.send }).waitFor();
    const walked: (string | undefined)[] = [];
    for (let stop = 0; stop < LANGUAGES.length + 4; stop += 1) {
      await page.keyboard.press("Tab");
      walked.push(
        await page.evaluate(
          () => document.activeElement?.id || document.activeElement?.textContent?.trim(),
        ),
      );
    }
    const languages = LANGUAGES.map((language) => LANGUAGE_TRAITS[language].ownName);
    expect(walked).toEqual([...languages, "country", "phone", phone.send, recover.getBack]);
  });

  test("a ticket asked back in a crowd is asked for by what the code proved", async () => {
    await using service = FakeService.start(makeEvent(), { ...OPEN, sold: 60_000 });
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await page.getByRole("button", { name: "Get it back" }).click();
    await page.getByLabel("Mobile number").fill("01712 345678");
    await page.getByRole("button", { name: "Send me a code" }).click();
    const proof = { retryAfterS: 1, verification: "verification-of-503" };
    service.script("registrations", problem(503, "overloaded", proof));
    await page.getByLabel("Six-digit code").fill(RIGHT_CODE);
    await page.waitForURL(`**${TICKET_PATH}`);
    expect(service.bodiesOf("registrations")[1]).toEqual({
      verification: "verification-of-503",
      locale: "en-GB",
    });
  });
});
