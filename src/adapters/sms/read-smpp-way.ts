import type { FileSection } from "./file-section.ts";
import type { Reading } from "./gateway-policy.ts";
import type { SmppSettings } from "./smpp-settings.ts";
import { TemplateReader } from "./template-reader.ts";

/** An operator or aggregator that speaks SMPP 3.4. */
export interface SmppWay {
  readonly kind: "smpp";
  readonly smpp: SmppSettings;
}

export const SMPP_KEYS = [
  "host",
  "port",
  "tls",
  "systemId",
  "password",
  "systemType",
  "sourceAddress",
  "sourceTon",
  "sourceNpi",
  "enquireLinkMs",
  "registeredDelivery",
  "validityMs",
] as const;

type SmppSection = FileSection<(typeof SMPP_KEYS)[number]>;

interface Shared {
  readonly name: string;
  readonly inFlightMax: number;
  readonly timeoutMs: number;
}

/** Assigned to SMPP, without TLS and with it (IANA, service names ssmpp and smpp). */
const PORT = 2_775;
const TLS_PORT = 3_550;
/** Octets of these fields without the closing NUL: SMPP 3.4, sections 4.1.1 and 5.2. */
const SYSTEM_ID_LENGTH_MAX = 15;
const SYSTEM_TYPE_LENGTH_MAX = 12;
const SOURCE_ADDRESS_LENGTH_MAX = 20;

export function readSmppWay(file: SmppSection, shared: Shared, reading: Reading): SmppWay {
  const reader = new TemplateReader(reading);
  const text = (key: "systemId" | "systemType" | "sourceAddress", lengthMax: number) => {
    const value = reader.constant(file.at(key));
    if (value.length > lengthMax) file.at(key).refuse(`takes at most ${lengthMax} characters`);
    return value;
  };
  const isTls = file.flag("tls", false);
  const sourceAddress = text("sourceAddress", SOURCE_ADDRESS_LENGTH_MAX);
  // International and ISDN for a number, alphanumeric and unknown for a name: SMPP 3.4, sections 5.2.5 and 5.2.6.
  const isNumber = /^\+?\d+$/.test(sourceAddress);
  return {
    kind: "smpp",
    smpp: {
      name: shared.name,
      host: readHost(file),
      port: file.whole("port", { fallback: isTls ? TLS_PORT : PORT, min: 1, max: 65_535 }),
      isTls,
      systemId: text("systemId", SYSTEM_ID_LENGTH_MAX),
      password: reader.constant(file.at("password")),
      systemType: file.has("systemType") ? text("systemType", SYSTEM_TYPE_LENGTH_MAX) : "",
      sourceAddress,
      sourceTon: file.whole("sourceTon", { fallback: isNumber ? 1 : 5, min: 0, max: 255 }),
      sourceNpi: file.whole("sourceNpi", { fallback: isNumber ? 1 : 0, min: 0, max: 255 }),
      windowMax: shared.inFlightMax,
      responseTimeoutMs: shared.timeoutMs,
      enquireLinkMs: file.whole("enquireLinkMs", { fallback: 30_000, min: 1_000, max: 600_000 }),
      registeredDelivery: file.flag("registeredDelivery", true),
      validityMs: file.has("validityMs") ? file.at("validityMs").whole(1_000, 172_800_000) : null,
    },
  };
}

function readHost(file: SmppSection): string {
  const host = file.at("host").text();
  if (host !== "" && !/^[\w.:-]{1,255}$/.test(host)) {
    file.at("host").refuse("is no host like smsc.example");
  }
  return host;
}
