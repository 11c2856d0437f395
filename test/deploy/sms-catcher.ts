/** An SMS gateway over HTTP that delivers nothing, and remembers the code of each message. */
export class SmsCatcher implements Disposable {
  readonly #server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { to, text } = (await request.json()) as { to: string; text: string };
      const code = /#(\d{6})$/.exec(text)?.[1];
      if (code !== undefined) this.#delivery(to).resolve(code);
      return Response.json({ status: "accepted", id: crypto.randomUUID() });
    },
  });
  readonly #deliveries = new Map<string, PromiseWithResolvers<string>>();

  /** The setting SMS_GATEWAY that leads here. */
  get gatewaySetting(): string {
    return JSON.stringify({
      name: "catcher",
      method: "POST",
      url: this.#server.url.href,
      body: { to: "{to}", text: "{text}" },
      success: { statuses: [200], path: "status", equals: "accepted" },
      idPath: "id",
      timeoutMs: 5_000,
    });
  }

  codeFor(phone: string): Promise<string> {
    return this.#delivery(phone).promise;
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }

  #delivery(phone: string): PromiseWithResolvers<string> {
    const known = this.#deliveries.get(phone) ?? Promise.withResolvers<string>();
    this.#deliveries.set(phone, known);
    return known;
  }
}
