/** A bug planted in the text of the code as it is loaded. */
export interface Mutant {
  /** In a few words, what the code does wrong. */
  readonly name: string;
  readonly patches: readonly Patch[];
}

export interface Patch {
  /** From the root of the repository. */
  readonly file: string;
  /** Must stand in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** Throws when the text is not there exactly once: the code has moved on and the bug with it. */
export function applyPatch(text: string, { file, find, replace }: Patch): string {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(
      `a planted bug no longer fits ${file}: found ${parts.length - 1} times:\n${find}`,
    );
  }
  return parts.join(replace);
}
