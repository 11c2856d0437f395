import type { SMTPServerOptions, SMTPServerSession } from "smtp-server";
import { makeCertificate } from "../adapters/smtp/certificate.ts";
import { MailServer } from "../adapters/smtp/mail-server.ts";
import { Random } from "../support/random.ts";

/** The process that `openDropper` starts: a real SMTP server that breaks connections at random. */
async function main([seedText]: readonly string[]): Promise<void> {
  const certificate = makeCertificate("localhost");
  const dropper = new Dropper(new Random(Number(seedText)));
  const server = new MailServer(
    certificate,
    dropper.options((session) => server.hangUp(session)),
  );
  const port = await server.listen();
  process.on("message", () => process.send?.(dropper.report satisfies DropReport));
  process.on("disconnect", () => process.exit());
  process.send?.({ port, authority: certificate.cert } satisfies Listening);
}

/** A server in a process of its own, so that its memory is not that of the service. */
export async function openDropper(seed: number) {
  const messages: ((message: unknown) => void)[] = [];
  const next = <Message>() =>
    new Promise<Message>((resolve) => messages.push((message) => resolve(message as Message)));
  const listening = next<Listening>();
  const process = Bun.spawn(["bun", import.meta.path, String(seed)], {
    ipc: (message) => messages.shift()?.(message),
    stdout: "inherit",
    stderr: "inherit",
  });
  return {
    ...(await listening),
    report(): Promise<DropReport> {
      process.send("report");
      return next<DropReport>();
    },
    async [Symbol.asyncDispose]() {
      process.kill();
      await process.exited;
    },
  };
}

export interface DropReport {
  /** One for each Message-ID that was taken. */
  readonly mails: readonly TakenMail[];
  readonly drops: Readonly<Record<Drop, number>>;
  readonly connectionCount: number;
  /** At once. */
  readonly connectionCountMax: number;
}

export interface TakenMail {
  readonly messageId: string;
  readonly copyCount: number;
  /** Copies taken whole whose sender was not told so. */
  readonly untoldCount: number;
}

type Drop = "before MAIL" | "within DATA" | "after DATA";

interface Listening {
  readonly port: number;
  readonly authority: string;
}

/** Of mails at each of the three places. */
const DROP_CHANCE = 0.02;

class Dropper {
  readonly #random: Random;
  readonly #mails = new Map<string, { copyCount: number; untoldCount: number }>();
  /**
   * The addresses whose mail was cut off, which befalls none twice: to its sender one cut off late looks like one that
   * was taken, so it is sent once more and no oftener.
   */
  readonly #cutOff = new Set<string>();
  readonly #drops: Record<Drop, number> = { "before MAIL": 0, "within DATA": 0, "after DATA": 0 };
  #connectionCount = 0;
  #openCount = 0;
  #openCountMax = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get report(): DropReport {
    return {
      mails: [...this.#mails].map(([messageId, counts]) => ({ messageId, ...counts })),
      drops: this.#drops,
      connectionCount: this.#connectionCount,
      connectionCountMax: this.#openCountMax,
    };
  }

  options(hangUp: (session: SMTPServerSession) => void): SMTPServerOptions {
    return {
      secure: true,
      onSecure: (_socket, _session, done) => {
        this.#connectionCount += 1;
        this.#openCount += 1;
        this.#openCountMax = Math.max(this.#openCountMax, this.#openCount);
        done();
      },
      onClose: () => {
        this.#openCount -= 1;
      },
      onMailFrom: (_address, session, done) => {
        if (!this.#random.chance(DROP_CHANCE)) return done();
        this.#drops["before MAIL"] += 1;
        hangUp(session);
      },
      onData: (stream, session, done) => {
        const drop = this.#drawWithin(session.envelope.rcptTo[0]?.address ?? "");
        if (drop !== null) this.#drops[drop] += 1;
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          if (drop === "within DATA") hangUp(session);
        });
        stream.on("end", () => {
          if (drop === "within DATA") return;
          this.#take(Buffer.concat(chunks), drop === null);
          if (drop === null) done(null, "queued");
          else hangUp(session);
        });
      },
    };
  }

  #drawWithin(address: string): "within DATA" | "after DATA" | null {
    if (this.#random.chance(DROP_CHANCE)) return "after DATA";
    if (this.#cutOff.has(address) || !this.#random.chance(DROP_CHANCE)) return null;
    this.#cutOff.add(address);
    return "within DATA";
  }

  #take(mail: Buffer, isTold: boolean): void {
    const messageId = /^Message-ID: (.+)$/im.exec(mail.toString("latin1"))?.[1] ?? "none";
    const { copyCount, untoldCount } = this.#mails.get(messageId) ?? {
      copyCount: 0,
      untoldCount: 0,
    };
    this.#mails.set(messageId, {
      copyCount: copyCount + 1,
      untoldCount: untoldCount + (isTold ? 0 : 1),
    });
  }
}

if (import.meta.main) await main(process.argv.slice(2));
