/** What the gateway uses of smpp 0.5, which carries no types of its own. */
declare module "smpp" {
  import type { EventEmitter } from "node:events";
  import type { Socket } from "node:net";

  export interface Pdu {
    /** The name of the command, or `unknown`. */
    readonly command: string;
    readonly command_status: number;
    /** Set as a request is sent. */
    readonly sequence_number: number;
    /** Of an answer to a submit; absent where its status is not 0. */
    readonly message_id?: string;
    readonly esm_class?: number;
    /** Text where the library knows the coding. */
    readonly short_message?: { readonly message: string | Uint8Array };
    readonly message_payload?: { readonly message: string | Uint8Array };
    readonly receipted_message_id?: string;
    readonly message_state?: number;
    isResponse(): boolean;
    /** Throws for a command that knows no answer; a generic_nack for an unknown one. */
    response(): Pdu;
  }

  export const PDU: new (command: string, fields?: Readonly<Record<string, unknown>>) => Pdu;

  /**
   * Emits `connect` or `secureConnect`, `pdu` for all that comes, `error` for a broken socket or what is no SMPP,
   * and `close`.
   */
  export interface Session extends EventEmitter {
    readonly socket: Socket;
    /** Numbers a request; false where the socket takes nothing more. */
    send(pdu: Pdu): boolean;
  }

  interface Encoding {
    decode(bytes: Buffer): string;
  }

  /** `ASCII` is GSM-7, an octet for each septet; `default` is the name that coding 0 stands for. */
  export const encodings: {
    default: "ASCII" | "LATIN1" | "UCS2";
    readonly ASCII: Encoding;
    readonly UCS2: Encoding;
  };

  export function connect(options: {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    readonly servername?: string;
    readonly ca?: string;
  }): Session;
}
