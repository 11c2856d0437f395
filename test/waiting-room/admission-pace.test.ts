import { expect, test } from "bun:test";
import fc from "fast-check";
import { AdmissionPace, type Pressure } from "../../src/waiting-room/admission-pace.ts";

const STEP_MS = 250;
const LIMITS = {
  admitPerSMin: 50,
  admitPerSMax: 10_000,
  admitClaimsWaitingMax: 2_000,
  admitLoopLagMsMax: 25,
  admitCodeWaitMsMax: 20_000,
};
const IDLE: Pressure = {
  claimsWaiting: 0,
  loopLagMs: 0,
  codeWaitMs: 0,
  codesPerS: 1_000,
  factor: 1,
};

/** People let in over so many seconds. */
function run(pace: AdmissionPace, seconds: number, pressure: Pressure): number {
  let count = 0;
  for (let step = 0; step < (seconds * 1_000) / STEP_MS; step += 1) {
    count += pace.step(STEP_MS, pressure, 0).countMax;
  }
  return count;
}

test("it begins with the least pace, and while nothing strains rises by a two-hundredth each second", () => {
  const pace = new AdmissionPace(LIMITS);
  expect(run(pace, 1, IDLE)).toBeWithin(49, 52);
  run(pace, 99, IDLE);
  expect(pace.perS).toBeCloseTo(50 * 1.005 ** 100, 3);
});

test("at a limit it rests, beyond it falls the faster the further, and never below the least", () => {
  const pace = new AdmissionPace(LIMITS);
  run(pace, 200, IDLE);
  const perS = 50 * 1.005 ** 200;
  run(pace, 100, { ...IDLE, loopLagMs: 25 });
  expect(pace.perS).toBeCloseTo(perS, 6);
  run(pace, 10, { ...IDLE, claimsWaiting: 4_000 });
  expect(pace.perS).toBeCloseTo(perS / 1.005 ** 10, 3);
  run(pace, 60, { ...IDLE, loopLagMs: 5_000 });
  expect(pace.perS).toBe(50);
});

test("the ladder's factor slows it, and leaves it where it was afterwards", () => {
  const pace = new AdmissionPace(LIMITS);
  expect(run(pace, 10, { ...IDLE, loopLagMs: 25, factor: 0.25 })).toBe(125);
  expect(run(pace, 10, { ...IDLE, loopLagMs: 25 })).toBe(500);
});

test("of those who need a code no more than the gateways serve within the longest wait", () => {
  const pace = new AdmissionPace(LIMITS);
  const waits = { ...IDLE, codesPerS: 30, codeWaitMs: 15_000 };
  expect(pace.step(STEP_MS, waits, 40).unverifiedCountMax).toBe(110);
  expect(pace.step(STEP_MS, waits, 400).unverifiedCountMax).toBe(0);
  expect(pace.step(STEP_MS, { ...waits, codeWaitMs: Infinity }, 0).unverifiedCountMax).toBe(0);
});

test("whatever a service can do, and however late its people come, soon it is let in what it can, and lags little", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 60, max: 200, noNaN: true }),
      fc.integer({ min: 5, max: 30 }),
      (capacityPerS, delayS) => {
        const pace = new AdmissionPace(LIMITS);
        const service = new ModelService(capacityPerS, delayS);
        for (let second = 0; second < 1_200; second += 0.25) {
          const { loopLagMs } = service;
          service.take(pace.step(STEP_MS, { ...IDLE, loopLagMs }, 0).countMax, second >= 600);
        }
        expect(service.lateShare).toBeLessThan(0.01);
        expect(service.servedShare).toBeGreaterThan(0.6);
      },
    ),
    { numRuns: 50 },
  );
});

/** A queue of which the wait grows as the load nears what it can do (M/M/1); whoever is let in comes evenly over the delay. */
class ModelService {
  loopLagMs = 0;
  readonly #capacityPerS: number;
  readonly #recent: number[];
  #backlog = 0;
  #at = 0;
  #lateCount = 0;
  #count = 0;
  #servedCount = 0;

  constructor(capacityPerS: number, delayS: number) {
    this.#capacityPerS = capacityPerS;
    this.#recent = Array<number>((delayS * 1_000) / STEP_MS).fill(0);
  }

  take(count: number, isCounted: boolean): void {
    this.#recent[this.#at % this.#recent.length] = count;
    this.#at += 1;
    const arriving = this.#recent.reduce((sum, each) => sum + each, 0) / this.#recent.length;
    const capacity = (this.#capacityPerS * STEP_MS) / 1_000;
    const served = Math.min(capacity, this.#backlog + arriving);
    this.#backlog += arriving - served;
    const load = Math.min(0.999, arriving / capacity);
    const queueMs = (this.#backlog / this.#capacityPerS) * 1_000;
    this.loopLagMs = 5 / (1 - load) + queueMs;
    if (!isCounted) return;
    this.#count += 1;
    this.#servedCount += served / capacity;
    if (this.loopLagMs > 2 * LIMITS.admitLoopLagMsMax) this.#lateCount += 1;
  }

  get lateShare(): number {
    return this.#lateCount / this.#count;
  }

  get servedShare(): number {
    return this.#servedCount / this.#count;
  }
}
