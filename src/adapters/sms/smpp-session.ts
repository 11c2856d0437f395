import { isIP } from "node:net";
import type { Pdu, Session } from "smpp";
import { connect, encodings, PDU } from "smpp";
import type { Clock } from "../../actor/clock.ts";
import type { SmppSettings } from "./smpp-settings.ts";
import { statusText } from "./smpp-status.ts";

/** What came of a request to the SMSC. */
export type SmppAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly messageId: string }
  /** No connection any more: nothing went out. */
  | { readonly kind: "unsent" }
  /** It went out, and no answer came: in time, or before the connection was lost. */
  | { readonly kind: "unanswered"; readonly reason: string };

export interface SmppSessionOptions {
  readonly settings: SmppSettings;
  readonly clock: Clock;
  /** PEM; null trusts what the machine trusts. */
  readonly certificateAuthority: string | null;
  /** A message from the SMSC; it is answered already. */
  readonly onDeliver: (pdu: Pdu) => void;
}

// Coding 0 is what the SMSC takes for its own: receipts in it are ASCII, where GSM-7 would read `_` as `§`.
encodings.default = "LATIN1";

/** SMPP 3.4. */
const INTERFACE_VERSION = 0x34;
const UNBIND_TIMEOUT_MS = 1_000;
/** For what was written last. */
const UNREAD_TIMEOUT_MS = 1_000;

/**
 * One connection to an SMSC, from its making to its end. The library keeps no timeouts and forgets its callbacks when
 * a socket closes: here each request is answered once, within `responseTimeoutMs`.
 */
export class SmppSession {
  /** Resolves once, with the reason, when the session is over and every request is answered. */
  readonly ended: Promise<string>;
  readonly #options: SmppSessionOptions;
  readonly #library: Session;
  readonly #connected: Promise<void>;
  readonly #end = Promise.withResolvers<string>();
  /** By sequence number; as many as the caller's window, a bind, an unbind and an enquiry. */
  readonly #pending = new Map<number, Pending>();
  #isOver = false;
  #answeredAtMs: number;
  #cancelWatch: () => void;

