import type { DnsAnswer } from "./dns-port.ts";
import type { Finding } from "./finding.ts";
import { about } from "./finding.ts";

const SPF = /^v=spf1(?: |$)/i;

/** The TXT records of the sender's domain, by RFC 7208: who may send for it. */
export function checkSpf(domain: string, answer: DnsAnswer): Finding {
  const finding = about(`SPF ${domain}`);
  if (answer.kind === "unknown") return finding.unknown(answer.reason);
  const [record, ...more] = answer.records.filter((text) => SPF.test(text));
  if (record === undefined) {
    return finding.fault(
      "no record: publish the one your mail provider names, as TXT of the domain",
    );
  }
  // Section 4.5: receivers treat it as an error for good.
  if (more.length > 0) return finding.fault("more than one record, so none counts: join them");
  const terms = record.toLowerCase().split(/ +/);
  const all = terms.find((term) => /^[-~?+]?all$/.test(term));
  if (all === "-all" || all === "~all") return finding.ok(`ends in ${all}`);
  if (all === "+all" || all === "all") {
    return finding.fault("lets anybody send for the domain: end it in ~all or -all");
  }
  const isElsewhere = terms.some((term) => term.startsWith("redirect="));
  if (all === undefined && isElsewhere) return finding.ok("is that of another domain");
  return finding.warning("says nothing of other senders: end it in ~all or -all");
}
