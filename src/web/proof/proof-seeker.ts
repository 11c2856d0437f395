import type { ProofIssued, RequestProofBody } from "../../http/wire.ts";
import type { ApiResult } from "../parts/api.ts";
import type { SolverMessage } from "./solver-worker.ts";

/** How far the work is, or how long is still to wait instead of it. */
export type ProofActivity =
  | { readonly kind: "proving"; readonly triedShare: number; readonly mayWait: boolean }
  | { readonly kind: "waiting-instead"; readonly untilMs: number };

export interface ProofSeekerParts {
  readonly requestProof: (body: RequestProofBody) => Promise<ApiResult<ProofIssued>>;
  /** Loaded when there is something to solve. */
  readonly workerPath: string;
  readonly clock: { nowMs(): number };
  readonly show: (activity: ProofActivity) => void;
}

export type Sought =
  | { readonly kind: "found"; readonly proof: string }
  /** None is asked for any more. */
  | { readonly kind: "unasked" }
  | { readonly kind: "stopped" }
  | { readonly kind: "refused"; readonly result: Exclude<ApiResult<never>, { kind: "ok" }> };

/** A good phone has long finished; whoever has not is offered the wait. */
const OFFER_WAIT_AFTER_MS = 8_000;
/** Drawing the form anew for less would slow the work down. */
const SHARE_STEP = 0.02;

type Choice = "wait" | "stop";

/** Gets a proof-of-work and has it solved beside the page, or waits instead where that takes too long. */
export class ProofSeeker {
  readonly #parts: ProofSeekerParts;
  #choose: (choice: Choice) => void = () => {};

  constructor(parts: ProofSeekerParts) {
    this.#parts = parts;
  }

  async seek(phone: string): Promise<Sought> {
    const issued = await this.#parts.requestProof({ phone });
    if (issued.kind === "problem" && issued.problem.code === "not_found") {
      return { kind: "unasked" };
    }
    if (issued.kind !== "ok") return { kind: "refused", result: issued };
    const { challenge, waitS } = issued.body;
    const untilMs = this.#parts.clock.nowMs() + waitS * 1000;
    const solved = await this.#solve(challenge, untilMs);
    if (solved === "stop") return { kind: "stopped" };
    if (solved === "wait" && (await this.#wait(untilMs)) === "stop") return { kind: "stopped" };
    const { maxnumber: _, ...returned } = challenge;
    return {
      kind: "found",
      proof: encoded(solved === "wait" ? returned : { ...returned, ...solved }),
    };
  }

  /** Not by work: the request goes out a minute after the challenge was given. */
  waitInstead(): void {
    this.#choose("wait");
  }

  stop(): void {
    this.#choose("stop");
  }

  /** Where nothing can be worked out (no workers, or a script that did not load) it is waited: it never takes longer. */
  async #solve(
    challenge: ProofIssued["challenge"],
    untilMs: number,
  ): Promise<{ number: number } | Choice> {
    const { workerPath, clock, show } = this.#parts;
    let triedShare = 0;
    let mayWait = false;
    const showWork = () => show({ kind: "proving", triedShare, mayWait });
    showWork();
    const offer = setTimeout(() => {
      mayWait = true;
      showWork();
    }, OFFER_WAIT_AFTER_MS);
    const end = setTimeout(() => this.waitInstead(), untilMs - clock.nowMs());
    const worker = startWorker(workerPath);
    try {
      return await new Promise((resolve) => {
        this.#choose = resolve;
        if (worker === null) return resolve("wait");
        worker.onerror = () => resolve("wait");
        worker.onmessage = ({ data }: MessageEvent<SolverMessage>) => {
          if (data.kind === "solved") return resolve({ number: data.number });
          if (data.kind === "unsolvable") return resolve("wait");
          if (data.triedShare < triedShare + SHARE_STEP) return;
          triedShare = data.triedShare;
          showWork();
        };
        worker.postMessage(challenge);
      });
    } finally {
      clearTimeout(offer);
      clearTimeout(end);
      worker?.terminate();
    }
  }

  #wait(untilMs: number): Promise<Choice> {
    const { clock, show } = this.#parts;
    show({ kind: "waiting-instead", untilMs });
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve("wait"), untilMs - clock.nowMs());
      this.#choose = (choice) => {
        clearTimeout(timer);
        resolve(choice);
      };
    });
  }
}

function startWorker(path: string): Worker | null {
  try {
    return new Worker(path);
  } catch {
    return null;
  }
}

/** Base64 of JSON, as ALTCHA's own widget sends it. */
function encoded(proof: object): string {
  return btoa(JSON.stringify(proof));
}
