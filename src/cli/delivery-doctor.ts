import { ok as assert } from "node:assert";
import { systemClock } from "../actor/clock.ts";
import { DnsResolver } from "../adapters/dns/resolver.ts";
import { PostgresDeliveryDeskStore } from "../adapters/postgres/delivery-desk-store.ts";
import { PostgresEventStore } from "../adapters/postgres/event-store.ts";
import type { Config } from "../config.ts";
import type { Finding } from "../delivery/checks/finding.ts";
import { about, counted } from "../delivery/checks/finding.ts";
import { checkMailDomain } from "../delivery/checks/mail-domain-check.ts";
import type { SaleOut } from "../delivery/checks/sale-out-check.ts";
import { checkPrice, checkRate } from "../delivery/checks/sale-out-check.ts";
import type { TextSize } from "../delivery/checks/text-check.ts";
import { checkTexts, measureTexts } from "../delivery/checks/text-check.ts";
import { chooseCodeTexts } from "../delivery/sms-texts.ts";
import { OTP_POLICY } from "../otp/otp.ts";
import type { EventSnapshot } from "../sale/ports.ts";
import type { CommandContext } from "./command.ts";
import { RefusedError, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";
import { checkGateway, checkMailServer } from "./delivery-doctor-providers.ts";
import { LANES } from "./delivery-lanes.ts";
import { alignedLines } from "./delivery-table.ts";

/** For one question. */
const DNS_TIMEOUT_MS = 8_000;

/** Looks at everything that delivery stands on, all at once, and tells one line for each. */
export async function doctor(words: readonly string[], context: CommandContext): Promise<void> {
  const { config } = context;
  const { dkim, dns } = readOptions(words);
  const findings = await Promise.all([
    checkStored(config),
    ...config.smsGateways.map((settings) => checkGateway(settings, context.signal)),
    checkMail(context, { selector: dkim, resolver: openResolver(dns) }),
  ]);
  tell(findings.flat());
}

/** Pairs of a name and a value, in any order. */
function readOptions(words: readonly string[]) {
  const options: Record<"dkim" | "dns", string | null> = { dkim: null, dns: null };
  for (let index = 0; index < words.length; index += 2) {
    const [name, value] = [words[index], words[index + 1]];
    if ((name !== "dkim" && name !== "dns") || value === undefined || options[name] !== null) {
      throw new UsageError("Say doctor, and perhaps dkim SELECTOR or dns SERVER.");
    }
    options[name] = value;
  }
  return options;
}

function openResolver(server: string | null): DnsResolver {
  try {
    return new DnsResolver({ server, clock: systemClock, timeoutMs: DNS_TIMEOUT_MS });
  } catch (cause) {
    throw new UsageError("The DNS server is no address like 9.9.9.9.", { cause });
  }
}

/** What the database knows: lanes that stand still, and how much the events ahead ask for. */
async function checkStored(config: Config): Promise<readonly Finding[]> {
  await using opened = await openDatabase(config);
  const paused = await new PostgresDeliveryDeskStore(opened.database).pausedLanes();
  const events = await new PostgresEventStore(opened.database).loadEvents();
  const sizes = measureTexts({
    codeTexts: codeTexts(config),
    publicUrl: config.publicUrl,
    eventNames: events.map(({ event }) => event.details.name),
  });
  const pauses = Array.from(LANES).flatMap(([word, name]) =>
    paused.has(name)
      ? [about(`lane ${word}`).warning(`is paused; send again: bun run delivery resume ${word}`)]
      : [],
  );
  return [...checkTexts(sizes), ...pauses, ...checkSaleOut(config, events, sizes)];
}

function codeTexts({ publicUrl, smsCodeSegmentsMax }: Config) {
  const { hostname: host } = new URL(publicUrl);
  const validForMs = OTP_POLICY.codeTtlMs;
  const parse = chooseCodeTexts({ host, validForMs, segmentsMax: smsCodeSegmentsMax });
  assert(parse.kind === "texts", "the configuration was checked for it");
  return parse.texts;
}

function checkSaleOut(
  { smsGateways, smsBudget, hasInbox }: Config,
  events: readonly EventSnapshot[],
  sizes: readonly TextSize[],
): readonly Finding[] {
  if (smsGateways.length === 0) {
    const finding = about("SMS");
    return hasInbox
      ? [finding.warning("no gateway: messages end in the inbox; name one in SMS_GATEWAY")]
      : [finding.fault("no gateway: nobody gets a code; name one in SMS_GATEWAY")];
  }
  const quota = largestQuotaAhead(events);
  if (quota === null) {
    return [about("SMS rate").warning("no sale is ahead, so there is nothing to measure it by")];
  }
  const saleOut: SaleOut = {
    quota,
    codesWithinMs: OTP_POLICY.challengeTtlMs - OTP_POLICY.codeLifeMsMin,
    codeSegments: Math.max(...sizes.map(({ codeSegments }) => codeSegments)),
    confirmationSegments: Math.max(...sizes.map((size) => size.confirmationSegments)),
    gateways: smsGateways,
    budget: smsBudget,
  };
  return [checkRate(saleOut), checkPrice(saleOut)];
}

function largestQuotaAhead(events: readonly EventSnapshot[]): number | null {
  const nowMs = systemClock.nowMs();
  const quotas = events
    .flatMap(({ event }) => event.sales)
    .filter(({ closesAtMs }) => closesAtMs > nowMs)
    .map(({ quota }) => quota);
  return quotas.length === 0 ? null : Math.max(...quotas);
}

async function checkMail(
  { config: { mail, hasInbox }, signal }: CommandContext,
  dns: { readonly selector: string | null; readonly resolver: DnsResolver },
): Promise<readonly Finding[]> {
  if (mail === null) {
    const finding = about("mail");
    return hasInbox
      ? [finding.warning("no server: mails end in the inbox; name one in SMTP_URL")]
      : [finding.fault("no server: tickets wait; name one in SMTP_URL or MAIL_API_URL")];
  }
  const { address } = mail.from;
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const findings = await Promise.all([
    checkMailServer(mail, signal),
    checkMailDomain(domain, dns.selector, dns.resolver),
  ]);
  return findings.flat();
}

/** Throws where something has to be mended before a sale. */
function tell(findings: readonly Finding[]): void {
  const rows = findings.map(({ kind, subject, text }) => [kind, subject, text]);
  process.stdout.write(`${alignedLines(rows).join("\n")}\n`);
  const faultCount = findings.filter(({ kind }) => kind === "fault").length;
  if (faultCount > 0)
    throw new RefusedError(`${counted(faultCount, "fault")} to mend before a sale.`);
}
