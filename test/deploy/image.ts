import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { TestFolder } from "../support/postgres.ts";
import { freshFolder } from "../support/postgres.ts";
import type { Instruction } from "./dockerfile.ts";
import { parseDockerfile } from "./dockerfile.ts";

/** The uid and gid of the user `bun` in the images oven/bun. */
const UNPRIVILEGED_ID = 1_000;

/** What a Dockerfile says, done on this machine: folders in the place of layers, and our Bun in that of the base's. */
export class Image implements Disposable {
  readonly instructions: readonly Instruction[];
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly #root: TestFolder = freshFolder();
  readonly #folder: string;
  readonly #isPrivileged: boolean;

  constructor(project: string) {
    const root = this.#root.path;
    this.instructions = parseDockerfile(readFileSync(join(project, "Dockerfile"), "utf8"));
    const context = new Stage(join(root, "context"));
    copyContext(project, context.folder);
    const last = build(this.instructions, context, root);
    this.environment = last.environment;
    this.command = last.command;
    this.#folder = last.workFolder;
    this.#isPrivileged = last.user === "root";
    mkdirSync(join(root, "bin"));
    cpSync(process.execPath, join(root, "bin", "bun"));
  }

  /** Whether there is such a path in the folder where the command starts. */
  has(path: string): boolean {
    return existsSync(join(this.#folder, path));
  }

  /** Starts a command as the image's user, with no setting but those of the image and those given. */
  start(words: readonly string[], settings: Readonly<Record<string, string>>): Container {
    const mustLend = process.getuid?.() === 0 && !this.#isPrivileged;
    const identity = mustLend ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {};
    const [program = "", ...rest] = words;
    const path = `${join(this.#root.path, "bin")}:/usr/bin:/bin`;
    return new Container(
      spawn(program, rest, {
        ...identity,
        cwd: this.#folder,
        env: { PATH: path, HOME: "/nonexistent", ...this.environment, ...settings },
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#root.release();
  }
}

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** One process of an image. */
export class Container implements AsyncDisposable {
  readonly #child: ReturnType<typeof spawn>;
  readonly #ended: Promise<Ended>;
  isRunning = true;

  constructor(child: ReturnType<typeof spawn>) {
    this.#child = child;
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error("a container has no output");
    const exited = once(child, "exit").finally(() => {
      this.isRunning = false;
    });
    this.#ended = Promise.all([exited, text(stdout), text(stderr)]).then(
      ([[exitCode], output, errors]) => ({ exitCode, output, errors }),
    );
  }

  /** Ends its standard input with these words, and waits for its end. */
  ended(input = ""): Promise<Ended> {
    this.#child.stdin?.end(input);
    return this.#ended;
  }

  stop(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal);
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
  }
}

/** One stage as it is built: a folder that stands for its file system. */
class Stage {
  readonly folder: string;
  readonly environment: Record<string, string> = {};
  command: readonly string[] = [];
  user = "root";
  workPath = "/";

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder);
  }

  get workFolder(): string {
    return this.locate(".");
  }

  locate(path: string): string {
    return join(this.folder, resolve(this.workPath, path));
  }
}

function build(instructions: readonly Instruction[], context: Stage, root: string): Stage {
  const stages = new Map<string | null, Stage>([[null, context]]);
  let stage = context;
  for (const [index, instruction] of instructions.entries()) {
    switch (instruction.kind) {
      case "from":
        stage = new Stage(join(root, `stage-${index}`));
        if (instruction.name !== null) stages.set(instruction.name, stage);
        break;
      case "workdir":
        stage.workPath = instruction.path;
        mkdirSync(stage.workFolder, { recursive: true });
        break;
      case "copy":
        copy(instruction, stages.get(instruction.from), stage);
        break;
      case "env":
        Object.assign(stage.environment, instruction.values);
        break;
      case "run":
        // With our surroundings, as a builder has its own: the cache of packages and the way to them.
        execFileSync("/bin/sh", ["-c", instruction.command], {
          cwd: stage.workFolder,
          env: { ...process.env, ...stage.environment },
          stdio: "pipe",
        });
        break;
      case "cmd":
        stage.command = instruction.words;
        break;
      case "user":
        stage.user = instruction.name;
        break;
      case "expose":
        break;
    }
  }
  return stage;
}

function copy(
  { sources, target }: Extract<Instruction, { kind: "copy" }>,
  from: Stage | undefined,
  stage: Stage,
): void {
  if (from === undefined) throw new Error("COPY --from names no stage");
  for (const source of sources) {
    const original = from.locate(source);
    const copied = stage.locate(target.endsWith("/") ? join(target, source) : target);
    // By hard links: nothing changes a file of an image.
    execFileSync("cp", ["-a", "-l", "-T", original, copied]);
  }
}

/** The parts of a folder that `.dockerignore` lets through: here it refuses all, and names what it takes back. */
function copyContext(project: string, target: string): void {
  const lines = readFileSync(join(project, ".dockerignore"), "utf8").trim().split("\n");
  const [first, ...exceptions] = lines.filter((line) => !line.startsWith("#"));
  if (first !== "*" || exceptions.some((line) => !/^![\w.]+$/.test(line))) {
    throw new Error(".dockerignore has a line that is not understood here");
  }
  for (const exception of exceptions) {
    const name = exception.slice(1);
    execFileSync("cp", ["-a", join(project, name), join(target, name)]);
  }
}
