import { TAIL_PLACE_MIN } from "../../src/waiting-room/draw.ts";
import type { WaitingRoomTables } from "../support/memory-waiting-room-store.ts";
import type { Machine } from "./machine.ts";
import type { SaleTruth } from "./sale-truth.ts";
import type { Schedule } from "./schedule.ts";
import type { Look } from "./service.ts";
import type { Swarm } from "./swarm.ts";

export interface HoldTruthOptions {
  readonly schedule: Schedule;
  readonly swarm: Swarm;
  readonly sales: SaleTruth;
  readonly rooms: WaitingRoomTables;
  /** Of the lobby, by sale; null before the draw. */
  readonly lastLobbyPlace: (saleId: number) => number | null;
  readonly fail: (what: string) => void;
}

/** Answers that let somebody do what only those may whose turn it is. */
export type Served = "a code" | "a verification" | "a seat";

/** One who stands in the line. */
export interface Standing {
  readonly phone: string;
  readonly place: number;
}

/** What a process was seen to do in its life with the line of one sale. The line's time stands still in a pause. */
interface Life {
  readonly saleId: number;
  /** Whether it began before anybody was let in, by this process or another. */
  readonly isFresh: boolean;
  seenAtMs: number;
  lineMs: number;
  isPaused: boolean;
  threshold: number;
  /** True time since when seats and people wait for one another; null while they do not. */
  stillSinceMs: number | null;
  /** Looks after which the threshold had risen: to where, the line's time then and at the look before. */
  readonly steps: {
    readonly startsAt: number;
    readonly threshold: number;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  /** By place: the earliest end of a hold that a code lengthens. */
  readonly codeUntilMs: Map<number, number>;
  /** The places for which codes were asked of which a gateway has not been heard yet, by phone and code. */
  readonly codesUnderWay: Map<string, number>;
  readonly acted: Set<string>;
}

/** Between two looks the line may have stood still, or somebody been let in; and clocks drift. */
const TOLERANCE_MS = 2_000;
/** Of true time: whatever is held ends before it, and somebody else is let in. */
const STANDSTILL_MS = 5 * 60_000;

/** What is promised to those who are let in, for one life of a process. */
export class HoldTruth {
  readonly #options: HoldTruthOptions;
  readonly #lives = new Map<Machine, Life>();
  /** Seats of a process of which it has not heard yet. */
  readonly #unheard = new Map<Machine, number>();
  /** Processes in whose life another one gave out a seat. */
  readonly #disturbed = new WeakSet<Machine>();

  constructor(options: HoldTruthOptions) {
    this.#options = options;
  }

  /** `mayStand`: for a reason of its own, as faults or codes that cannot be sent. */
  see(machine: Machine, look: Look, mayStand: boolean): void {
    const life = this.#follow(machine, look);
    if (life === null) return;
    this.#checkSum(machine, life, look);
    this.#checkStandstill(life, look, mayStand);
  }

  /** A turn that was over before anything was done with it is another's. */
  served(what: Served, { phone, place }: Standing, machine: Machine): void {
    const life = this.#lives.get(machine);
    if (life === undefined) return;
    const hasActed = life.acted.has(phone);
    life.acted.add(phone);
    const step = stepOf(life, place);
    if (hasActed || step === null) return;
    const { verifiedHoldMs } = this.#options.swarm.limits;
    const overMs = life.lineMs - step.toMs - verifiedHoldMs;
    if (overMs > TOLERANCE_MS)
      this.#fail(`${what} was given ${Math.round(overMs)} ms after the turn`);
  }

