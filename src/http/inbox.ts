/** What would have gone out to people, kept for a developer to read. */
export interface Inbox {
  /** Newest first. */
  list(): readonly InboxMessage[];
  attachment(messageId: string, filename: string): InboxFile | null;
}

export interface InboxMessage {
  readonly id: string;
  readonly kind: "sms" | "mail";
  /** An E.164 number or a mail address. */
  readonly to: string;
  readonly text: string;
  readonly subject?: string;
  readonly attachments?: readonly InboxAttachment[];
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

interface InboxAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
}

interface InboxFile {
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** Where an attachment is downloaded. */
export function attachmentPath(messageId: string, filename: string): string {
  return `/dev/inbox/${encodeURIComponent(messageId)}/${encodeURIComponent(filename)}`;
}
