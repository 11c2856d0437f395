import { wideBlock } from "../source-limit/address-block.ts";
import type { Mac } from "./mac.ts";

/**
 * The block of addresses a request came from, IPv4 /24 or IPv6 /48, as 48 keyed bits: enough to tell
 * blocks apart in one phone's budgets, and nothing to read an address from.
 */
export function sourceBlock(address: string, mac: Mac): number {
  return mac.digest(wideBlock(address)).readUIntBE(0, 6);
}
