import type { DnsAnswer, DnsReader } from "./dns-port.ts";
import type { Finding } from "./finding.ts";
import { about } from "./finding.ts";
import { parseTagList } from "./tag-list.ts";

const DMARC = /^v=DMARC1\s*(?:;|$)/;
const POLICIES = ["none", "quarantine", "reject"];
/** A name has at most 127 labels, and an organisation's domain at least two. */
const LOOKUP_COUNT_MAX = 8;
const LABELS_MIN = 2;

/**
 * What receivers are to do with mail that is not proven to be the domain's: of the domain itself, or else of the
 * nearest domain above it, since where an organisation's begins only a list can tell (RFC 7489 section 6.6.3).
 */
export async function checkDmarc(domain: string, dns: DnsReader): Promise<Finding> {
  const labels = domain.split(".");
  const depth = Math.min(LOOKUP_COUNT_MAX, Math.max(1, labels.length - LABELS_MIN + 1));
  for (let above = 0; above < depth; above += 1) {
    const owner = labels.slice(above).join(".");
    const finding = judge(owner, domain, await dns.texts(`_dmarc.${owner}`));
    if (finding !== null) return finding;
  }
  return about(`DMARC ${domain}`).fault(
    `no record: publish v=DMARC1; p=none or stricter as TXT of _dmarc.${domain}`,
  );
}

/** Null where the owner says nothing. */
function judge(owner: string, domain: string, answer: DnsAnswer): Finding | null {
  const finding = about(`DMARC ${domain}`);
  if (answer.kind === "unknown") return finding.unknown(answer.reason);
  const [record, ...more] = answer.records.filter((text) => DMARC.test(text));
  if (record === undefined) return null;
  if (more.length > 0) return finding.fault("more than one record, so none counts: keep one");
  const tags = parseTagList(record);
  const own = tags?.get("p")?.toLowerCase();
  const policy = owner === domain ? own : (tags?.get("sp")?.toLowerCase() ?? own);
  if (policy === undefined || !POLICIES.includes(policy)) {
    return finding.fault(`cannot be read: it needs p=none, p=quarantine or p=reject`);
  }
  return finding.ok(`${policy}${owner === domain ? "" : `, by the record of ${owner}`}`);
}
