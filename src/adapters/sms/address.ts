import type { FileValue } from "../../organiser/file-value.ts";

/** Scheme, host and port stand as they are: no blank, no setting, no password. */
const ADDRESS = /^(https?):\/\/(\[[\d:a-f]+\]|[\w.-]+)(:\d+)?([/?]|$)/i;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i;

export interface Address {
  /** As the file has it. */
  readonly text: string;
  /** The same with its blanks filled in, somehow. */
  readonly filled: string;
  readonly isProduction: boolean;
}

/** Refuses what is no address of a gateway, and one without TLS that leaves this machine in production. */
export function judgeAddress(value: FileValue, { text, filled, isProduction }: Address): void {
  const [, scheme, host = ""] = ADDRESS.exec(text) ?? [];
  if (scheme === undefined || text.includes("#") || URL.parse(filled) === null) {
    value.refuse("is not an address like https://gateway.example/send");
  } else if (isProduction && scheme.toLowerCase() === "http" && !LOOPBACK.test(host)) {
    value.refuse("begins with http:// where production needs https://");
  }
}
