import { phoneNumber } from "../../test/support/harness.ts";
import type { Random } from "../../test/support/random.ts";
import { addressOf } from "../harness/http-request.ts";
import type { Json } from "./browser.ts";
import { HABITS } from "./habits.ts";

/** One of the visitors. */
export interface Person {
  /** E.164, as the page sends it whatever was typed. */
  readonly phone: string;
  readonly details: Json;
  readonly address: Readonly<Record<string, string>>;
  /** From the opening; before it where below zero. */
  readonly arrivesAtMs: number;
  /** Of the phone, where it was proved days ago. */
  readonly verification: string | null;
  readonly random: Random;
}

/** Some with letters that take the long way through the service. */
const NAMES = [
  "Rahim Uddin",
  "Nusrat Jahan",
  "Md. Abdul Karim",
  "Farhana Akter Mim",
  "Tanvir Ahmed",
  "রহিম উদ্দিন",
  "সাদিয়া ইসলাম",
  "João da Silva",
] as const;

/** Past those of all who have an address of their own. */
const CARRIER_INDEX_MIN = 2_000_000;

/** `crowdCount` is how many there are of all indexes, of whom some share an address. */
export function makePerson(
  index: number,
  crowdCount: number,
  arrivesAtMs: number,
  random: Random,
): Person {
  return {
    phone: phoneNumber(index),
    details: {
      name: random.pick(NAMES),
      email: `attendee${index}@example.org`,
      locale: random.chance(0.5) ? "en-GB" : "bn-BD",
    },
    address: addressOf(addressIndex(index, crowdCount, random)),
    arrivesAtMs,
    verification: null,
    random,
  };
}

function addressIndex(index: number, crowdCount: number, random: Random): number {
  const { behindCarrierShare, peoplePerCarrierAddress } = HABITS;
  if (!random.chance(behindCarrierShare)) return index;
  const carrierCount = Math.ceil((crowdCount * behindCarrierShare) / peoplePerCarrierAddress);
  return CARRIER_INDEX_MIN + random.below(carrierCount);
}
