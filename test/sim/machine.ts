import type { Clock } from "../../src/actor/clock.ts";
import type { Random } from "../support/random.ts";
import type { Schedule } from "./schedule.ts";
import type { Timeline } from "./timeline.ts";

/** What may befall a process at the boundary of an effect. */
export interface MachineFaults {
  readonly killRate: number;
  readonly pauseRate: number;
  readonly pauseMsMax: number;
}

export interface MachineOptions {
  readonly name: string;
  readonly schedule: Schedule;
  readonly timeline: Timeline;
  readonly random: Random;
  /** Read at each effect: chaos ends. */
  readonly faults: () => MachineFaults;
  /** How much faster than true time its monotonic clock runs, as a fraction. */
  readonly drift: number;
  /** How far its wall clock is off at the start. */
  readonly wallOffsetMs: number;
  readonly onDeath: () => void;
}

/** How a call's answer comes back; the first one counts. */
export interface Settle<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

type State = "running" | "paused" | "dead";

/**
 * One life of a process: a monotonic clock of its own, and a border that all its effects cross. At the border it may
 * be killed before an effect or right after it, or paused. What is dead asks for nothing and hears nothing; what is
 * paused does all of it later.
 */
export class Machine implements Clock {
  static #running: Machine | null = null;
  readonly name: string;
  readonly #options: MachineOptions;
  readonly #bornMs: number;
  #backlog: (() => void)[] = [];
  #state: State = "running";
  #pausedMs = 0;
  wallOffsetMs: number;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.name = options.name;
    this.wallOffsetMs = options.wallOffsetMs;
    this.#bornMs = options.schedule.nowMs;
  }

  /** Whose code runs now; null for the world's. */
  static get running(): Machine | null {
    return Machine.#running;
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  get isPaused(): boolean {
    return this.#state === "paused";
  }

  /** True time spent paused so far. */
  get pausedMs(): number {
    return this.#pausedMs;
  }

  nowMs(): number {
    const { schedule, drift, wallOffsetMs } = this.#options;
    const ageMs = schedule.nowMs - this.#bornMs;
    return this.#bornMs + wallOffsetMs + ageMs * (1 + drift);
  }

  after(delayMs: number, task: () => void): () => void {
    if (this.isDead) return () => undefined;
    const { schedule, drift } = this.#options;
    let isCancelled = false;
    const cancel = schedule.after(delayMs / (1 + drift), () =>
      this.deliver(() => {
        if (!isCancelled) task();
      }),
    );
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  /** The world goes on: nobody's code runs. */
  static rest(): void {
    Machine.#running = null;
  }

  /** Something reaches the process from outside: now, after its pause, or never. */
  deliver(task: () => void): void {
    if (this.#state === "dead") return;
    if (this.#state === "paused") {
      this.#backlog.push(task);
      return;
    }
    Machine.#running = this;
    task();
  }

  /** An effect whose answer comes back through `settle`; `risk` multiplies what may befall the process at it. */
  call<Value>(what: string, perform: (settle: Settle<Value>) => void, risk = 1): Promise<Value> {
    return new Promise((resolve, reject) => {
      let isSettled = false;
      const once = (task: () => void) => {
        if (isSettled) return;
        isSettled = true;
        this.deliver(task);
      };
      this.act(
        what,
        () =>
          perform({
            resolve: (value) => once(() => resolve(value)),
            reject: (error) => once(() => reject(error)),
          }),
        risk,
      );
    });
  }

  /** An effect without an answer, as a reply to a client is. */
  act(what: string, perform: () => void, risk = 1): void {
    if (this.#state === "dead") return;
    if (this.#state === "paused") {
      this.#backlog.push(() => this.act(what, perform, risk));
      return;
    }
    const { random, faults } = this.#options;
    const { killRate, pauseRate, pauseMsMax } = faults();
    const isKilled = random.chance(killRate * risk);
    if (isKilled && random.chance(0.5)) return this.kill(`before ${what}`);
    perform();
    if (isKilled) this.kill(`after ${what}`);
    else if (random.chance(pauseRate * risk)) this.pause(random.magnitude(20, pauseMsMax), what);
  }

  kill(when: string): void {
    if (this.isDead) return;
    this.#state = "dead";
    this.#backlog = [];
    this.#options.timeline.note(this.name, `is killed ${when}`);
    this.#options.onDeath();
  }

  pause(forMs: number, when: string): void {
    if (this.#state !== "running") return;
    const { schedule, timeline } = this.#options;
    this.#state = "paused";
    timeline.note(this.name, `is paused for ${Math.round(forMs)} ms after ${when}`);
    schedule.after(forMs, () => this.#resume(forMs));
  }

  #resume(pausedMs: number): void {
    if (this.#state !== "paused") return;
    this.#state = "running";
    this.#pausedMs += pausedMs;
    this.#options.timeline.note(this.name, "runs on");
    for (const task of this.#backlog.splice(0)) this.deliver(task);
  }
}
