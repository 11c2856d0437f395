import type { ComponentChildren } from "preact";
import { waitText } from "../../language/durations.ts";
import { ProofNotice } from "../proof/proof-notice.tsx";
import type { AttendFlow } from "./attend-flow.ts";
import type { AttendState, Complaint } from "./attend-state.ts";
import { problemPlace } from "./problem-place.ts";
import { useSpeech } from "./speech.ts";

interface NoticeProps {
  readonly state: AttendState;
  readonly nowMs: number;
  readonly flow: AttendFlow;
}

/** What concerns the whole form: a wait that ends by itself, or a complaint that belongs to no field. */
export function Notice(props: NoticeProps) {
  return (
    <div class="notice-place" role="status">
      {notice(props)}
    </div>
  );
}

/** The wait a complaint asks for, kept from screen readers, which would say it anew every second. */
export function ComplaintWait({ complaint: { untilMs }, nowMs }: ComplaintWaitProps) {
  const { language, texts } = useSpeech();
  if (untilMs === null || untilMs <= nowMs) return null;
  return (
    <span aria-hidden="true"> {texts.retry.tryAgainIn(waitText(untilMs - nowMs, language))}</span>
  );
}

interface ComplaintWaitProps {
  readonly complaint: Complaint;
  readonly nowMs: number;
}

function notice({ state, nowMs, flow }: NoticeProps): ComponentChildren {
  const { activity, complaint } = state;
  if (activity.kind === "proving" || activity.kind === "waiting-instead") {
    return <ProofNotice activity={activity} nowMs={nowMs} seeker={flow.seeker} />;
  }
  if (activity.kind === "waiting") {
    const leftMs = activity.untilMs - nowMs;
    return <Waiting because={activity.because} leftMs={leftMs} flow={flow} />;
  }
  if (complaint === null || problemPlace[complaint.code] !== "form") return null;
  return <FormComplaint complaint={complaint} nowMs={nowMs} />;
}

interface WaitingProps {
  readonly because: Complaint["code"];
  readonly leftMs: number;
  readonly flow: AttendFlow;
}

function Waiting({ because, leftMs, flow }: WaitingProps) {
  const { language, texts } = useSpeech();
  const { tryingAgainIn, keepTrying, tryNow, stop } = texts.retry;
  return (
    <div class="notice">
      <p>
        {texts.problems[because]}{" "}
        <span aria-hidden="true">{tryingAgainIn(waitText(leftMs, language))}</span>
        <span class="hidden-text">{keepTrying}</span>
      </p>
      <p class="notice-buttons">
        <button type="button" class="quiet" onClick={() => flow.retryNow()}>
          {tryNow}
        </button>
        <button type="button" class="quiet" onClick={() => flow.stop()}>
          {stop}
        </button>
      </p>
    </div>
  );
}

function FormComplaint({ complaint, nowMs }: ComplaintWaitProps) {
  const { texts } = useSpeech();
  return (
    <p class="notice notice-complaint">
      {texts.problems[complaint.code]}
      <ComplaintWait complaint={complaint} nowMs={nowMs} />
    </p>
  );
}
