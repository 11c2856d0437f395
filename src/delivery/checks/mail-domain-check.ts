import { checkDkim } from "./dkim-check.ts";
import { checkDmarc } from "./dmarc-check.ts";
import type { DnsAnswer, DnsReader } from "./dns-port.ts";
import type { Finding } from "./finding.ts";
import { about } from "./finding.ts";
import { checkSpf } from "./spf-check.ts";

/** What receivers look up of the domain mails come from, before they take many of them. */
export async function checkMailDomain(
  domain: string,
  dkimSelector: string | null,
  dns: DnsReader,
): Promise<readonly Finding[]> {
  return Promise.all([
    dns.texts(domain).then((answer) => checkSpf(domain, answer)),
    checkDmarc(domain, dns),
    ...(dkimSelector === null
      ? []
      : [
          dns
            .texts(`${dkimSelector}._domainkey.${domain}`)
            .then((answer) => checkDkim(dkimSelector, answer)),
        ]),
    dns.mailHosts(domain).then((answer) => checkMailHosts(domain, answer)),
  ]);
}

function checkMailHosts(domain: string, answer: DnsAnswer): Finding {
  const finding = about(`MX ${domain}`);
  if (answer.kind === "unknown") return finding.unknown(answer.reason);
  const { length } = answer.records;
  if (length > 0)
    return finding.ok(length === 1 ? "1 host takes mail" : `${length} hosts take mail`);
  return finding.warning("nobody takes mail for it: bounces and answers are lost");
}
