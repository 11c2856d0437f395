/** A mail server that is spoken to over TLS, from the first byte (`smtps:`) or after STARTTLS (`smtp:`). */
export interface SmtpServerAddress {
  readonly host: string;
  readonly port: number;
  readonly hasImplicitTls: boolean;
  /** Null for a server that asks for none. */
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

export type SmtpServerUrl =
  | { readonly kind: "server"; readonly server: SmtpServerAddress }
  /** Ends a sentence that begins with the setting's name, and repeats nothing of the value. */
  | { readonly kind: "invalid"; readonly reason: string };

/** The ports of message submission: RFC 8314 section 3.3 and RFC 6409 section 3.1. */
const IMPLICIT_TLS_PORT = 465;
const STARTTLS_PORT = 587;

/**
 * Reads `smtps://user:password@host:port` or `smtp://…`. A path or a query is refused, because mail libraries read
 * options there, and one of them turns the verification of certificates off.
 */
export function parseSmtpServerUrl(text: string): SmtpServerUrl {
  const url = URL.parse(text);
  const scheme = url?.protocol;
  if (url === null || (scheme !== "smtp:" && scheme !== "smtps:")) {
    return invalid("is not a URL that begins with smtps:// or smtp://");
  }
  if (url.hostname === "") return invalid("names no host");
  if (!/^\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "") {
    return invalid("has something behind its host and port");
  }
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === null || password === null) {
    return invalid("has a user or password that is not percent-encoded");
  }
  if ((user === "") !== (password === "")) return invalid("has a user or a password, not both");
  const hasImplicitTls = scheme === "smtps:";
  const port = Number(url.port) || (hasImplicitTls ? IMPLICIT_TLS_PORT : STARTTLS_PORT);
  const credentials = user === "" ? null : { user, password };
  const host = url.hostname.replace(/^\[(.+)\]$/, "$1");
  return { kind: "server", server: { host, port, hasImplicitTls, credentials } };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function invalid(reason: string): SmtpServerUrl {
  return { kind: "invalid", reason };
}
