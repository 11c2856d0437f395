import type { AddressObject, Attachment, ParsedMail, StructuredHeader } from "mailparser";
import type { MailAttachment } from "../../../src/delivery/ports.ts";
import type { ReceivedMail } from "../../contract/mailer.contract.ts";

/** A mail as its reader's program takes it apart. */
export function receivedMail(mail: ParsedMail): ReceivedMail {
  return {
    messageId: mail.messageId ?? "",
    to: addressesOf(mail.to).join(),
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    html: mail.html || "",
    attachments: mail.attachments.map(receivedAttachment),
  };
}

export function receivedAttachment({ filename, content, ...part }: Attachment): MailAttachment {
  const { params } = part.headers.get("content-type") as StructuredHeader;
  const charset = params["charset"] === undefined ? "" : `; charset=${params["charset"]}`;
  return {
    filename: filename ?? "",
    contentType: `${part.contentType}${charset}`,
    content: new Uint8Array(content),
  };
}

export function addressesOf(to: AddressObject | AddressObject[] | undefined): string[] {
  return [to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ""));
}
