/**
 * Seeds whose world once broke an invariant, with what was wrong. A seed means the same world only as long as the
 * simulator draws the same way: what a seed found is also kept as a planted bug or an ordinary test.
 */
export const REGRESSION_SEEDS: readonly { readonly seed: number; readonly found: string }[] = [];
