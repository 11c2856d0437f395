/** A sending domain at a provider whose HTTP API is Mailgun's. */
export interface MailApiAccount {
  /** Where messages are posted, as in `https://api.mailgun.net/v3/tickets.example.org/messages`. */
  readonly messagesUrl: string;
  readonly user: string;
  readonly key: string;
}

export type MailApiUrl =
  | { readonly kind: "account"; readonly account: MailApiAccount }
  /** Ends a sentence that begins with the setting's name, and repeats nothing of the value. */
  | { readonly kind: "invalid"; readonly reason: string };

/** Reads `https://api:KEY@api.mailgun.net/v3/tickets.example.org`: the key, the region's host and the domain. */
export function parseMailApiUrl(text: string): MailApiUrl {
  const url = URL.parse(text);
  if (url?.protocol !== "https:") return invalid("is not a URL that begins with https://");
  if (url.search !== "" || url.hash !== "") return invalid("has something behind its path");
  const path = /^(.*\/v3\/[^/]+)\/?$/.exec(url.pathname)?.[1];
  if (path === undefined) return invalid("does not end in /v3/ and the domain that sends");
  const user = decoded(url.username);
  const key = decoded(url.password);
  if (user === null || key === null) return invalid("has a key that is not percent-encoded");
  if (user === "" || key === "") return invalid("names no key, as in https://api:KEY@…");
  return { kind: "account", account: { messagesUrl: `${url.origin}${path}/messages`, user, key } };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function invalid(reason: string): MailApiUrl {
  return { kind: "invalid", reason };
}
