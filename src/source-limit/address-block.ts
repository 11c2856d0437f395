import { isIPv4, isIPv6 } from "node:net";

/** Whom an address belongs to, as far as one can tell: IPv4 /32 or IPv6 /64, which is what one household gets. */
export function narrowBlock(address: string): string {
  return prefix(address, 4);
}

/** The network around it: IPv4 /24 or IPv6 /48. */
export function wideBlock(address: string): string {
  return prefix(address, 3);
}

/** Of IPv4's four bytes or IPv6's eight groups, the first ones. */
function prefix(address: string, partCount: number): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (isIPv4(plain)) return plain.split(".").slice(0, partCount).join(".");
  if (!isIPv6(plain)) return plain;
  return expandedGroups(plain).slice(0, partCount).join(":");
}

function expandedGroups(address: string): string[] {
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: gap }, () => "0"), ...last];
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}
