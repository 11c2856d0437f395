import { ok as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { makeCertificate } from "../../test/adapters/smtp/certificate.ts";
import { MailServer } from "../../test/adapters/smtp/mail-server.ts";
import { BenchError } from "../harness/bench.ts";
import { serveParent } from "../harness/parent.ts";
import { readTakenMail } from "./taken-mail.ts";

export type MailServerOrder =
  /** Answered with `MailServerAddress`. */
  | { readonly kind: "open" }
  /** Answered with `TakenMails`: those since the last time. With a file, their bytes are written there one after the other. */
  | { readonly kind: "hand over"; readonly file: string | null };

/** By STARTTLS, at `localhost`. */
export interface MailServerAddress {
  readonly port: number;
  /** PEM. */
  readonly authority: string;
}

export interface TakenMails {
  readonly messageIds: readonly string[];
  /** Of each mail, in the same order. */
  readonly byteCounts: readonly number[];
  readonly pdfBytesMean: number;
  /** Of this process since the last time. */
  readonly processorS: number;
}

let server: MailServer | null = null;
let usage = process.cpuUsage();

await serveParent(async (order: MailServerOrder) => {
  switch (order.kind) {
    case "open":
      return open();
    case "hand over":
      return handOver(order.file);
  }
});
process.exit();

async function open(): Promise<MailServerAddress> {
  if (Bun.which("openssl") === null) {
    throw new BenchError("There is no openssl to make a mail server's certificate with.");
  }
  const certificate = makeCertificate("localhost");
  server = new MailServer(certificate, { secure: false });
  return { port: await server.listen(), authority: certificate.cert };
}

/** Between rounds, so that looking costs none of them anything. */
function handOver(file: string | null): TakenMails {
  assert(server !== null, "the server was opened first");
  const { user, system } = process.cpuUsage(usage);
  const mails = server.taken.splice(0);
  if (file !== null) writeFileSync(file, Buffer.concat(mails));
  const read = mails.map(readTakenMail);
  usage = process.cpuUsage();
  return {
    messageIds: read.map(({ messageId }) => messageId),
    byteCounts: mails.map(({ byteLength }) => byteLength),
    pdfBytesMean: read.reduce((sum, { pdfBytes }) => sum + pdfBytes, 0) / read.length,
    processorS: (user + system) / 1e6,
  };
}
