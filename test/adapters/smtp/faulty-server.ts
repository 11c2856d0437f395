import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "./certificate.ts";

/** Where in a session a fault strikes: in the place of the answer to this. `dot` is the end of the mail. */
export type Step = "greeting" | "EHLO" | "STARTTLS" | "AUTH" | "MAIL" | "RCPT" | "DATA" | "dot";

/** A line said instead of the right one, a connection that breaks, or silence. */
export type Fault = `${number} ${string}` | "drop" | "hang";

const RIGHT_ANSWERS: Readonly<Record<Step, string>> = {
  greeting: "220 faulty.example ESMTP",
  EHLO: "250-faulty.example\r\n250-STARTTLS\r\n250 AUTH PLAIN",
  STARTTLS: "220 go ahead",
  AUTH: "235 welcome",
  MAIL: "250 ok",
  RCPT: "250 ok",
  DATA: "354 go on",
  dot: "250 queued as F1",
};
const OTHER_ANSWERS: Readonly<Record<string, string>> = { RSET: "250 ok", QUIT: "221 bye" };

/** A server that knows as much SMTP as it takes to fail at each step; the fault strikes a word once. */
export class FaultyServer implements AsyncDisposable {
  /** The verbs it was told, in order. */
  readonly told: string[] = [];
  /** Resolves when the fault strikes. */
  readonly struck = Promise.withResolvers<void>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #at: Step | "body";
  readonly #fault: Fault;
  readonly #faulted = new Set<string>();

  /** `body` strikes at the first bytes of the mail. Without a certificate it speaks plain and offers STARTTLS. */
  constructor(certificate: Certificate | null, at: Step | "body", fault: Fault) {
    this.#at = at;
    this.#fault = fault;
    const serve = (socket: Socket) => this.#serve(socket);
    this.#server =
      certificate === null ? createServer(serve) : createTlsServer({ ...certificate }, serve);
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    let received = "";
    let isWithinMail = false;
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      if (isWithinMail && this.#at === "body") return this.#strike(socket);
      for (;;) {
        const end = isWithinMail ? "\r\n.\r\n" : "\r\n";
        const at = received.indexOf(end);
        if (at < 0) return;
        const verb = isWithinMail ? "dot" : received.slice(0, at).split(" ", 1)[0] || "";
        received = received.slice(at + end.length);
        isWithinMail = this.#answer(socket, verb) === RIGHT_ANSWERS.DATA;
      }
    });
    this.#answer(socket, "greeting");
  }

  #answer(socket: Socket, verb: string): string | null {
    this.told.push(verb);
    // A client that is refused EHLO may fall back to the older word.
    const step = verb === "HELO" ? "EHLO" : verb;
    if (step === this.#at && !this.#faulted.has(verb)) {
      this.#faulted.add(verb);
      this.#strike(socket);
      return null;
    }
    const answer = { ...RIGHT_ANSWERS, ...OTHER_ANSWERS }[step] ?? "500 what?";
    socket.write(`${answer}\r\n`);
    return answer;
  }

  #strike(socket: Socket): void {
    if (this.#fault === "drop") socket.destroy();
    else if (this.#fault !== "hang") socket.write(`${this.#fault}\r\n`);
    this.struck.resolve();
  }
}
