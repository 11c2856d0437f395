import { join } from "node:path";
import { MUTANTS } from "./all.ts";
import { applyPatch } from "./mutant.ts";

const ROOT = join(import.meta.dir, "../../..");

/** From here on the files of the mutant load with its bug in them. Nothing of them may have been loaded before. */
export async function plant(name: string): Promise<void> {
  const mutant = MUTANTS.find((candidate) => candidate.name === name);
  if (mutant === undefined) throw new Error(`there is no planted bug "${name}"`);
  const texts = new Map<string, string>();
  for (const patch of mutant.patches) {
    const path = join(ROOT, patch.file);
    const text = texts.get(path) ?? (await Bun.file(path).text());
    texts.set(path, applyPatch(text, patch));
  }
  Bun.plugin({
    name: "planted bug",
    setup(build) {
      build.onLoad({ filter: /\/(src|test)\/.*\.ts$/ }, async ({ path }) => {
        return { contents: texts.get(path) ?? (await Bun.file(path).text()), loader: "ts" };
      });
    },
  });
}
