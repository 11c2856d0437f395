import { expect, test } from "bun:test";
import type { SmsMessage } from "../../../src/delivery/ports.ts";
import { phoneNumber, saleDraft, startService, storeEvent } from "../../support/harness.ts";
import { freshDatabase } from "../../support/postgres.ts";
import { gatewayFile } from "./make-gateway.ts";

test("with a gateway configured the code goes to the provider, in the language asked for", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now())]);
  const taken = Promise.withResolvers<SmsMessage>();
  const provider = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      taken.resolve((await request.json()) as SmsMessage);
      return Response.json({ messages: [{ status: 0, id: "p1" }] });
    },
  });
  const environment = {
    SMS_GATEWAY: gatewayFile({ url: `${provider.url}` }),
    GATEWAY_TOKEN: "a token of this test",
  };
  await using service = await startService(database.url, { environment });
  const phone = phoneNumber(1);
  const answer = await fetch(`${service.url}/api/v1/events/mela/codes`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ phone, locale: "bn-BD" }),
  });
  expect(answer.status).toBe(202);
  const sms = await taken.promise;
  await provider.stop(true);
  expect(sms.to as string).toBe(phone);
  expect(sms.text).toMatch(/^\d{6} আপনার কোড, মেয়াদ ৫ মিনিট।\n@127\.0\.0\.1 #\d{6}$/);
});
