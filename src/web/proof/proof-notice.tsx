import { waitText } from "../../language/durations.ts";
import { useSpeech } from "../attend/speech.ts";
import type { ProofActivity, ProofSeeker } from "./proof-seeker.ts";

interface ProofNoticeProps {
  readonly activity: ProofActivity;
  readonly nowMs: number;
  readonly seeker: Pick<ProofSeeker, "waitInstead" | "stop">;
}

/** How the proof comes along. Only the sentences are spoken; bar and countdown would be said anew at every step. */
export function ProofNotice({ activity, nowMs, seeker }: ProofNoticeProps) {
  const { language, texts } = useSpeech();
  const { proof, retry } = texts;
  const stop = (
    <button type="button" class="quiet" onClick={() => seeker.stop()}>
      {retry.stop}
    </button>
  );
  if (activity.kind === "waiting-instead") {
    const leftMs = Math.max(0, activity.untilMs - nowMs);
    return (
      <div class="notice">
        <p>
          {proof.waiting} <span aria-hidden="true">{proof.goesIn(waitText(leftMs, language))}</span>
        </p>
        <p class="notice-buttons">{stop}</p>
      </div>
    );
  }
  return (
    <div class="notice">
      <p>
        {proof.working} {activity.mayWait && proof.slow}
      </p>
      <progress class="strip-bar" aria-hidden="true" max={1} value={activity.triedShare} />
      {activity.mayWait && (
        <p class="notice-buttons">
          <button type="button" class="quiet" onClick={() => seeker.waitInstead()}>
            {proof.waitInstead}
          </button>
          {stop}
        </p>
      )}
    </div>
  );
}
