import type { InLine, ProofIssued } from "../../src/http/wire.ts";
import { PASS_ID_AT } from "../../src/waiting-room/pass.ts";
import type { CrowdSms } from "../fault/crowd-sms.ts";
import { solved } from "../proof/make.ts";
import type { Answer } from "../support/harness.ts";

const PASS_ID_BYTES = 16;

/** Someone with a phone who wants a seat, at whichever server the network leads to. */
export class PersonInLine {
  readonly phone: string;
  readonly #sms: CrowdSms;
  /** The last one told. */
  pass = "";
  /** As it was told with the pass. */
  place: number | null = null;
  #proof: Record<string, string> | null = null;

  constructor(phone: string, sms: CrowdSms) {
    this.phone = phone;
    this.#sms = sms;
  }

  /** What the published list calls this person. */
  get passId(): string {
    const id = Buffer.from(this.pass, "base64url").subarray(PASS_ID_AT);
    return id.toString("base64url", 0, PASS_ID_BYTES);
  }

  /** Pays with a proof-of-work for the place. */
  async join(url: string): Promise<Answer> {
    const { phone } = this;
    const { challenge } = (await post(url, "proofs", { phone })).body as unknown as ProofIssued;
    const answer = await post(url, "passes", { phone, proof: solved(challenge) });
    if (answer.status === 200) {
      const { pass, place } = answer.body as unknown as InLine;
      this.pass = pass;
      this.place = place;
    }
    return answer;
  }

  /** As long as the answer is that the service is busy. */
  async joinAtLast(url: string): Promise<void> {
    for (;;) {
      const { status, body } = await this.join(url);
      if (status === 200) return;
      if (status !== 503) throw new Error(`no place: ${JSON.stringify(body)}`);
      await Bun.sleep(50);
    }
  }

  /** Has a code sent and keeps what proves the phone by it. */
  async askCode(url: string): Promise<Answer> {
    const { phone, pass } = this;
    const coming = this.#sms.nextCode(phone);
    const answer = await post(url, "codes", { phone, pass });
    const { challenge } = answer.body;
    if (answer.status === 202) {
      this.#proof = { phone, challenge: String(challenge), code: await coming };
    }
    return answer;
  }

  /** With the code that came last. */
  register(url: string): Promise<Answer> {
    const person = { name: "Rahim Uddin", email: "rahim@example.org" };
    return post(url, "registrations", { ...person, ...this.#proof, pass: this.pass });
  }

  /** From the code to the answer that tells of the seat, or why there is none. */
  async comeThrough(url: string): Promise<Answer> {
    const asked = await this.askCode(url);
    return asked.status === 202 ? this.register(url) : asked;
  }
}

async function post(url: string, call: string, body: object): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/events/mela/${call}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}
