import { Resolver } from "node:dns/promises";
import type { Clock } from "../../actor/clock.ts";
import { attempt } from "../../delivery/attempt.ts";
import type { DnsAnswer, DnsReader } from "../../delivery/checks/dns-port.ts";

export interface DnsResolverOptions {
  /** An address, with a port or without, as in `9.9.9.9`; null asks whom the machine asks. */
  readonly server: string | null;
  readonly clock: Clock;
  /** For each question, with all its repetitions. */
  readonly timeoutMs: number;
}

/** No such name, and none of the type asked for. */
const NOTHING_THERE = ["ENOTFOUND", "ENODATA"];
/** The longest string in a TXT record (RFC 1035 section 3.3.14): what is as long goes on in the next. */
const STRING_BYTES_MAX = 255;

/** Asks the DNS. Throws for a server that is no address. */
export class DnsResolver implements DnsReader {
  readonly #options: DnsResolverOptions;
  readonly #resolver = new Resolver();

  constructor(options: DnsResolverOptions) {
    this.#options = options;
    if (options.server !== null) this.#resolver.setServers([options.server]);
  }

  texts(name: string): Promise<DnsAnswer> {
    return this.#ask(async () => wholeTexts(await this.#resolver.resolveTxt(name)));
  }

  mailHosts(domain: string): Promise<DnsAnswer> {
    return this.#ask(async () => {
      const records = await this.#resolver.resolveMx(domain);
      return records.map(({ exchange }) => exchange).filter((host) => !["", "."].includes(host));
    });
  }

  #ask(question: () => Promise<readonly string[]>): Promise<DnsAnswer> {
    const { clock, timeoutMs } = this.#options;
    return attempt<DnsAnswer>(
      async () => {
        try {
          return { kind: "records", records: await question() };
        } catch (error) {
          const code = error instanceof Error && "code" in error ? String(error.code) : "no code";
          if (NOTHING_THERE.includes(code)) return { kind: "records", records: [] };
          return { kind: "unknown", reason: `the DNS does not answer (${code})` };
        }
      },
      { clock, timeoutMs, signal: new AbortController().signal },
      (reason) => ({ kind: "unknown", reason: `the DNS gives ${reason}` }),
    );
  }
}

/** Bun 1.4.5 tells each string of a record as a record of its own, where Node.js tells a record as its strings. */
function wholeTexts(records: readonly (readonly string[])[]): readonly string[] {
  const texts: string[] = [];
  let isOpen = false;
  for (const strings of records) {
    const text = strings.join("");
    if (isOpen) texts.push(`${texts.pop()}${text}`);
    else texts.push(text);
    isOpen = Buffer.byteLength(strings.at(-1) ?? "", "latin1") === STRING_BYTES_MAX;
  }
  return texts;
}
