import { readdirSync, readFileSync } from "node:fs";
import type { ProcessorTime } from "./bench.ts";

/** Ticks of /proc a second: USER_HZ is 100 on every Linux that Bun runs on (proc(5)). */
const TICKS_PER_S = 100;

/** Of the whole machine since it started, in ticks. */
interface MachineTime {
  readonly all: number;
  /** What its hypervisor gave to others while it had work ("steal"). */
  readonly stolen: number;
}

/** Tells what share of the machine's processor time others on the same host took (proc(5)); null where no system tells. */
export class StealMeter {
  readonly #atStart = readMachineTime();
  #atLap = this.#atStart;

  /** Since the start. */
  share(): number | null {
    return stolenShare(this.#atStart, readMachineTime());
  }

  /** Since the lap before. */
  lap(): number | null {
    const now = readMachineTime();
    const share = stolenShare(this.#atLap, now);
    this.#atLap = now;
    return share;
  }
}

function stolenShare(from: MachineTime | null, to: MachineTime | null): number | null {
  if (from === null || to === null) return null;
  return (to.stolen - from.stolen) / Math.max(1, to.all - from.all);
}

function readMachineTime(): MachineTime | null {
  try {
    const [first = ""] = readFileSync("/proc/stat", "latin1").split("\n", 1);
    const ticks = first.trim().split(/ +/).slice(1, 9).map(Number);
    return { all: ticks.reduce((sum, part) => sum + part, 0), stolen: ticks[7] ?? 0 };
  } catch {
    return null;
  }
}

/** Tells apart the processor time of a service and its PostgreSQL from here on. */
export class ProcessorMeter {
  readonly #serverPid: number;
  readonly #postgresPid: number | null;
  readonly #atStart: readonly (number | "unknown")[];

  /** `postgresPid` is the postmaster's; null where there is none. */
  constructor(serverPid: number, postgresPid: number | null) {
    this.#serverPid = serverPid;
    this.#postgresPid = postgresPid;
    this.#atStart = this.#read();
  }

  /** Since the start; the generator tells its own. */
  elapsed(generatorS: ProcessorTime["generatorS"]): ProcessorTime {
    const [serverS = "unknown", postgresS = "unknown"] = this.#read().map((now, index) => {
      const before = this.#atStart[index] ?? "unknown";
      return now === "unknown" || before === "unknown" ? "unknown" : now - before;
    });
    return { serverS, postgresS, generatorS };
  }

  #read(): readonly (number | "unknown")[] {
    const { platform } = process;
    if (platform !== "linux") return ["unknown", "unknown"];
    const postgresS = this.#postgresPid === null ? 0 : familyS(this.#postgresPid);
    return [processS(readStat(this.#serverPid)), postgresS];
  }
}

/** Sums what was measured in several rounds. */
export function addProcessorTimes(times: readonly ProcessorTime[]): ProcessorTime {
  const sum = (part: keyof ProcessorTime): number | "unknown" => {
    const parts = times.map((time) => time[part]);
    const known = parts.filter((seconds) => seconds !== "unknown");
    return known.length < parts.length ? "unknown" : known.reduce((a, b) => a + b, 0);
  };
  return { serverS: sum("serverS"), postgresS: sum("postgresS"), generatorS: sum("generatorS") };
}

/** Since its start, seconds. */
export interface ThreadTime {
  readonly ranS: number;
  /** It had work and got no processor: what others on the machine took from it. */
  readonly waitedS: number;
}

/** Of the main thread of a process (proc(5), schedstat); null where the system does not tell. */
export function readMainThread(pid: number): ThreadTime | null {
  try {
    const [ranNs = 0, waitedNs = 0] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "latin1")
      .split(" ")
      .map(Number);
    return { ranS: ranNs / 1e9, waitedS: waitedNs / 1e9 };
  } catch {
    return null;
  }
}

/** A parent and all its living children, and those that ended and it has seen end. */
function familyS(parentPid: number): number {
  const parent = readStat(parentPid);
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat?.parentPid === parentPid);
  const ended = parent === null ? 0 : parent.endedChildrenS;
  return [parent, ...children].reduce((sum, stat) => sum + processS(stat), ended);
}

interface ProcessStat {
  readonly parentPid: number;
  readonly ownS: number;
  readonly endedChildrenS: number;
}

function processS(stat: ProcessStat | null): number {
  return stat?.ownS ?? 0;
}

/** Null for a process that has ended. */
function readStat(pid: number): ProcessStat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return null;
  }
  // The second field is the program's name in brackets, which may hold spaces; fields are counted after it (proc(5)).
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const ticks = (first: number) => (fields[first] ?? 0) + (fields[first + 1] ?? 0);
  return {
    parentPid: fields[1] ?? 0,
    ownS: ticks(11) / TICKS_PER_S,
    endedChildrenS: ticks(13) / TICKS_PER_S,
  };
}
