import { makeCertificate } from "../adapters/smtp/certificate.ts";
import { MailServer } from "../adapters/smtp/mail-server.ts";

/** An SMS gateway that quotes all it was sent in whatever it answers, as careless ones do. */
export class LeakyGateway implements Disposable {
  /** What it answers from now on; null for nothing at all. */
  status: number | null = 200;
  readonly #texts: { readonly to: string; readonly text: string }[] = [];
  readonly #server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const sent = (await request.json()) as { to: string; text: string };
      this.#texts.push(sent);
      if (this.status === null) return new Promise(() => {});
      const quoted = { ...sent, token: request.headers.get("authorization"), id: sent.to };
      return Response.json(quoted, { status: this.status });
    },
  });

  get setting(): string {
    return JSON.stringify({
      name: "leaky",
      url: this.#server.url.href,
      headers: { authorization: "Bearer ${SMS_TOKEN}" },
      body: { to: "{to}", text: "{text}" },
      success: { statuses: [200], path: "id" },
      idPath: "id",
      timeoutMs: 2_000,
      report: {
        secret: "${SMS_REPORT_SECRET}",
        token: { query: "token" },
        idPath: "id",
        statePath: "state",
        delivered: "DELIVERED",
        failed: "FAILED",
      },
    });
  }

  get texts(): string {
    return JSON.stringify(this.#texts);
  }

  /** Resolves with the newest code of the phone once it has more than so many. */
  async codeOf(phone: string, seenCount = 0): Promise<string> {
    for (;;) {
      const codes = this.#texts.flatMap(({ to, text }) =>
        to === phone ? (/#(\d{6})$/.exec(text)?.[1] ?? []) : [],
      );
      const newest = codes.at(-1);
      if (codes.length > seenCount && newest !== undefined) return newest;
      await Bun.sleep(5);
    }
  }

  /** Resolves once a text holds the words. */
  async wasTold(words: string): Promise<void> {
    while (!this.#texts.some(({ text }) => text.includes(words))) await Bun.sleep(5);
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }
}

/** A mail server that refuses mail for `refused…` for good and for `busy…` for now, and says to whom and from whom. */
export function leakyMailServer() {
  const certificate = makeCertificate("localhost");
  const server = new MailServer(certificate, {
    secure: true,
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    onRcptTo: ({ address }, session, done) => {
      const responseCode = address.startsWith("refused") ? 550 : 451;
      const isTaken = !/^(?:refused|busy)/.test(address);
      const words = `<${address}> of ${session.user} cannot be reached`;
      done(isTaken ? null : Object.assign(new Error(words), { responseCode }));
    },
  });
  return { server, authority: certificate.cert };
}
