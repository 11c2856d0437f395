import fc from "fast-check";

/** Any UTF-16 at all, halves of characters included. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 130 })
  .map((units) => String.fromCharCode(...units));
