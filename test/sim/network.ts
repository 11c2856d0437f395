import type { Core } from "../../src/core.ts";
import type { Random } from "../support/random.ts";
import type { Schedule } from "./schedule.ts";
import type { Service } from "./service.ts";
import type { Faults } from "./swarm.ts";

/** No answer came: the connection was refused or closed, the answer was lost, or the person waited long enough. */
export interface Cut {
  readonly kind: "cut";
}

export interface NetworkOptions {
  readonly schedule: Schedule;
  readonly random: Random;
  readonly latencyMsMax: number;
  readonly faults: () => Faults;
  readonly services: () => readonly Service[];
}

/** What is watched of a request, whether or not its answer arrives. */
export interface Watch<Outcome> {
  arrived(service: Service): void;
  answered(outcome: Outcome, service: Service): void;
}

/** Of what concerns nobody but who asks. */
export const UNWATCHED: Watch<unknown> = { arrived: () => undefined, answered: () => undefined };

const PATIENCE_MS = 15_000;

/** The way between people and whichever process is there to take them. */
export class Network {
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  send<Outcome>(
    what: string,
    run: (core: Core) => Promise<Outcome>,
    watch: Watch<Outcome>,
  ): Promise<Outcome | Cut> {
    const { schedule, random, faults, services } = this.#options;
    return new Promise((resolve) => {
      const cut = () => resolve({ kind: "cut" });
      const stopWaiting = schedule.after(PATIENCE_MS, cut);
      const cutLater = () => void schedule.after(this.#latencyMs(), cut);
      const answer = (outcome: Outcome) =>
        void schedule.after(this.#latencyMs(), () => {
          stopWaiting();
          resolve(outcome);
        });
      schedule.after(this.#latencyMs(), () => {
        const accepting = services().filter((service) => service.isAccepting);
        if (accepting.length === 0) return cutLater();
        const service = random.pick(accepting);
        watch.arrived(service);
        service.serve(what, run, {
          cut: cutLater,
          answer: (outcome) => {
            watch.answered(outcome, service);
            if (random.chance(faults().answerLostRate)) cutLater();
            else answer(outcome);
          },
        });
      });
    });
  }

  #latencyMs(): number {
    return this.#options.random.magnitude(1, this.#options.latencyMsMax);
  }
}
