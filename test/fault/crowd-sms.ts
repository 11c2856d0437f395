/** The phones of the crowd behind SMS gateways over HTTP, which outlive the servers that send through them. */
export class CrowdSms implements Disposable {
  /** How often each phone was sent a confirmation. */
  readonly confirmationCounts = new Map<string, number>();
  #confirmingCount = 0;
  readonly #codes = new Map<string, (code: string) => void>();
  readonly #beforeConfirmed: () => Promise<void>;
  readonly #gateway: CrowdGateway;

  /** Answers a confirmation only when `beforeConfirmed` has resolved. */
  constructor(beforeConfirmed: () => Promise<void> = () => Promise.resolve()) {
    this.#beforeConfirmed = beforeConfirmed;
    this.#gateway = this.gateway("crowd");
  }

  /** Confirmations taken and not yet answered. */
  get confirmingCount(): number {
    return this.#confirmingCount;
  }

  /** The setting SMS_GATEWAY that leads here. */
  get gatewaySetting(): string {
    return this.#gateway.setting;
  }

  /** One more way to the same phones. */
  gateway(name: string, port = 0): CrowdGateway {
    return new CrowdGateway(name, port, (to, text) => this.#deliver(to, text));
  }

  /** Resolves with the next code this phone is sent; to be asked for before the code is. */
  nextCode(phone: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#codes.set(phone, resolve);
    return promise;
  }

  [Symbol.dispose](): void {
    this.#gateway.stop();
  }

  async #deliver(to: string, text: string): Promise<void> {
    const code = /#(\d{6})$/.exec(text)?.[1];
    if (code === undefined) await this.#confirm(to);
    else this.#codes.get(to)?.(code);
  }

  async #confirm(phone: string): Promise<void> {
    this.confirmationCounts.set(phone, (this.confirmationCounts.get(phone) ?? 0) + 1);
    this.#confirmingCount += 1;
    await this.#beforeConfirmed();
    this.#confirmingCount -= 1;
  }
}

/** One provider's server; it may die, and another be started in its place. */
export class CrowdGateway implements Disposable {
  readonly port: number;
  readonly #name: string;
  readonly #server: Bun.Server<undefined>;
  #takenCount = 0;

  constructor(name: string, port: number, deliver: (to: string, text: string) => Promise<void>) {
    this.#name = name;
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port,
      fetch: async (request) => {
        const { to, text } = (await request.json()) as { to: string; text: string };
        this.#takenCount += 1;
        await deliver(to, text);
        return Response.json({ id: crypto.randomUUID() });
      },
    });
    this.port = this.#server.port ?? 0;
  }

  get takenCount(): number {
    return this.#takenCount;
  }

  get setting(): string {
    return JSON.stringify({
      name: this.#name,
      url: `http://127.0.0.1:${this.port}/`,
      body: { to: "{to}", text: "{text}" },
      success: { statuses: [200], path: "id" },
      idPath: "id",
      segmentsPerS: 10_000,
      inFlightMax: 2_000,
      timeoutMs: 5_000,
    });
  }

  stop(): void {
    void this.#server.stop(true);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
