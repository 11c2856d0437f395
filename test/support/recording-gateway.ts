import type { SendOutcome, SmsGateway, SmsMessage } from "../../src/delivery/ports.ts";

/** Keeps the newest text of each phone, for tests with more phones than the inbox holds. */
export class RecordingGateway implements SmsGateway {
  readonly name = "recording";
  readonly #codes = new Map<string, string>();
  #count = 0;

  async send({ to, text }: SmsMessage): Promise<SendOutcome> {
    const code = /#(\d{6})$/.exec(text)?.[1];
    if (code !== undefined) this.#codes.set(to, code);
    this.#count += 1;
    return { kind: "accepted", providerId: String(this.#count) };
  }

  /** Resolves when a code for the phone has been sent. */
  async codeOf(phone: string): Promise<string> {
    for (;;) {
      const code = this.#codes.get(phone);
      if (code !== undefined) return code;
      await Bun.sleep(1);
    }
  }
}
