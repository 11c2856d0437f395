import { expect, test } from "bun:test";
import { needs } from "../support/needs.ts";
import { faultsOf, mailBurst, reportLines } from "./mail-burst.ts";

/** The drops fall as the seed says, on whichever mail comes then. */
const SEED = 6;
/** For a machine that is very busy. */
const TIMEOUT_MS = 300_000;

test.if(needs("openssl"))(
  "through 2,000 mails to a server that drops connections at random none is lost, none comes oftener than its answer was lost, and memory stays flat",
  async () => {
    // Large, so that so few of them would be seen if they were kept.
    const report = await mailBurst({ mailCount: 2_000, pdfBytes: 60_000, seed: SEED });
    console.log(reportLines(report).join("\n"));
    expect(faultsOf(report)).toEqual([]);
    // A run that met nothing would prove nothing.
    for (const count of Object.values(report.server.drops)) expect(count).toBeGreaterThan(10);
  },
  TIMEOUT_MS,
);
