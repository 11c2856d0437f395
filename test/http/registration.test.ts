import { expect, test } from "bun:test";
import { post, seat, serve, TICKET_KEY } from "./serve.ts";

const EVENT = "/api/v1/events/boi-mela";
const person = { name: "রহিম", email: "rahim@example.org" };
const proved = { phone: "01712345678", challenge: "c1", code: "042137" };

test("a code request is 202 with challenge and times, and hands on what was typed", async () => {
  await using served = serve();
  const answer = await post(`${served.url}${EVENT}/codes`, {
    phone: "০১৭১২-৩৪৫৬৭৮",
    challenge: "c0",
    purpose: "recover",
    locale: "bn-BD",
  });
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([202, "private, no-store"]);
  expect(await answer.json()).toEqual({
    challenge: "challenge-1",
    expiresInS: 300,
    resendInS: 30,
    leavesInS: 0,
  });
  expect(served.asked.codes).toEqual([
    {
      eventSlug: "boi-mela",
      phone: "০১৭১২-৩৪৫৬৭৮",
      challenge: "c0",
      purpose: "recover",
      locale: "bn-BD",
      address: "127.0.0.1",
      proof: null,
      pass: null,
    },
  ]);
});

test("a client's address is the socket's, whatever its headers say", async () => {
  await using served = serve();
  const spoofed = {
    "x-forwarded-for": "8.8.8.8",
    "cf-connecting-ip": "8.8.8.8",
    forwarded: "for=8.8.8.8",
  };
  await post(`${served.url}${EVENT}/codes`, { phone: "1" }, spoofed);
  expect(served.asked.codes[0]?.address).toBe("127.0.0.1");
});

const asker = { address: "127.0.0.1", proof: null, pass: null };

test("a verification is 200 with the proof of the phone", async () => {
  await using served = serve();
  const answer = await post(`${served.url}${EVENT}/verifications`, proved);
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
  expect(await answer.json()).toEqual({ verification: "verification-1" });
  expect(served.asked.verifications).toEqual([{ eventSlug: "boi-mela", ...proved, ...asker }]);
});

test("registered is 201, a holder is 200 with the same body (invariant 7)", async () => {
  const expected = {
    registrationId: seat.registrationId,
    ordinal: 42,
    ticketUrl: `https://tickets.example.org/t/${TICKET_KEY}`,
    pdfUrl: `https://tickets.example.org/t/${TICKET_KEY}/tickets.pdf`,
  };
  for (const [kind, status] of [
    ["registered", 201],
    ["holder", 200],
  ] as const) {
    const unasked = () => Promise.reject(new Error("not asked"));
    const confirm = async () => ({ kind, seat });
    await using served = serve({
      registration: { requestCode: unasked, verify: unasked, confirm },
    });
    const answer = await post(`${served.url}${EVENT}/registrations`, { ...person, ...proved });
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([
      status,
      "private, no-store",
    ]);
    expect(await answer.json()).toEqual(expected);
  }
});

test("a registration takes a code or a verification, and needs no person to recover", async () => {
  await using served = serve();
  const url = `${served.url}${EVENT}/registrations`;
  const code = { kind: "code" as const, ...proved };
  const verification = { kind: "verification" as const, verification: "v1" };
  const common = { eventSlug: "boi-mela", locale: "en", asker };
  await post(url, { ...person, ...proved });
  await post(url, { ...person, verification: "v1", locale: "no such locale" });
  await post(url, proved);
  await post(url, { ...person, ...proved, verification: "v1" });
  expect(served.asked.registrations).toEqual([
    { ...common, ...person, proof: code },
    { ...common, ...person, proof: verification },
    { ...common, name: null, email: null, proof: code },
    { ...common, ...person, proof: verification },
  ]);
});

test("every call of the flood is refused while draining, and its connection closed", async () => {
  await using served = serve({ isDraining: () => true });
  for (const call of ["codes", "verifications", "registrations"]) {
    const answer = await post(`${served.url}${EVENT}/${call}`, { ...person, ...proved });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("2");
    expect(answer.headers.get("connection")).toBe("close");
    expect(await answer.json()).toMatchObject({ code: "draining", retryAfterS: 2 });
  }
  expect(served.asked.registrations).toEqual([]);
  expect((await fetch(`${served.url}/e/boi-mela`)).status).toBe(200);
});
