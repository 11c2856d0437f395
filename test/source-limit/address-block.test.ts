import { expect, test } from "bun:test";
import { narrowBlock, wideBlock } from "../../src/source-limit/address-block.ts";

test.each([
  ["203.0.113.7", "203.0.113.7", "203.0.113"],
  ["::ffff:203.0.113.7", "203.0.113.7", "203.0.113"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2", "2001:db8:1"],
  ["2001:0DB8:0001:0002::6", "2001:db8:1:2", "2001:db8:1"],
  ["2001:db8::1", "2001:db8:0:0", "2001:db8:0"],
  ["::1", "0:0:0:0", "0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0", "fe80:0:0"],
  ["", "", ""],
])("%s is of the block %s and the network %s", (address, narrow, wide) => {
  expect([narrowBlock(address), wideBlock(address)]).toEqual([narrow, wide]);
});
