import type { SmsOutcome } from "../../delivery/ports.ts";

type Verdict = "refused" | "throttled" | "unknown";

/**
 * What a status of SMPP 3.4, section 5.1.3, table 5-2, says of a submit; every other is tried again, for an answer
 * that is no yes says that nothing was taken:
 * - `refused`: the number or the text cannot be served, whoever asks and however often.
 * - `throttled`: too fast. A full queue is often that of one account.
 * - `unknown`: a fault inside the SMSC, which may have come after it took the message.
 *
 * Left to another try on purpose: a source address, type or class it does not like is ours to mend and refuses
 * nobody; `ESME_RSUBMITFAIL` (0x45) and the codes of vendors (0x400 and above) name no cause.
 */
const VERDICTS: ReadonlyMap<number, readonly [name: string, verdict: Verdict]> = new Map([
  [0x01, ["ESME_RINVMSGLEN", "refused"]],
  [0x08, ["ESME_RSYSERR", "unknown"]],
  [0x0b, ["ESME_RINVDSTADR", "refused"]],
  [0x14, ["ESME_RMSGQFUL", "throttled"]],
  [0x40, ["ESME_RINVDESTFLAG", "refused"]],
  [0x50, ["ESME_RINVDSTTON", "refused"]],
  [0x51, ["ESME_RINVDSTNPI", "refused"]],
  [0x58, ["ESME_RTHROTTLED", "throttled"]],
  [0xff, ["ESME_RUNKNOWNERR", "unknown"]],
]);

/** What becomes of a message whose submit was answered with a status that is not 0. */
export function judgeStatus(status: number): SmsOutcome {
  const [name, verdict] = VERDICTS.get(status) ?? [null, "retry"];
  const reason = `the SMSC answered ${name ?? statusText(status)}`;
  switch (verdict) {
    case "refused":
    case "unknown":
      return { kind: verdict, reason };
    case "throttled":
    case "retry":
      return { kind: verdict, afterMs: 0, reason };
  }
}

/** The account is wrong, so nothing but a person can help: failed, invalid password, invalid system id. */
export function isAccountRefused(status: number): boolean {
  return status === 0x0d || status === 0x0e || status === 0x0f;
}

export function statusText(status: number): string {
  return `status 0x${status.toString(16).padStart(2, "0")}`;
}
