import { phoneNumber } from "../../test/support/harness.ts";
import { BenchError } from "./bench.ts";
import type { CodeListener } from "./code-listener.ts";
import { type Exchange, HttpConnection } from "./http-connection.ts";
import { addressOf, type HttpRequest, requestBytes } from "./http-request.ts";
import { headerOf } from "./response-reader.ts";

/** Someone who has read the code and not yet registered. */
export interface ProvedPhone {
  readonly index: number;
  readonly phone: string;
  readonly challenge: string;
  readonly code: string;
}

export interface ProveOptions {
  /** Of the service. */
  readonly url: string;
  readonly eventSlug: string;
  /** The first phone, and how many. */
  readonly firstIndex: number;
  readonly count: number;
  readonly codes: CodeListener;
}

const CONNECTION_COUNT = 64;
const TIMEOUT_MS = 10_000;

/** Asks for codes as people do, and reads them: the service has all state of it. In the order of the phones. */
export async function provePhones(options: ProveOptions): Promise<readonly ProvedPhone[]> {
  const proved: ProvedPhone[] = [];
  const { host } = new URL(options.url);
  let nextIndex = options.firstIndex;
  const endIndex = options.firstIndex + options.count;
  await Promise.all(
    Array.from({ length: Math.min(CONNECTION_COUNT, options.count) }, async () => {
      using connection = new HttpConnection(options.url);
      while (nextIndex < endIndex) {
        const index = nextIndex;
        nextIndex += 1;
        const phone = phoneNumber(index);
        const code = options.codes.next(phone);
        const bytes = requestBytes(codeRequest(options.eventSlug, index), host);
        const exchange = await askUntilTaken(connection, bytes);
        proved[index - options.firstIndex] = {
          index,
          phone,
          challenge: challengeIn(exchange),
          code: await code,
        };
      }
    }),
  );
  return proved;
}

export function codeRequest(eventSlug: string, index: number): HttpRequest {
  return {
    method: "POST",
    path: `/api/v1/events/${eventSlug}/codes`,
    headers: addressOf(index),
    body: JSON.stringify({ phone: phoneNumber(index) }),
  };
}

export function registrationRequest(
  eventSlug: string,
  { index, phone, challenge, code }: ProvedPhone,
): HttpRequest {
  const email = `attendee${index}@example.org`;
  return {
    method: "POST",
    path: `/api/v1/events/${eventSlug}/registrations`,
    headers: addressOf(index),
    body: JSON.stringify({ name: "Rahim Uddin", email, phone, challenge, code }),
  };
}

/** A machine that has much else to do may turn people away even now; they come again when they were told to. */
async function askUntilTaken(connection: HttpConnection, bytes: Uint8Array): Promise<Exchange> {
  for (;;) {
    const exchange = await connection.exchange(bytes, TIMEOUT_MS);
    if (exchange.kind === "error" || exchange.answer.status !== 503) return exchange;
    // The server would close it while nothing comes, perhaps as the next request goes out.
    connection[Symbol.dispose]();
    await Bun.sleep(Number(headerOf(exchange.answer.head, "retry-after")) * 1_000);
  }
}

function challengeIn(exchange: Exchange): string {
  if (exchange.kind === "error") throw new BenchError(`a code request failed: ${exchange.error}`);
  const { status, body } = exchange.answer;
  const text = Buffer.from(body).toString();
  if (status !== 202) throw new BenchError(`a code request was answered ${status}: ${text}`);
  return (JSON.parse(text) as { challenge: string }).challenge;
}
