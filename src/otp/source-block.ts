import { isIPv4, isIPv6 } from "node:net";
import type { Mac } from "./mac.ts";

/**
 * The block of addresses a request came from, IPv4 /24 or IPv6 /48, as 48 keyed bits: enough to tell
 * blocks apart in one phone's budgets, and nothing to read an address from.
 */
export function sourceBlock(address: string, mac: Mac): number {
  return mac.digest(prefix(address)).readUIntBE(0, 6);
}

function prefix(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (isIPv4(plain)) return plain.split(".").slice(0, 3).join(".");
  if (!isIPv6(plain)) return plain;
  return expandedGroups(plain).slice(0, 3).join(":");
}

function expandedGroups(address: string): string[] {
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: gap }, () => "0"), ...last];
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}
