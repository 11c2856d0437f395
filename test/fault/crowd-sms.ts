/** The phones of the crowd behind an SMS gateway over HTTP, which outlives the servers that send through it. */
export class CrowdSms implements Disposable {
  /** How often each phone was sent a confirmation. */
  readonly confirmationCounts = new Map<string, number>();
  #confirmingCount = 0;
  readonly #codes = new Map<string, (code: string) => void>();
  readonly #server: Bun.Server<undefined>;

  /** Answers a confirmation only when `beforeConfirmed` has resolved. */
  constructor(beforeConfirmed: () => Promise<void> = () => Promise.resolve()) {
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: async (request) => {
        const { to, text } = (await request.json()) as { to: string; text: string };
        const code = /#(\d{6})$/.exec(text)?.[1];
        if (code !== undefined) this.#codes.get(to)?.(code);
        else await this.#confirm(to, beforeConfirmed);
        return Response.json({ id: crypto.randomUUID() });
      },
    });
  }

  /** Confirmations taken and not yet answered. */
  get confirmingCount(): number {
    return this.#confirmingCount;
  }

  /** The setting SMS_GATEWAY that leads here. */
  get gatewaySetting(): string {
    return JSON.stringify({
      name: "crowd",
      url: this.#server.url.href,
      body: { to: "{to}", text: "{text}" },
      success: { statuses: [200], path: "id" },
      idPath: "id",
      segmentsPerS: 10_000,
      inFlightMax: 2_000,
      timeoutMs: 5_000,
    });
  }

  /** Resolves with the next code this phone is sent; to be asked for before the code is. */
  nextCode(phone: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#codes.set(phone, resolve);
    return promise;
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }

  async #confirm(phone: string, beforeConfirmed: () => Promise<void>): Promise<void> {
    this.confirmationCounts.set(phone, (this.confirmationCounts.get(phone) ?? 0) + 1);
    this.#confirmingCount += 1;
    await beforeConfirmed();
    this.#confirmingCount -= 1;
  }
}
