import type { Pdu } from "smpp";

/** What a delivery receipt says of one short message, under the id the SMSC gives it there. */
export interface SmppReceipt {
  readonly messageId: string;
  readonly state: "delivered" | "failed";
}

/**
 * The receipt that a `deliver_sm` carries; null for one of a message still on its way, one that cannot be read, and
 * what is no receipt. The fields made for it (SMPP 3.4, sections 5.3.2.12 and 5.3.2.35) go before the text, whose
 * form (appendix B) is each vendor's own.
 */
export function readReceipt(pdu: Pdu): SmppReceipt | null {
  if (((pdu.esm_class ?? 0) & MESSAGE_TYPE_MASK) !== DELIVERY_RECEIPT) return null;
  const text = textOf(pdu);
  const messageId = pdu.receipted_message_id ?? /\bid:\s*(\S+)/i.exec(text)?.[1];
  const state =
    pdu.message_state === undefined
      ? STATES.get(`${/\bstat:\s*([a-z]+)/i.exec(text)?.[1]}`.toUpperCase())
      : STATE_NUMBERS.get(pdu.message_state);
  // The library reads on past a field that lacks its final NUL.
  const printable = /^[\x21-\x7e]{1,65}/.exec(messageId ?? "")?.[0];
  return printable === undefined || state === undefined ? null : { messageId: printable, state };
}

/** Section 5.2.12: bits 5 to 2. */
const MESSAGE_TYPE_MASK = 0x3c;
const DELIVERY_RECEIPT = 0x04;

/** Appendix B; `ACCEPTD`, `ENROUTE` and `UNKNOWN` are not the end. */
const STATES: ReadonlyMap<string, SmppReceipt["state"]> = new Map([
  ["DELIVRD", "delivered"],
  ["EXPIRED", "failed"],
  ["DELETED", "failed"],
  ["UNDELIV", "failed"],
  ["REJECTD", "failed"],
]);
/** The same, section 5.2.28. */
const STATE_NUMBERS: ReadonlyMap<number, SmppReceipt["state"]> = new Map([
  [2, "delivered"],
  [3, "failed"],
  [4, "failed"],
  [5, "failed"],
  [8, "failed"],
]);

function textOf({ short_message, message_payload }: Pdu): string {
  const message = short_message?.message.length ? short_message.message : message_payload?.message;
  return typeof message === "string" ? message : Buffer.from(message ?? []).toString("latin1");
}
