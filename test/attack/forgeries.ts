const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Each byte flipped once, by one bit and by all; each character as its plain neighbour; cut, lengthened, invented. */
export function forgeries(token: string): readonly string[] {
  const bytes = Buffer.from(token, "base64url");
  const flipped = Array.from(bytes).flatMap((byte, at) =>
    [0x01, 0x80, 0xff].map((mask) => {
      const forged = Buffer.from(bytes);
      forged[at] = byte ^ mask;
      return forged.toString("base64url");
    }),
  );
  const plain = [token.replaceAll("-", "+"), token.replaceAll("_", "/")];
  return [
    ...flipped,
    ...plain.filter((text) => text !== token),
    token.slice(0, -1),
    token.slice(1),
    `${token}A`,
    `${token}=`,
    ` ${token}`,
    token.toLowerCase(),
    "A".repeat(token.length),
    crypto.getRandomValues(Buffer.alloc(bytes.length)).toString("base64url"),
    Array.from(token, (_, index) => ALPHABET[(index * 7) % ALPHABET.length]).join(""),
  ];
}

/** The front of one and the back of the other, joined at every place where that is neither of them. */
export function splices(one: string, other: string): readonly string[] {
  const joined = Array.from(one, (_, at) => one.slice(0, at) + other.slice(at));
  return [...new Set(joined)].filter((text) => text !== one && text !== other);
}