  turnedAway(
    kind: "lapsed" | "sale-full",
    at: Standing & { readonly saleId: number },
    machine: Machine,
  ): void {
    const life = this.#lives.get(machine);
    if (life?.saleId !== at.saleId || (kind === "sale-full" && !this.#isAlone(machine, life)))
      return;
    const leftMs = this.#untilMs(life, at) - this.#lineNowMs(life);
    if (leftMs > TOLERANCE_MS) {
      this.#fail(`${kind} was told to one whose seat is held for ${Math.round(leftMs)} ms more`);
    }
  }

  /** The phone has another place: then this one has lapsed. */
  replaced(at: Standing, machine: Machine): void {
    const life = this.#lives.get(machine);
    if (life === undefined) return;
    if (at.place >= life.threshold) this.#fail("a phone has two places that wait");
    const leftMs = this.#untilMs(life, at) - this.#lineNowMs(life);
    if (leftMs > TOLERANCE_MS) this.#fail("a phone has a new place while a seat is held for it");
  }

  codeAsked({ phone, place }: Standing, code: string, machine: Machine): void {
    const life = this.#lives.get(machine);
    if (life === undefined || place >= life.threshold) return;
    life.codesUnderWay.set(`${phone} ${code}`, place);
  }

  codeTaken(phone: string, code: string, machine: Machine): void {
    const life = this.#lives.get(machine);
    const place = life?.codesUnderWay.get(`${phone} ${code}`);
    if (life === undefined || place === undefined) return;
    life.codesUnderWay.delete(`${phone} ${code}`);
    const { codeTtlMs } = this.#options.swarm.otpPolicy;
    life.codeUntilMs.set(place, this.#lineNowMs(life) + codeTtlMs - TOLERANCE_MS);
  }

  inVain(machine: Machine): void {
    const life = this.#lives.get(machine);
    if (life !== undefined && this.#isAlone(machine, life)) this.#fail("somebody was let in vain");
  }

  durable(count: number, by: Machine, running: readonly Machine[]): void {
    this.#unheard.set(by, (this.#unheard.get(by) ?? 0) + count);
    for (const machine of running) if (machine !== by) this.#disturbed.add(machine);
  }

  committed(by: Machine): void {
    this.#unheard.delete(by);
  }

  /** Committed and held seats together never exceed the quota. */
  #checkSum(machine: Machine, life: Life, { sale, line }: Look): void {
    if (!life.isFresh || line === null || !this.#isAlone(machine, life)) return;
    const { sales } = this.#options;
    const { id } = sale.sale;
    const sold = sales.soldOf(id) - (this.#unheard.get(machine) ?? 0);
    if (sold + line.heldCount > sales.quotaOf(id)) {
      this.#fail(`${sold} seats are given and ${line.heldCount} held of ${sales.quotaOf(id)}`);
    }
  }

  /** People who leave hold nobody up. */
  #checkStandstill(life: Life, { sale, line }: Look, mayStand: boolean): void {
    const nowMs = this.#options.schedule.nowMs;
    const last = this.#options.lastLobbyPlace(life.saleId) ?? 0;
    const isOver =
      life.threshold > last && life.threshold >= TAIL_PLACE_MIN + (line?.tailCount ?? 0);
    const isEmpty = line?.tailCount === 0 ? life.threshold > last : isOver;
    const waits = sale.state === "open" && sale.remaining > 0 && !isEmpty && !mayStand;
    life.stillSinceMs = waits ? (life.stillSinceMs ?? nowMs) : null;
    if (life.stillSinceMs !== null && nowMs - life.stillSinceMs > STANDSTILL_MS) {
      this.#fail("the line stands still, with seats left and people in it");
    }
  }

  /** Whether nobody else gives out seats, nor takes any away. */
  #isAlone(machine: Machine, { saleId }: Life): boolean {
    const { swarm, sales } = this.#options;
    return isSingle(swarm) && !this.#disturbed.has(machine) && !sales.wasLowered(saleId);
  }

  #follow(machine: Machine, { sale, line }: Look): Life | null {
    const saleId = sale.sale.id;
    const known = this.#lives.get(machine);
    const { schedule, rooms, swarm } = this.#options;
    const { nowMs } = schedule;
    const isPaused = sale.state === "paused";
    if (line === null) return null;
    if (known?.saleId !== saleId) {
      const isFresh = isSingle(swarm) && rooms.find(saleId)?.drawnAtMs === null;
      if (!isFresh && line.phase !== "drawn") return null;
      const life = newLife(saleId, isFresh, { nowMs, threshold: line.threshold, isPaused });
      this.#lives.set(machine, life);
      return life;
    }
    if (line.threshold < known.threshold) this.#fail("the threshold fell");
    const fromMs = known.lineMs;
    if (!isPaused && !known.isPaused) known.lineMs += nowMs - known.seenAtMs;
    known.seenAtMs = nowMs;
    known.isPaused = isPaused;
    if (line.threshold > known.threshold) {
      known.steps.push({
        startsAt: known.threshold,
        threshold: line.threshold,
        fromMs,
        toMs: known.lineMs,
      });
      known.threshold = line.threshold;
      known.stillSinceMs = null;
    }
    return known;
  }

  /** The earliest end of the hold, in the line's time; of one that was let in before this life nothing is promised. */
  #untilMs(life: Life, { place }: Pick<Standing, "place">): number {
    const step = stepOf(life, place);
    if (step === null) return Number.NEGATIVE_INFINITY;
    const ownMs = step.fromMs + this.#options.swarm.limits.holdMs;
    return Math.max(ownMs, life.codeUntilMs.get(place) ?? ownMs);
  }

  /** At the latest. */
  #lineNowMs({ lineMs, seenAtMs, isPaused }: Life): number {
    return lineMs + (isPaused ? 0 : this.#options.schedule.nowMs - seenAtMs);
  }

  #fail(what: string): void {
    this.#options.fail(what);
  }
}

function isSingle({ processCount, faults }: Swarm): boolean {
  return processCount === 1 && faults.deploysPerMinute === 0;
}

/** With which the place was let in. */
function stepOf({ steps }: Life, place: number) {
  return steps.find(({ startsAt, threshold }) => place >= startsAt && place < threshold) ?? null;
}

function newLife(
  saleId: number,
  isFresh: boolean,
  seen: { readonly nowMs: number; readonly threshold: number; readonly isPaused: boolean },
): Life {
  const { nowMs, threshold, isPaused } = seen;
  return {
    saleId,
    isFresh,
    seenAtMs: nowMs,
    lineMs: 0,
    isPaused,
    threshold,
    stillSinceMs: null,
    steps: [],
    codeUntilMs: new Map(),
    codesUnderWay: new Map(),
    acted: new Set(),
  };
}
