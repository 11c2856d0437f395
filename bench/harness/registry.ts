import { claimsVsEcho } from "../claims/claims-vs-echo.ts";
import { claimsVsRowLock } from "../claims/claims-vs-row-lock.ts";
import { commitVsCopy } from "../claims/commit-vs-copy.ts";
import { memory1m } from "../claims/memory-1m.ts";
import { sellout60k } from "../claims/sellout-60k.ts";
import { codesBurst } from "../delivery/codes-burst.ts";
import { mailBurst } from "../delivery/mail-burst.ts";
import { answerP99 } from "../http/answer-p99.ts";
import { loopLag } from "../http/loop-lag.ts";
import { overload10x } from "../http/overload-10x.ts";
import { tickVsStatic } from "../http/tick-vs-static.ts";
import { waiting100k } from "../http/waiting-100k.ts";
import { pdf60k, pdfVsNaive } from "../pdf/pdf-benches.ts";
import type { Bench } from "./bench.ts";

/** Every name of `bun run bench`, in the order in which a full run goes through them. */
export const BENCHES: readonly Bench[] = [
  claimsVsEcho,
  claimsVsRowLock,
  commitVsCopy,
  sellout60k,
  pdfVsNaive,
  pdf60k,
  tickVsStatic,
  waiting100k,
  loopLag,
  memory1m,
  answerP99,
  overload10x,
  codesBurst,
  mailBurst,
];
