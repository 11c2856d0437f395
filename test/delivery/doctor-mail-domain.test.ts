import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import type { DnsAnswer, DnsReader } from "../../src/delivery/checks/dns-port.ts";
import { checkMailDomain } from "../../src/delivery/checks/mail-domain-check.ts";

const DOMAIN = "mail.river.example";

type Texts = Readonly<Record<string, readonly string[]>>;

/** A DNS that knows these and, of everything else, that there is none; `null` is one that says nothing. */
function reader(texts: Texts | null, hosts: readonly string[] = ["mx.river.example"]): DnsReader {
  const answer = (records: readonly string[] | undefined): Promise<DnsAnswer> =>
    Promise.resolve(
      texts === null
        ? { kind: "unknown", reason: "silence" }
        : { kind: "records", records: records ?? [] },
    );
  return { texts: (name) => answer(texts?.[name]), mailHosts: () => answer(hosts) };
}

/** The findings as `kind: text`, by what they are about. */
async function checked(dns: DnsReader, selector: string | null = null) {
  const findings = await checkMailDomain(DOMAIN, selector, dns);
  return new Map(
    findings.map(({ kind, subject, text }) => [subject.split(" ")[0], `${kind}: ${text}`]),
  );
}

async function spf(...records: string[]) {
  return (await checked(reader({ [DOMAIN]: records }))).get("SPF");
}

async function dmarc(texts: Texts) {
  return (await checked(reader(texts))).get("DMARC");
}

async function dkim(...records: string[]) {
  return (await checked(reader({ [`s1._domainkey.${DOMAIN}`]: records }), "s1")).get("DKIM");
}

function publicKey(modulusLength: number): string {
  const { publicKey: key } = generateKeyPairSync("rsa", { modulusLength });
  return key.export({ type: "spki", format: "der" }).toString("base64");
}

test("a DNS that does not answer leaves all of it unknown, and nothing ok", async () => {
  const findings = await checkMailDomain(DOMAIN, "s1", reader(null));
  expect(findings.map(({ kind }) => kind)).toEqual(["unknown", "unknown", "unknown", "unknown"]);
});

test("a domain without a word is told what to publish", async () => {
  const findings = await checkMailDomain(DOMAIN, "s1", reader({}, []));
  expect(findings.map(({ kind }) => kind)).toEqual(["fault", "fault", "fault", "warning"]);
});

describe("SPF", () => {
  test.each([
    ["v=spf1 include:provider.example ~all", "ok: ends in ~all"],
    ["V=SPF1 ip4:192.0.2.1  -ALL", "ok: ends in -all"],
    ["v=spf1 redirect=_spf.provider.example", "ok: is that of another domain"],
    ["v=spf1 a +all", "fault: lets anybody send"],
    ["v=spf1 all", "fault: lets anybody send"],
    ["v=spf1 include:provider.example", "warning: says nothing of other senders"],
    ["v=spf1 include:provider.example ?all", "warning: says nothing of other senders"],
    ["v=spf1", "warning: says nothing of other senders"],
    ["v=spf10 -all", "fault: no record"],
    ["include:provider.example v=spf1 -all", "fault: no record"],
  ])("%s", async (record, expected) => {
    expect(await spf("site=1", record)).toStartWith(expected);
  });

  test("two records are none", async () => {
    expect(await spf("v=spf1 -all", "v=spf1 ~all")).toStartWith("fault: more than one record");
  });
});

describe("DMARC", () => {
  test.each([
    ["v=DMARC1; p=none", "ok: none"],
    ["v=DMARC1;p=Reject;", "ok: reject"],
    ["v=DMARC1; p=quarantine; rua=mailto:a@b.example", "ok: quarantine"],
    ["v=DMARC1; p=maybe", "fault: cannot be read"],
    ["v=DMARC1", "fault: cannot be read"],
    ["v=DMARC1; p=none; p=reject", "fault: cannot be read"],
    ["v=DMARC2; p=none", "fault: no record"],
  ])("%s", async (record, expected) => {
    expect(await dmarc({ [`_dmarc.${DOMAIN}`]: [record] })).toStartWith(expected);
  });

  test("two records are none", async () => {
    const records = ["v=DMARC1; p=none", "v=DMARC1; p=reject"];
    expect(await dmarc({ [`_dmarc.${DOMAIN}`]: records })).toStartWith("fault: more than one");
  });

  test("of a domain above it holds, by its word for those below", async () => {
    const above = (record: string) => dmarc({ "_dmarc.river.example": [record] });
    expect(await above("v=DMARC1; p=reject; sp=none")).toBe(
      "ok: none, by the record of river.example",
    );
    expect(await above("v=DMARC1; p=reject")).toBe("ok: reject, by the record of river.example");
  });

  test("of a top-level domain is not asked for", async () => {
    expect(await dmarc({ "_dmarc.example": ["v=DMARC1; p=reject"] })).toStartWith("fault: no");
  });
});

describe("DKIM", () => {
  test("an RSA key of 2048 bits is enough, also where its record comes in pieces", async () => {
    const record = `v=DKIM1; k=rsa; p=${publicKey(2_048)}`;
    expect(await dkim(record)).toBe("ok: an RSA key of 2048 bits");
    expect(await dkim(record.slice(0, 15), record.slice(15, 200), record.slice(200))).toBe(
      "ok: an RSA key of 2048 bits",
    );
  });

  test("an RSA key of 1024 bits is not", async () => {
    const expected = "fault: an RSA key of 1024 bits: make one of 2048";
    expect(await dkim(`p=${publicKey(1_024)}`)).toBe(expected);
  });

  test.each([
    ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "ok: an Ed25519 key"],
    ["v=DKIM1; p=", "fault: the key is revoked"],
    ["v=DKIM1; k=rsa; p=MIIBIjAN", "fault: the key cannot be read"],
    ["v=DKIM1; k=dsa; p=MIIBIjAN", "fault: the key cannot be read"],
    ["v=DKIM1; k=rsa", "fault: the record is no key"],
    ["something else", "fault: the record is no key"],
  ])("%s", async (record, expected) => {
    expect(await dkim(record)).toStartWith(expected);
  });

  test("is left out where no selector is known", async () => {
    expect([...(await checked(reader({}))).keys()]).toEqual(["SPF", "DMARC", "MX"]);
  });
});
