import { expect, test } from "bun:test";
import { systemClock } from "../../src/actor/clock.ts";
import { DnsResolver } from "../../src/adapters/dns/resolver.ts";
import type { Zone } from "../cli/delivery-dns-server.ts";
import { DnsServer } from "../cli/delivery-dns-server.ts";

async function withResolver(
  zone: Zone,
  look: (resolver: DnsResolver) => Promise<void>,
): Promise<void> {
  await using dns = new DnsServer(zone);
  const server = await dns.listen();
  await look(new DnsResolver({ server, clock: systemClock, timeoutMs: 300 }));
}

test("texts come one for each record, and mail hosts by name", async () => {
  const zone = {
    txt: { "river.example": [["v=spf1 -all"], ["site=1"]] },
    mx: { "river.example": ["mx1.river.example", "mx2.river.example"] },
  };
  await withResolver(zone, async (resolver) => {
    const texts = await resolver.texts("river.example");
    expect(texts).toEqual({ kind: "records", records: ["v=spf1 -all", "site=1"] });
    const hosts = await resolver.mailHosts("river.example");
    if (hosts.kind !== "records") throw new Error(hosts.reason);
    expect(hosts.records.toSorted()).toEqual(["mx1.river.example", "mx2.river.example"]);
  });
});

test("a record that is longer than one string comes whole, and the one behind it apart", async () => {
  const [first, second] = ["a".repeat(255), "b".repeat(145)];
  const zone = { txt: { "long.example": [[first, second], ["c"]] } };
  await withResolver(zone, async (resolver) => {
    const texts = await resolver.texts("long.example");
    expect(texts).toEqual({ kind: "records", records: [first + second, "c"] });
  });
});

test("what is not there is no records, as is a domain that says it takes no mail", async () => {
  await withResolver({ mx: { "null.example": [""] } }, async (resolver) => {
    const none = { kind: "records", records: [] } as const;
    expect(await resolver.texts("nowhere.example")).toEqual(none);
    expect(await resolver.mailHosts("nowhere.example")).toEqual(none);
    expect(await resolver.mailHosts("null.example")).toEqual(none);
  });
});

test("a server that fails or says nothing leaves it unknown", async () => {
  const zone = { broken: ["broken.example"], silent: ["silent.example"] };
  await withResolver(zone, async (resolver) => {
    expect(await resolver.texts("broken.example")).toEqual({
      kind: "unknown",
      reason: "the DNS does not answer (ESERVFAIL)",
    });
    expect(await resolver.mailHosts("silent.example")).toEqual({
      kind: "unknown",
      reason: "the DNS gives no answer within 300 ms",
    });
  });
});

test("a server that is no address is not asked", () => {
  const open = (server: string) => new DnsResolver({ server, clock: systemClock, timeoutMs: 1 });
  expect(() => open("dns.example")).toThrow();
});
