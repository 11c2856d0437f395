/** `unknown`: nobody could tell, which is not the same as no records. */
export type DnsAnswer =
  | { readonly kind: "records"; readonly records: readonly string[] }
  | { readonly kind: "unknown"; readonly reason: string };

/** What the world can look up of a domain. Neither throws. */
export interface DnsReader {
  /** The TXT records, each in one piece. */
  texts(name: string): Promise<DnsAnswer>;
  /** The hosts that take its mail; empty where it says so itself (RFC 7505). */
  mailHosts(domain: string): Promise<DnsAnswer>;
}
