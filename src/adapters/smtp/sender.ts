import type { Email } from "../../attendee/email.ts";
import { parseEmail } from "../../attendee/email.ts";

/** Whom the mails come from, as their readers see it. */
export interface Sender {
  /** May be empty. */
  readonly name: string;
  readonly address: Email;
}

/** Reads `River Festival <tickets@example.org>`, its name in quotes or not, or a bare address. */
export function parseSender(text: string): Sender | null {
  const match = /^(?:"([^"<>\p{Cc}]*)"|([^"<>\p{Cc}]*))\s*<([^<>]+)>$/u.exec(text.trim());
  const address = parseEmail(match?.[3] ?? text);
  const name = match?.[1] ?? match?.[2] ?? "";
  return address === null ? null : { name: name.trim(), address };
}