  constructor(options: SmppSessionOptions) {
    const { settings, clock, certificateAuthority } = options;
    const { host, port, isTls, responseTimeoutMs } = settings;
    this.#options = options;
    this.ended = this.#end.promise;
    this.#library = connect({
      host,
      port,
      tls: isTls,
      ...(isTls && isIP(host) === 0 ? { servername: host } : {}),
      ...(certificateAuthority === null ? {} : { ca: certificateAuthority }),
    });
    this.#library.on("pdu", (pdu: Pdu) => this.#hear(pdu));
    this.#library.on("error", (error: Error) => this.end(failureText(error)));
    this.#library.on("close", () => this.end("the connection closed"));
    this.#connected = new Promise((resolve) => {
      this.#library.once(isTls ? "secureConnect" : "connect", () => resolve());
    });
    this.#answeredAtMs = clock.nowMs();
    this.#cancelWatch = clock.after(responseTimeoutMs, () => this.end("no connection in time"));
  }

  /** Waits for the connection, then says who we are; `unsent` where there is none. */
  async bind(): Promise<SmppAnswer> {
    const { settings } = this.#options;
    await Promise.race([this.#connected, this.ended]);
    this.#cancelWatch();
    const answer = await this.#request("bind_transceiver", {
      system_id: settings.systemId,
      password: settings.password,
      system_type: settings.systemType,
      interface_version: INTERFACE_VERSION,
    });
    if (!this.#isOver) this.#watchFor(settings.enquireLinkMs);
    return answer;
  }

  submit(fields: Readonly<Record<string, unknown>>): Promise<SmppAnswer> {
    return this.#request("submit_sm", fields);
  }

  /** Takes leave of the SMSC, for a second at most, and ends. */
  async unbind(): Promise<void> {
    await this.#request("unbind", {}, UNBIND_TIMEOUT_MS);
    this.end("unbound");
  }

  /** Closes the connection; what has no answer yet will have none. */
  end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelWatch();
    this.#hangUp();
    for (const sequence of this.#pending.keys()) {
      this.#settle(sequence, { kind: "unanswered", reason });
    }
    this.#end.resolve(reason);
  }

  /** A last answer may still be on its way out, to an SMSC that may never read it. */
  #hangUp(): void {
    const { socket } = this.#library;
    if (socket.closed) return;
    const cancel = this.#options.clock.after(UNREAD_TIMEOUT_MS, () => socket.destroy());
    socket.once("close", cancel);
    socket.destroySoon();
  }

  #request(
    command: string,
    fields: Readonly<Record<string, unknown>>,
    timeoutMs = this.#options.settings.responseTimeoutMs,
  ): Promise<SmppAnswer> {
    const pdu = new PDU(command, fields);
    if (this.#isOver || !this.#library.send(pdu)) return Promise.resolve({ kind: "unsent" });
    const sequence = pdu.sequence_number;
    const { promise, resolve } = Promise.withResolvers<SmppAnswer>();
    const reason = `no answer within ${timeoutMs} ms`;
    const cancel = this.#options.clock.after(timeoutMs, () => {
      this.#settle(sequence, { kind: "unanswered", reason });
    });
    this.#pending.set(sequence, { answeredBy: `${command}_resp`, resolve, cancel });
    return promise;
  }

  #settle(sequence: number, answer: SmppAnswer): void {
    const pending = this.#pending.get(sequence);
    if (pending === undefined) return;
    this.#pending.delete(sequence);
    pending.cancel();
    pending.resolve(answer);
  }

  #hear(pdu: Pdu): void {
    if (this.#isOver) return;
    switch (pdu.command) {
      case "enquire_link":
        return this.#reply(pdu);
      case "deliver_sm":
      case "data_sm":
        this.#reply(pdu);
        return this.#options.onDeliver(pdu);
      case "unbind":
        this.#reply(pdu);
        return this.end("the SMSC took its leave");
    }
    if (pdu.isResponse()) this.#take(pdu);
    // A request of another version is owed a generic_nack; an outbind or an alert is owed nothing.
    else if (pdu.command === "unknown") this.#reply(pdu);
  }

  #reply(pdu: Pdu): void {
    this.#library.send(pdu.response());
  }

  /** What answers no request, or too late, is left alone. */
  #take({ command, sequence_number, command_status, message_id }: Pdu): void {
    const isNack = command === "generic_nack";
    if (!isNack && this.#pending.get(sequence_number)?.answeredBy !== command) return;
    this.#answeredAtMs = this.#options.clock.nowMs();
    const status = isNack && command_status === 0 ? NACK_STATUS : command_status;
    this.#settle(sequence_number, { kind: "answered", status, messageId: message_id ?? "" });
    // It answers enquiries, and would refuse every message, for as long as the connection stands.
    if (status === NOT_BOUND_STATUS) this.end("the SMSC says that nothing is bound");
  }

  /**
   * Of an idle connection only the other side can say whether it still is one. What it says unasked proves nothing:
   * an SMSC that talks and does not read would have its answers pile up here.
   */
  #watchFor(delayMs: number): void {
    const { clock, settings } = this.#options;
    this.#cancelWatch = clock.after(delayMs, () => {
      const idleMs = clock.nowMs() - this.#answeredAtMs;
      if (idleMs < settings.enquireLinkMs) this.#watchFor(settings.enquireLinkMs - idleMs);
      else void this.#enquire();
    });
  }

  async #enquire(): Promise<void> {
    const answer = await this.#request("enquire_link", {});
    if (answer.kind !== "answered") this.end("the SMSC does not answer an enquiry");
    else if (!this.#isOver) this.#watchFor(this.#options.settings.enquireLinkMs);
  }
}

interface Pending {
  /** The name of the command. */
  readonly answeredBy: string;
  readonly resolve: (answer: SmppAnswer) => void;
  readonly cancel: () => void;
}

/** `ESME_RINVCMDID`, for a generic_nack that says no and gives no reason. */
const NACK_STATUS = 0x03;
/** `ESME_RINVBNDSTS`. */
const NOT_BOUND_STATUS = 0x04;

/** The code alone: messages of errors hold addresses. */
function failureText(error: Error): string {
  return "code" in error ? `the session failed (${String(error.code)})` : "what came was no SMPP";
}

/** What an answer other than a yes says, for the log. */
export function answerText(answer: SmppAnswer): string {
  switch (answer.kind) {
    case "answered":
      return `the SMSC answered ${statusText(answer.status)}`;
    case "unsent":
      return "there is no connection";
    case "unanswered":
      return answer.reason;
  }
}
