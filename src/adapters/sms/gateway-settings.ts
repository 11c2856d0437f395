import { FileValue } from "../../organiser/file-value.ts";
import { FileSection, memberOf } from "./file-section.ts";
import type { GatewayPolicy, Reading } from "./gateway-policy.ts";
import type { HttpWay } from "./read-http-way.ts";
import { HTTP_KEYS, readHttpWay } from "./read-http-way.ts";
import type { SmppWay } from "./read-smpp-way.ts";
import { readSmppWay, SMPP_KEYS } from "./read-smpp-way.ts";
import type { TwilioWay } from "./read-twilio-way.ts";
import { readTwilioWay, TWILIO_KEYS } from "./read-twilio-way.ts";

/** What is agreed with one provider, and how it is spoken to. */
export interface GatewaySettings {
  /** Letters, digits and hyphens: it stands in logs, in metrics and in the address for reports. */
  readonly name: string;
  /** The contracted rate. */
  readonly segmentsPerS: number;
  /** Messages under way at once. */
  readonly inFlightMax: number;
  /** Of one segment, in millionths of the account's currency. */
  readonly priceMicros: number;
  readonly timeoutMs: number;
  readonly way: GatewayWay;
}

export type GatewayWay = HttpWay | TwilioWay | SmppWay;

export type GatewayParse =
  | { readonly kind: "gateway"; readonly gateway: GatewaySettings }
  /** Sentences, each with the path to what it is about; none repeats a secret. */
  | { readonly kind: "invalid"; readonly faults: readonly string[] };

const KINDS = ["http", "twilio", "smpp"] as const;
const SHARED_KEYS = [
  "kind",
  "name",
  "segmentsPerS",
  "inFlightMax",
  "pricePerSegment",
  "timeoutMs",
] as const;

type SharedSection = FileSection<(typeof SHARED_KEYS)[number]>;

/** Reads a whole gateway file and finds all of its faults at once. */
export function parseGateway(text: string, policy: GatewayPolicy): GatewayParse {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "invalid", faults: ["the file is not JSON"] };
  }
  const faults: string[] = [];
  const gateway = readGateway(json, { policy, faults });
  return faults.length > 0 ? { kind: "invalid", faults } : { kind: "gateway", gateway };
}

function readGateway(json: unknown, reading: Reading): GatewaySettings {
  const open = <Key extends string>(keys: readonly Key[]) =>
    new FileSection(new FileValue(json, "", reading.faults), json, [...SHARED_KEYS, ...keys]);
  // The kind decides which other keys there may be; one that is none is refused with the rest.
  switch (KINDS.find((kind) => kind === memberOf(json, "kind"))) {
    case undefined:
    case "http": {
      const file = open(HTTP_KEYS);
      return { ...readShared(file, reading), way: readHttpWay(file, reading) };
    }
    case "twilio": {
      const file = open(TWILIO_KEYS);
      return { ...readShared(file, reading), way: readTwilioWay(file, reading) };
    }
    case "smpp": {
      const file = open(SMPP_KEYS);
      const shared = readShared(file, reading);
      return { ...shared, way: readSmppWay(file, shared, reading) };
    }
  }
}

function readShared(file: SharedSection, { policy }: Reading): Omit<GatewaySettings, "way"> {
  file.choice("kind", KINDS, "http");
  const timeoutMaxMs = policy.timeoutMaxMs;
  return {
    name: readName(file),
    segmentsPerS: file.whole("segmentsPerS", { fallback: 100, min: 1, max: 10_000 }),
    inFlightMax: file.whole("inFlightMax", { fallback: 64, min: 1, max: 2_000 }),
    priceMicros: readPriceMicros(file),
    timeoutMs: file.whole("timeoutMs", {
      fallback: Math.min(8_000, timeoutMaxMs),
      min: 500,
      max: timeoutMaxMs,
    }),
  };
}

function readName(file: SharedSection): string {
  const name = file.at("name").text();
  if (name !== "" && !/^[a-z\d-]{1,40}$/i.test(name)) {
    file.at("name").refuse("takes up to 40 letters, digits and hyphens");
  }
  return name;
}

/** By its digits, as no double holds every decimal; a millionth is the least there is. */
function readPriceMicros(file: SharedSection): number {
  const raw = file.raw("pricePerSegment") ?? 0;
  const text = typeof raw === "string" || typeof raw === "number" ? `${raw}` : "";
  const digits = /^(\d{1,6})(?:\.(\d{1,6}))?$/.exec(text);
  if (digits === null) {
    file.at("pricePerSegment").refuse("must be a price like 0.35, with at most six decimals");
  }
  const [, whole = "0", decimals = ""] = digits ?? [];
  return Number(whole) * 1_000_000 + Number(decimals.padEnd(6, "0"));
}
