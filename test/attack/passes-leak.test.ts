import { expect, setDefaultTimeout, test } from "bun:test";
import type { PersonInLine } from "../service/person-in-line.ts";
import { drawnList, SaleWithLobby } from "../service/sale-with-lobby.ts";
import { findPlanted } from "./sinks.ts";

setDefaultTimeout(120_000);

const METRICS_TOKEN = "planted-metrics-token-of-24";

test("invariant 10: no pass, nor the id of one, is in a log, a metric or an answer to anybody else", async () => {
  const environment = { LOG_LEVEL: "trace", METRICS_TOKEN };
  await using sale = await SaleWithLobby.open({ quota: 5, environment });
  const service = await sale.start();
  const [alice, bob, cut] = sale.people(0, 3) as [PersonInLine, PersonInLine, PersonInLine];
  const sinks: Record<string, string> = { problems: "" };
  const keep = async (path: string, body: object) => {
    const answer = await fetch(service.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.ok, path).toBe(false);
    sinks["problems"] += `${JSON.stringify([...answer.headers])} ${await answer.text()}\n`;
  };
  await alice.join(service.url);
  await bob.join(service.url);
  const { sql } = sale.database;
  await sql`alter table lobby_places rename to lobby_places_away`;
  expect((await cut.join(service.url)).status).toBe(503);
  await sql`alter table lobby_places_away rename to lobby_places`;
  await cut.join(service.url);
  await sale.opensIn(500);
  await drawnList(service.url);

  const event = "/api/v1/events/mela";
  const { phone } = alice;
  for (const pass of [bob.pass, `${alice.pass.slice(0, -1)}~`, cut.passId]) {
    await keep(`${event}/codes`, { phone, pass });
    await keep(`${event}/codes?pass=${pass}`, {
      phone: pass,
      challenge: pass,
      purpose: pass,
      pass,
    });
    await keep(`${event}/verifications`, { phone, challenge: pass, code: pass, pass });
    await keep(`${event}/registrations`, { name: pass, email: pass, verification: pass, pass });
    await keep(`${event}/passes`, { verification: pass, phone: pass, proof: pass });
    await keep(`/api/v1/events/${pass}/passes`, { phone, pass });
  }
  expect((await alice.comeThrough(service.url)).status).toBe(201);
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const metrics = await fetch(`${service.url}/metrics`, { headers });
  expect(metrics.status).toBe(200);
  const { output, errors } = await service.end();
  // The fault that was made is told of, and so is whatever it would have quoted.
  expect(errors).toContain("PostgresError 42P01");
  const planted = Object.fromEntries(
    [alice, bob, cut].flatMap((person, index) => [
      [`pass ${index}`, person.pass],
      [`pass id ${index}`, person.passId],
      [`phone ${index}`, person.phone],
    ]),
  );
  const all = { ...sinks, metrics: await metrics.text(), stdout: output, stderr: errors };
  expect(findPlanted(planted, all)).toEqual([]);
});
