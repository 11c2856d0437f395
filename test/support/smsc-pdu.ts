import { encodings } from "smpp";

/** SMPP 3.4, section 5.1.2.1. */
export const COMMAND = {
  genericNack: 0x8000_0000,
  submit: 0x0000_0004,
  submitAnswer: 0x8000_0004,
  deliver: 0x0000_0005,
  deliverAnswer: 0x8000_0005,
  unbind: 0x0000_0006,
  unbindAnswer: 0x8000_0006,
  bindTransceiver: 0x0000_0009,
  bindTransceiverAnswer: 0x8000_0009,
  enquireLink: 0x0000_0015,
  enquireLinkAnswer: 0x8000_0015,
} as const;

const HEADER_LENGTH = 16;

export interface RawPdu {
  readonly command: number;
  readonly status: number;
  readonly sequence: number;
  readonly body: Buffer;
}

/** One short message as it was submitted. */
export interface Submit {
  readonly sequence: number;
  readonly sourceTon: number;
  readonly sourceNpi: number;
  readonly source: string;
  readonly to: string;
  readonly esmClass: number;
  readonly validityPeriod: string;
  readonly registeredDelivery: number;
  readonly dataCoding: number;
  /** What the header says: which text of its sender, and which part of it; null for a text in one part. */
  readonly part: {
    readonly reference: number;
    readonly count: number;
    readonly number: number;
  } | null;
  /** Of this part. */
  readonly text: string;
  /** Of the message with its header. */
  readonly octetCount: number;
}

export interface Bind {
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  readonly interfaceVersion: number;
}

export function writePdu(
  command: number,
  { status = 0, sequence = 0, body = Buffer.alloc(0) }: Partial<Omit<RawPdu, "command">>,
): Buffer {
  const head = Buffer.alloc(HEADER_LENGTH);
  head.writeUInt32BE(HEADER_LENGTH + body.length, 0);
  head.writeUInt32BE(command, 4);
  head.writeUInt32BE(status, 8);
  head.writeUInt32BE(sequence, 12);
  return Buffer.concat([head, body]);
}

/** The PDUs that have come whole, and the bytes that are left. */
export function readPdus(bytes: Buffer): {
  readonly pdus: readonly RawPdu[];
  readonly rest: Buffer;
} {
  const pdus: RawPdu[] = [];
  let offset = 0;
  while (bytes.length - offset >= HEADER_LENGTH) {
    const length = bytes.readUInt32BE(offset);
    if (bytes.length - offset < length) break;
    pdus.push({
      command: bytes.readUInt32BE(offset + 4),
      status: bytes.readUInt32BE(offset + 8),
      sequence: bytes.readUInt32BE(offset + 12),
      body: bytes.subarray(offset + HEADER_LENGTH, offset + length),
    });
    offset += length;
  }
  return { pdus, rest: bytes.subarray(offset) };
}

/** SMPP 3.4, section 4.1.1. */
export function readBind({ body }: RawPdu): Bind {
  const fields = new Fields(body);
  return {
    systemId: fields.text(),
    password: fields.text(),
    systemType: fields.text(),
    interfaceVersion: fields.byte(),
  };
}

/** SMPP 3.4, section 4.4.1. */
export function readSubmit({ sequence, body }: RawPdu): Submit {
  const fields = new Fields(body);
  fields.text();
  const [sourceTon, sourceNpi, source] = [fields.byte(), fields.byte(), fields.text()];
  fields.skip(2);
  const to = fields.text();
  const esmClass = fields.byte();
  fields.skip(2);
  fields.text();
  const validityPeriod = fields.text();
  const registeredDelivery = fields.byte();
  fields.skip(1);
  const dataCoding = fields.byte();
  fields.skip(1);
  const message = fields.bytes(fields.byte());
  if (!fields.isAtEnd) throw new Error("a submit_sm goes on after its end");
  return {
    sequence,
    sourceTon,
    sourceNpi,
    source,
    to,
    esmClass,
    validityPeriod,
    registeredDelivery,
    dataCoding,
    ...readMessage(message, dataCoding, (esmClass & 0x40) !== 0),
  };
}

interface DeliverExtras {
  readonly esmClass?: number;
  /** What comes after the text, as it is. */
  readonly tlvs?: Uint8Array;
}

/** SMPP 3.4, section 4.6.1: a delivery receipt where nothing else is said. */
export function deliverBody(
  text: string,
  { esmClass = 0x04, tlvs = Buffer.alloc(0) }: DeliverExtras = {},
): Buffer {
  const message = Buffer.from(text, "latin1");
  return Buffer.concat([
    Buffer.from([0, 1, 1, 0, 0, 0, 0, esmClass, 0, 0, 0, 0, 0, 0, 0, 0, message.length]),
    message,
    tlvs,
  ]);
}

/** An optional field, section 3.2.4.1. */
export function tlv(tag: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag, 0);
  head.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([head, bytes]);
}

function readMessage(message: Buffer, dataCoding: number, hasHeader: boolean) {
  const header = hasHeader ? message.subarray(0, message.readUInt8(0) + 1) : Buffer.alloc(0);
  const body = message.subarray(header.length);
  const text = dataCoding === 8 ? encodings.UCS2.decode(body) : encodings.ASCII.decode(body);
  return { part: readHeader(header), text, octetCount: message.length };
}

/** 3GPP TS 23.040, section 9.2.3.24.1. */
function readHeader(header: Buffer): Submit["part"] {
  if (header.length === 0) return null;
  const [length, element, elementLength, reference, count, number] = header;
  if (length !== 5 || element !== 0 || elementLength !== 3) throw new Error("no header of parts");
  return { reference: Number(reference), count: Number(count), number: Number(number) };
}

class Fields {
  readonly #body: Buffer;
  #offset = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#body.length;
  }

  byte(): number {
    this.#offset += 1;
    return this.#body.readUInt8(this.#offset - 1);
  }

  bytes(length: number): Buffer {
    this.skip(length);
    return this.#body.subarray(this.#offset - length, this.#offset);
  }

  skip(length: number): void {
    this.#offset += length;
    if (this.#offset > this.#body.length) throw new Error("a PDU ends before its fields do");
  }

  /** Up to a NUL, which it takes too. */
  text(): string {
    const end = this.#body.indexOf(0, this.#offset);
    const text = this.bytes(end - this.#offset).toString("latin1");
    this.skip(1);
    return text;
  }
}
