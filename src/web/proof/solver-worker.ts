import type { Puzzle } from "./solver.ts";
import { Solver } from "./solver.ts";

/** What the worker tells of a puzzle it was given. */
export type SolverMessage =
  | { readonly kind: "trying"; readonly triedShare: number }
  | { readonly kind: "solved"; readonly number: number }
  | { readonly kind: "unsolvable" };

/** A tenth of a second on a slow phone: a worker that is told to end does not outlive its slice. */
const SLICE_COUNT = 8_192;

addEventListener("message", ({ data }: MessageEvent<Puzzle>) => {
  const solver = new Solver(data);
  const tell = (message: SolverMessage) => postMessage(message);
  const trySlice = () => {
    const number = solver.tryNext(SLICE_COUNT);
    const { triedShare } = solver;
    if (number !== null) tell({ kind: "solved", number });
    else if (triedShare >= 1) tell({ kind: "unsolvable" });
    else {
      tell({ kind: "trying", triedShare });
      setTimeout(trySlice);
    }
  };
  trySlice();
});
