import { expect, test } from "bun:test";
import { AS_TOLD, CachingProxy } from "../attack/caching-proxy.ts";
import { inboxMessage, post, serve, sheet, TICKET_KEY } from "../http/serve.ts";
import { needs } from "../support/needs.ts";

const hasNginx = needs("nginx");

const EVENT = "/api/v1/events/boi-mela";
const PHONE = "+8801700000001";
const SHARED = [
  "/",
  "/e/boi-mela?lang=en",
  EVENT,
  `${EVENT}/tick`,
  "/api/v1/events",
  "/assets/a-1.js",
];
const PERSONAL = [
  `/t/${TICKET_KEY}`,
  `/t/${TICKET_KEY}/tickets.pdf`,
  `/t/${TICKET_KEY}/status`,
  `/t/${TICKET_KEY}/nothing.css`,
  "/dev/inbox",
  "/dev/inbox.json",
  "/dev/inbox/m1/ticket%20one.pdf",
  `/e/${TICKET_KEY}`,
  `/assets/${TICKET_KEY}.js`,
];
const CALLS: Readonly<Record<string, object>> = {
  [`${EVENT}/codes`]: { phone: PHONE },
  [`${EVENT}/verifications`]: { phone: PHONE, challenge: "c", code: "1" },
  [`${EVENT}/registrations`]: { name: "Rahim", email: "r@example.org", verification: "v" },
  [`/t/${TICKET_KEY}/mails`]: {},
};
const WORDS = [TICKET_KEY, PHONE, sheet.holderName, inboxMessage.to, "T1:ABC", "challenge-1"];

test.if(hasNginx)(
  "nothing of anybody lies on the disk of a cache, whether it does as told or keeps all it may",
  async () => {
    await using served = serve({ publicUrl: "http://127.0.0.1" });
    for (const caching of [AS_TOLD, undefined]) {
      await using proxy = await CachingProxy.start(served.url, caching);
      for (let round = 0; round < 2; round += 1) {
        for (const path of [...SHARED, ...PERSONAL]) {
          await (await fetch(proxy.url + path, { redirect: "manual" })).bytes();
        }
        for (const [path, body] of Object.entries(CALLS)) {
          await (await post(proxy.url + path, body, { accept: "application/json" })).bytes();
        }
      }
      const kept = proxy.kept();
      for (const path of SHARED) expect(kept).toContain(`KEY: GET${path}\n`);
      for (const path of [...PERSONAL, ...Object.keys(CALLS)])
        expect(kept).not.toContain(`${path}\n`);
      for (const word of WORDS) expect([word, kept.includes(word)]).toEqual([word, false]);
    }
  },
);
