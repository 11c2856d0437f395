import type { ComponentChildren } from "preact";
import type { AttendFlow } from "./attend-flow.ts";
import type { AttendState, Complaint } from "./attend-state.ts";
import { waitText } from "./countdown.tsx";
import { problemSentences } from "./problem-sentences.ts";

interface NoticeProps {
  readonly state: AttendState;
  readonly nowMs: number;
  readonly flow: AttendFlow;
}

/** What concerns the whole form: a wait that ends by itself, or a complaint that belongs to no field. */
export function Notice({ state, nowMs, flow }: NoticeProps) {
  return (
    <div class="notice-place" role="status">
      {notice(state, nowMs, flow)}
    </div>
  );
}

/** The wait a complaint asks for, kept from screen readers, which would say it anew every second. */
export function ComplaintWait({ complaint: { untilMs }, nowMs }: ComplaintWaitProps) {
  if (untilMs === null || untilMs <= nowMs) return null;
  return <span aria-hidden="true"> Try again in {waitText(untilMs - nowMs)}.</span>;
}

interface ComplaintWaitProps {
  readonly complaint: Complaint;
  readonly nowMs: number;
}

function notice(state: AttendState, nowMs: number, flow: AttendFlow): ComponentChildren {
  const { activity, complaint } = state;
  if (activity.kind === "waiting") {
    return (
      <div class="notice">
        <p>
          {problemSentences[activity.because].sentence}{" "}
          <span aria-hidden="true">Trying again in {waitText(activity.untilMs - nowMs)}.</span>
          <span class="hidden-text">We keep trying by ourselves.</span>
        </p>
        <p class="notice-buttons">
          <button type="button" class="quiet" onClick={() => flow.retryNow()}>
            Try now
          </button>
          <button type="button" class="quiet" onClick={() => flow.stop()}>
            Stop trying
          </button>
        </p>
      </div>
    );
  }
  if (complaint === null) return null;
  const { beside, sentence } = problemSentences[complaint.code];
  if (beside !== "form") return null;
  return (
    <p class="notice notice-complaint">
      {sentence}
      <ComplaintWait complaint={complaint} nowMs={nowMs} />
    </p>
  );
}
