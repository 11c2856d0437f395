import { expect, test } from "bun:test";
import { serve, TICKET_KEY } from "./serve.ts";

const PAGE = `/t/${TICKET_KEY}`;
const away = () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.1"));

test("the ticket page shows codes and delivery, and is neither kept nor told on", async () => {
  await using served = serve();
  const page = await fetch(served.url + PAGE);
  expect(await page.text()).toBe(`<h1>42 T1:ABC 17 ${PAGE}/tickets.pdf</h1>`);
  expect(page.headers.get("cache-control")).toBe("private, no-store");
  expect(page.headers.get("referrer-policy")).toBe("no-referrer");
});

test("the PDF is a download with a name people recognise", async () => {
  await using served = serve();
  const pdf = await fetch(`${served.url}${PAGE}/tickets.pdf`);
  expect(await pdf.text()).toBe("%PDF-1.7 fake");
  expect(pdf.headers.get("content-type")).toBe("application/pdf");
  expect(pdf.headers.get("cache-control")).toBe("private, no-store");
  expect(pdf.headers.get("referrer-policy")).toBe("no-referrer");
  const [kind, plain, extended = ""] = (pdf.headers.get("content-disposition") ?? "").split("; ");
  expect([kind, plain]).toEqual(["attachment", 'filename="tickets-1-42.pdf"']);
  expect(decodeURIComponent(extended)).toBe("filename*=UTF-8''Boi Mela “বই” 1-42.pdf");
});

test("a busy renderer is 503 overloaded with its own wait", async () => {
  await using served = serve({
    renderer: { render: async () => ({ kind: "busy", retryAfterMs: 2_500 }) },
  });
  const pdf = await fetch(`${served.url}${PAGE}/tickets.pdf`);
  expect([pdf.status, pdf.headers.get("retry-after")]).toEqual([503, "3"]);
  expect(await pdf.json()).toMatchObject({ code: "overloaded", retryAfterS: 3 });
});

test("a ticket that cannot be rendered is 500 and logged", async () => {
  await using served = serve({
    renderer: { render: async () => ({ kind: "failed", reason: "no font" }) },
  });
  const pdf = await fetch(`${served.url}${PAGE}/tickets.pdf`);
  expect([pdf.status, (await pdf.text()).includes("font")]).toEqual([500, false]);
  expect(served.asked.logged).toHaveLength(1);
});

test("the status tells where SMS and mail stand", async () => {
  await using served = serve();
  const status = await fetch(`${served.url}${PAGE}/status`);
  expect(status.headers.get("cache-control")).toBe("private, no-store");
  expect(await status.json()).toEqual({
    sms: { state: "sent", ahead: null, waitS: null },
    mail: { state: "queued", ahead: 17, waitS: 41 },
    askAgainS: 11,
  });
});

test("the status says when nothing more will be heard", async () => {
  const over = { state: "delivered", ahead: null, waitMs: null } as const;
  const status = { sms: over, mail: over, askAgainMs: null };
  await using served = serve({ deliveryStatus: { findDeliveryStatus: async () => status } });
  const answer = await fetch(`${served.url}${PAGE}/status`);
  const told = { state: "delivered", ahead: null, waitS: null };
  expect(await answer.json()).toEqual({ sms: told, mail: told, askAgainS: null });
});

test("a database that is away is 503 overloaded on every read of a ticket", async () => {
  await using served = serve({
    tickets: { findTicket: away },
    deliveryStatus: { findDeliveryStatus: away },
  });
  for (const path of ["", "/tickets.pdf", "/status"]) {
    const answer = await fetch(served.url + PAGE + path);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
    const text = await answer.text();
    expect(text).not.toContain("ECONNREFUSED");
    expect(JSON.parse(text)).toMatchObject({ code: "overloaded" });
  }
  expect(JSON.stringify(served.asked.logged)).not.toContain(TICKET_KEY);
});

test("the page shows the ticket even when its delivery cannot be told", async () => {
  await using served = serve({ deliveryStatus: { findDeliveryStatus: away } });
  const page = await fetch(served.url + PAGE);
  expect([page.status, await page.text()]).toEqual([
    200,
    `<h1>42 T1:ABC undefined ${PAGE}/tickets.pdf</h1>`,
  ]);
});
