import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Phone } from "../../src/attendee/phone.ts";
import type { SmsMessage } from "../../src/delivery/ports.ts";
import type { Bind, RawPdu, Submit } from "./smsc-pdu.ts";
import { COMMAND, readBind, readPdus, readSubmit, writePdu } from "./smsc-pdu.ts";

/** What an SMSC does with a submit. */
export type SubmitAnswer =
  /** With an id of its own choice where none is given. */
  | { readonly kind: "accept"; readonly messageId?: string; readonly delayMs?: number }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "nack"; readonly status: number }
  /** Until the test answers it by `answer`, if ever. */
  | { readonly kind: "silence" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "reset" };

export interface SmscOptions {
  /** Segments taken in a second; above it they are answered `ESME_RTHROTTLED`. */
  readonly segmentsPerS?: number;
  /** Segments taken at once after a rest; a tenth of a second's where nothing is said. */
  readonly burstCountMax?: number;
  /** Of each answer to a submit, as over a long way. */
  readonly delayMs?: number;
  /** What to do with a submit that is not throttled. */
  readonly onSubmit?: (submit: Submit) => SubmitAnswer;
  /** The status of the answer to a bind; null answers nothing. */
  readonly onBind?: (bind: Bind) => number | null;
  readonly isSilentOnEnquiry?: boolean;
  readonly tls?: { readonly key: string; readonly cert: string };
}

const RTHROTTLED = 0x58;

/** A scripted SMSC on a free port of the loopback. */
export async function openSmsc(options: SmscOptions = {}): Promise<Smsc> {
  const smsc = new Smsc(options);
  await smsc.listen(0);
  return smsc;
}

