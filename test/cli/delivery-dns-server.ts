import type { RemoteInfo, Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { once } from "node:events";

export interface Zone {
  /** By name; each record as its strings. */
  readonly txt?: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** By name; an empty host is a null MX. */
  readonly mx?: Readonly<Record<string, readonly string[]>>;
  /** Names that are answered SERVFAIL, and those that are never answered. */
  readonly broken?: readonly string[];
  readonly silent?: readonly string[];
}

/** RFC 1035, sections 3.2.2 and 4.1.1. */
const TYPES = { mx: 15, txt: 16 };
const ANSWER = 0x8180;
const SERVFAIL = 2;
const NXDOMAIN = 3;

/** A real DNS server on a loopback port of UDP, with every question it was asked. */
export class DnsServer implements AsyncDisposable {
  readonly questions: string[] = [];
  readonly #zone: Zone;
  readonly #socket: Socket = createSocket("udp4");

  constructor(zone: Zone) {
    this.#zone = zone;
    this.#socket.on("message", (query, from) => this.#answer(query, from));
  }

  /** Its address, as in `127.0.0.1:5300`. */
  async listen(): Promise<string> {
    const listening = once(this.#socket, "listening");
    this.#socket.bind(0, "127.0.0.1");
    await listening;
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #answer(query: Buffer, from: RemoteInfo): void {
    const { name, type, end } = readQuestion(query);
    this.questions.push(name);
    if (this.#zone.silent?.includes(name) === true) return;
    const records = this.#records(name, type);
    const isBroken = this.#zone.broken?.includes(name) === true;
    const status = isBroken ? SERVFAIL : records.length === 0 ? NXDOMAIN : 0;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(ANSWER | status, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    const answers = records.map((data) => record(type, data));
    this.#socket.send(
      Buffer.concat([head, query.subarray(12, end), ...answers]),
      from.port,
      from.address,
    );
  }

  #records(name: string, type: number): readonly Buffer[] {
    const { txt = {}, mx = {} } = this.#zone;
    switch (type) {
      case TYPES.txt:
        return (txt[name] ?? []).map((strings) => Buffer.concat(strings.map(characterString)));
      case TYPES.mx:
        return (mx[name] ?? []).map((host) => Buffer.concat([Buffer.of(0, 10), domainName(host)]));
      default:
        return [];
    }
  }
}

function readQuestion(query: Buffer) {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** With the name of the question, of class IN, for a minute. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, 0]);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function characterString(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

function domainName(host: string): Buffer {
  const labels = host === "" ? [] : host.split(".");
  return Buffer.concat([...labels.map(characterString), Buffer.of(0)]);
}
