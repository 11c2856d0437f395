import type { Acknowledged } from "../../test/fault/ledger.ts";
import { phoneNumber } from "../../test/support/harness.ts";
import type { CodeListener } from "../harness/code-listener.ts";
import { type Exchange, HttpConnection } from "../harness/http-connection.ts";
import { requestBytes } from "../harness/http-request.ts";
import { codeRequest, registrationRequest } from "../harness/proved-phones.ts";
import type { SelloutCall, SelloutSeries } from "./sellout-series.ts";

export interface SelloutCrowdOptions {
  readonly url: string;
  readonly eventSlug: string;
  readonly seatCount: number;
  readonly codes: CodeListener;
  readonly series: SelloutSeries;
}

/** People busy at once, each on a connection of their own; who is done makes room for the next. */
const CONNECTION_COUNT = 512;
/** Far beyond the bar of the whole: longer is a fault. */
const TIMEOUT_MS = 60_000;

/** As many people as there are seats, each with a phone, an address and a code of their own. */
export class SelloutCrowd {
  readonly #options: SelloutCrowdOptions;
  readonly #host: string;
  /** The bodies of the answers 201, by the index of the person: read when nobody waits any more. */
  readonly #seats: string[] = [];
  #nextIndex = 0;
  #startMs = 0;

  constructor(options: SelloutCrowdOptions) {
    this.#options = options;
    this.#host = new URL(options.url).host;
  }

  /** Answers how long it took, from the first request to the last answer. Throws for the first answer that is not as it should be. */
  async sellOut(): Promise<number> {
    this.#startMs = performance.now();
    await Promise.all(
      Array.from({ length: Math.min(CONNECTION_COUNT, this.#options.seatCount) }, () =>
        this.#walk(),
      ),
    );
    return performance.now() - this.#startMs;
  }

  /** What everyone was told. */
  acknowledged(): readonly Acknowledged[] {
    return this.#seats.map((body, index) => {
      const { registrationId, ordinal, ticketUrl } = JSON.parse(body) as SeatBody;
      const { origin, pathname } = new URL(ticketUrl);
      const ticketKey = pathname.slice("/t/".length);
      return { phone: phoneNumber(index), registrationId, ordinal, origin, ticketKey };
    });
  }

  async #walk(): Promise<void> {
    using connection = new HttpConnection(this.#options.url);
    const timer = setTimeout(() => connection.abandon(), TIMEOUT_MS);
    while (this.#nextIndex < this.#options.seatCount) {
      const index = this.#nextIndex;
      this.#nextIndex += 1;
      this.#seats[index] = await this.#register(index, connection);
    }
    clearTimeout(timer);
  }

  async #register(index: number, connection: HttpConnection): Promise<string> {
    const { eventSlug, codes } = this.#options;
    const phone = phoneNumber(index);
    const coming = codes.next(phone);
    const codeBytes = requestBytes(codeRequest(eventSlug, index), this.#host);
    const { challenge } = JSON.parse(await this.#call("codes", connection, codeBytes)) as CodeBody;
    const proved = { index, phone, challenge, code: await coming };
    const claimBytes = requestBytes(registrationRequest(eventSlug, proved), this.#host);
    return this.#call("registrations", connection, claimBytes);
  }

  /** The body of the answer. */
  #call(call: SelloutCall, connection: HttpConnection, bytes: Uint8Array): Promise<string> {
    const sentMs = performance.now();
    return new Promise((resolve, reject) => {
      connection.send(bytes, (exchange) => {
        const nowMs = performance.now();
        this.#options.series.record(call, nowMs - this.#startMs, nowMs - sentMs);
        const body = bodyOf(call, exchange);
        if (body instanceof Error) reject(body);
        else resolve(body);
      });
    });
  }
}

interface CodeBody {
  readonly challenge: string;
}

interface SeatBody {
  readonly registrationId: string;
  readonly ordinal: number;
  readonly ticketUrl: string;
}

const EXPECTED_STATUSES: Readonly<Record<SelloutCall, number>> = { codes: 202, registrations: 201 };

function bodyOf(call: SelloutCall, exchange: Exchange): string | Error {
  if (exchange.kind === "error") return new Error(`${call}: ${exchange.error}`);
  const { status, body } = exchange.answer;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  return status === EXPECTED_STATUSES[call] ? text : new Error(`${call}: ${status} ${text}`);
}