export class Smsc implements AsyncDisposable {
  /** What has come: binds, submits (throttled ones too), and every other PDU. */
  readonly binds: Bind[] = [];
  readonly submits: Submit[] = [];
  readonly pdus: RawPdu[] = [];
  /** Those answered `ESME_RTHROTTLED` for coming too fast. */
  throttledSegmentCount = 0;
  readonly #options: SmscOptions;
  readonly #server: Server;
  readonly #pace: Pace | null;
  readonly #links = new Set<Socket>();
  /** Where the answer goes. */
  readonly #origin = new WeakMap<Submit, Socket>();
  readonly #accepted: Submit[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(options: SmscOptions) {
    this.#options = options;
    const { segmentsPerS, burstCountMax, tls } = options;
    this.#pace =
      segmentsPerS === undefined
        ? null
        : new Pace(segmentsPerS, burstCountMax ?? segmentsPerS / 10);
    const accept = (socket: Socket) => this.#accept(socket);
    this.#server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get acceptedSegmentCount(): number {
    return this.#accepted.length;
  }

  /** Connections that stand. */
  get linkCount(): number {
    return this.#links.size;
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Texts of which every part was accepted, in the order of their last parts. */
  received(): readonly SmsMessage[] {
    const parts = new Map<string, Map<number, string>>();
    const messages: SmsMessage[] = [];
    for (const { to, part, text } of this.#accepted) {
      const key = `${to} ${part?.reference}`;
      const known = (parts.get(key) ?? new Map<number, string>()).set(part?.number ?? 1, text);
      parts.set(key, known);
      if (known.size < (part?.count ?? 1)) continue;
      parts.delete(key);
      const texts = Array.from(known).toSorted(([one], [other]) => one - other);
      messages.push({ to: `+${to}` as Phone, text: texts.map(([, words]) => words).join("") });
    }
    return messages;
  }

  /** Resolves when it holds; looked at whenever something comes or a connection ends. */
  until(holds: (smsc: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds(this)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Answers a submit, as often as it is told to. */
  answer(submit: Submit, answer: SubmitAnswer): void {
    const socket = this.#origin.get(submit);
    if (socket === undefined) throw new Error("it was never submitted");
    const { sequence } = submit;
    switch (answer.kind) {
      case "accept":
        return this.#take(socket, submit, answer);
      case "status":
        socket.write(writePdu(COMMAND.submitAnswer, { sequence, status: answer.status }));
        return;
      case "nack":
        socket.write(writePdu(COMMAND.genericNack, { sequence, status: answer.status }));
        return;
      case "bytes":
        socket.write(answer.bytes);
        return;
      case "reset":
        socket.resetAndDestroy();
        return;
      case "silence":
        return;
    }
  }

  /** To every session. */
  say(command: number, pdu: Partial<Omit<RawPdu, "command">>): void {
    for (const link of this.#links) link.write(writePdu(command, pdu));
  }

  /** Breaks every connection. */
  reset(): void {
    for (const link of this.#links) link.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const link of this.#links) link.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    let unread: Buffer = Buffer.alloc(0);
    this.#links.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#links.delete(socket);
      this.#look();
    });
    socket.on("data", (bytes: Buffer) => {
      const { pdus, rest } = readPdus(Buffer.concat([unread, bytes]));
      unread = rest;
      for (const pdu of pdus) this.#hear(socket, pdu);
      this.#look();
    });
    this.#look();
  }

  #hear(socket: Socket, pdu: RawPdu): void {
    const { sequence } = pdu;
    switch (pdu.command) {
      case COMMAND.bindTransceiver: {
        const bind = readBind(pdu);
        this.binds.push(bind);
        const { onBind = () => 0 } = this.#options;
        const status = onBind(bind);
        if (status === null) return;
        const body = status === 0 ? Buffer.from("smsc\0") : Buffer.alloc(0);
        socket.write(writePdu(COMMAND.bindTransceiverAnswer, { sequence, status, body }));
        return;
      }
      case COMMAND.submit:
        return this.#submitted(socket, readSubmit(pdu));
      default:
        this.pdus.push(pdu);
    }
    if (pdu.command === COMMAND.enquireLink && this.#options.isSilentOnEnquiry !== true) {
      socket.write(writePdu(COMMAND.enquireLinkAnswer, { sequence }));
    }
    if (pdu.command === COMMAND.unbind) socket.end(writePdu(COMMAND.unbindAnswer, { sequence }));
  }

  #submitted(socket: Socket, submit: Submit): void {
    this.submits.push(submit);
    this.#origin.set(submit, socket);
    if (this.#pace?.take() === false) {
      this.throttledSegmentCount += 1;
      return this.answer(submit, { kind: "status", status: RTHROTTLED });
    }
    this.answer(submit, this.#options.onSubmit?.(submit) ?? { kind: "accept" });
  }

  #take(socket: Socket, submit: Submit, answer: SubmitAnswer & { kind: "accept" }): void {
    this.#accepted.push(submit);
    const messageId = answer.messageId ?? `m-${this.#accepted.length}`;
    const body = Buffer.from(`${messageId}\0`);
    const pdu = writePdu(COMMAND.submitAnswer, { sequence: submit.sequence, body });
    const delayMs = answer.delayMs ?? this.#options.delayMs ?? 0;
    if (delayMs === 0) socket.write(pdu);
    else setTimeout(() => socket.write(pdu), delayMs);
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}

/** A bucket of tokens on the machine's own clock, as a provider keeps it. */
class Pace {
  readonly #perS: number;
  readonly #countMax: number;
  #count: number;
  #atMs = performance.now();

  constructor(perS: number, countMax: number) {
    this.#perS = perS;
    this.#countMax = Math.max(1, countMax);
    this.#count = this.#countMax;
  }

  take(): boolean {
    const nowMs = performance.now();
    const gained = ((nowMs - this.#atMs) / 1_000) * this.#perS;
    this.#count = Math.min(this.#countMax, this.#count + gained);
    this.#atMs = nowMs;
    if (this.#count < 1) return false;
    this.#count -= 1;
    return true;
  }
}
