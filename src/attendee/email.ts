/** An RFC 5321 dot-string address with a lower-case ASCII domain (IDNA where typed otherwise), at most 254 octets. */
export type Email = string & { readonly __brand: "Email" };

const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;
const LOCAL_PART_LENGTH_MAX = 64;
const ADDRESS_LENGTH_MAX = 254;

/** Null for anything that is not one plain address: quoted parts, comments and address literals are refused. */
export function parseEmail(typed: string): Email | null {
  const text = typed.trim();
  if (text.length > ADDRESS_LENGTH_MAX) return null;
  const at = text.lastIndexOf("@");
  const localPart = text.slice(0, at);
  if (at < 1 || localPart.length > LOCAL_PART_LENGTH_MAX || !LOCAL_PART.test(localPart))
    return null;
  const domain = asciiDomain(text.slice(at + 1));
  if (domain === null || !DOMAIN.test(domain)) return null;
  const address = `${localPart}@${domain}`;
  return address.length > ADDRESS_LENGTH_MAX ? null : (address as Email);
}

function asciiDomain(domain: string): string | null {
  const plain = /^[A-Za-z0-9.-]+$/.test(domain);
  if (plain) return domain.toLowerCase();
  // A URL's host is IDNA-mapped by the platform; what could change the URL's shape is kept out first.
  if (/[\s\p{Cc}/\\?#@:[\]%]/u.test(domain)) return null;
  const url = URL.parse(`http://${domain}`);
  return url === null ? null : url.hostname;
}
