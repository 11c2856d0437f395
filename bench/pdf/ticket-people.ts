import type { RegistrationId, TicketSheet } from "../../src/ticket/ticket.ts";
import { makeTicketSheet } from "../../test/ticket/make-ticket-sheet.ts";

const FIRST_NAMES =
  "Rahima Karim Nusrat Zoë Łukasz Ana John Mariam Fatima Imran Sadia Tahmid".split(" ");
const MIDDLE_NAMES = "Khatun Ahmed Jahan Begum Hossain Noor Islam Ali María Uddin Akter".split(" ");
const LAST_NAMES =
  "Chowdhury Rahman Sarkar Ñandú Khan Das Smith Talukder Bhuiyan Roy Mia Gomes Paul".split(" ");

/** A three-page ticket for each ordinal from 1: 1,716 names in turn, each ticket's codes its own. */
export function ticketSheet(ordinal: number): TicketSheet {
  const pick = (names: readonly string[]): string => names[ordinal % names.length] ?? "";
  const hex = ordinal.toString(16).padStart(12, "0");
  return {
    ...EVENT_SHEET,
    ordinal,
    registrationId: `3f1c2b7e-8a4d-4f1e-9c55-${hex}` as RegistrationId,
    holderName: `${pick(FIRST_NAMES)} ${pick(MIDDLE_NAMES)} ${pick(LAST_NAMES)}`,
  };
}

const EVENT_SHEET = makeTicketSheet();
