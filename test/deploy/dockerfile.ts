/** The instructions of a Dockerfile that an image here is made with; any other is refused. */
export type Instruction =
  | { readonly kind: "from"; readonly base: string; readonly name: string | null }
  | { readonly kind: "workdir"; readonly path: string }
  | {
      readonly kind: "copy";
      /** The stage copied from, or null for the build context. */
      readonly from: string | null;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: "env"; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "user"; readonly name: string }
  | { readonly kind: "expose"; readonly port: number }
  | { readonly kind: "cmd"; readonly words: readonly string[] };

/** Reads a Dockerfile; throws at what it does not know, so that no step of it can go unperformed. */
export function parseDockerfile(text: string): readonly Instruction[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(parseInstruction);
}

const PARSERS: Readonly<Record<string, (rest: string) => Instruction>> = {
  FROM: parseFrom,
  WORKDIR: (path) => ({ kind: "workdir", path }),
  COPY: parseCopy,
  ENV: (rest) => ({ kind: "env", values: Object.fromEntries(wordsOf(rest).map(parseAssignment)) }),
  RUN: (command) => ({ kind: "run", command }),
  USER: (name) => ({ kind: "user", name }),
  EXPOSE: (port) => ({ kind: "expose", port: Number(port) }),
  // A command that is no JSON array would run in a shell, which keeps signals to itself.
  CMD: (rest) => ({ kind: "cmd", words: JSON.parse(rest) as string[] }),
};

function parseInstruction(line: string): Instruction {
  const [, name = "", rest = ""] = /^([A-Z]+) +(.+)$/.exec(line.trim()) ?? [];
  const parse = PARSERS[name];
  if (parse === undefined)
    throw new Error(`the Dockerfile has a line not understood here: ${line}`);
  return parse(rest);
}

function parseFrom(rest: string): Instruction {
  const [, base, name] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
  if (base === undefined) throw new Error(`FROM ${rest} is not understood here`);
  return { kind: "from", base, name: name ?? null };
}

function parseCopy(rest: string): Instruction {
  const words = wordsOf(rest);
  const from = /^--from=(.+)$/.exec(words[0] ?? "")?.[1] ?? null;
  const paths = words.slice(from === null ? 0 : 1);
  if (paths.length < 2 || paths.some((path) => path.startsWith("--"))) {
    throw new Error(`COPY ${rest} is not understood here`);
  }
  return { kind: "copy", from, sources: paths.slice(0, -1), target: paths.at(-1) ?? "" };
}

function parseAssignment(word: string): [name: string, value: string] {
  const [, name, value] = /^([A-Z_]+)=([^"'$]*)$/.exec(word) ?? [];
  if (name === undefined || value === undefined) throw new Error(`ENV ${word} is not understood`);
  return [name, value];
}

function wordsOf(rest: string): string[] {
  return rest.split(/ +/);
}
