import { isVerifiedEarly } from "../../../sale/sale.ts";
import type { AttendProps } from "../attend-props.ts";
import { dialledNumber } from "../dialled-number.ts";
import { Notice } from "../notice.tsx";
import { openingWords } from "../opening-words.ts";
import { Said } from "../said.tsx";
import type { SaleNow } from "../sale-now.ts";
import { useSpeech } from "../speech.ts";
import { DetailsStep, PhoneStep } from "../steps.tsx";
import type { HeldPass } from "./held-pass.ts";
import { fairnessText, InDraw } from "./in-draw.tsx";
import { Waiting } from "./waiting.tsx";

export interface LinePanelProps extends AttendProps {
  readonly now: SaleNow;
}

/** What there is to see and to do until it is one's turn. */
export function LinePanel(props: LinePanelProps) {
  const { standing, state, nowMs, tick, estimate } = props;
  const { line } = useSpeech().texts;
  const { pass } = state;
  if (pass === null) return <Join {...props} />;
  switch (standing.kind) {
    case "in-draw":
      return (
        <Said title={line.draw.title}>
          <InDraw {...props} />
          <Beneath {...props} pass={pass} />
        </Said>
      );
    case "placing":
      return (
        <Said title={line.placing.title}>
          <p role="status">{line.placing.lead}</p>
          <Beneath {...props} pass={pass} />
        </Said>
      );
    case "ahead-of-me":
      return (
        <Said title={line.waiting.title}>
          <Waiting {...{ ahead: standing.ahead, tick, estimate, cost: pass.cost, nowMs }} />
          <Beneath {...props} pass={pass} />
        </Said>
      );
    case "lapsed":
      return <Lapsed {...props} />;
    case "outside":
    case "my-turn":
      return null;
  }
}

/** By a code where phones are proved before the opening; else, and after it, the phone works for its place. */
function Join(props: LinePanelProps) {
  const { state, now, nowMs, flow, zones, tick } = props;
  const speech = useSpeech();
  const { join } = speech.texts.line;
  const { sale } = now;
  const isEarly = nowMs < sale.opensAtMs;
  const isLobby = isEarly && tick.line?.phase !== "closed";
  const byCode = isEarly && isVerifiedEarly(sale);
  const lead = isLobby ? join.lobbyLead(openingWords(sale.opensAtMs, zones, speech)) : join.lead;
  return (
    <Said title={isLobby ? join.lobbyTitle : join.title}>
      <p>{lead}</p>
      {isLobby && <p>{fairnessText(sale, zones, speech)}</p>}
      {state.verification !== null ? (
        <JoinButton {...props} label={join.send} />
      ) : (
        <PhoneStep
          {...props}
          submit={() => (byCode ? flow.sendPhone() : flow.join(sale.number))}
          send={byCode ? speech.texts.phone.send : join.send}
          note={byCode ? join.byCode : join.byProof}
        />
      )}
    </Said>
  );
}

function Lapsed(props: LinePanelProps) {
  const { lapsed, joinAgain } = useSpeech().texts.line;
  return (
    <Said title={lapsed.title}>
      <p>{lapsed.lead}</p>
      <JoinButton {...props} label={joinAgain} />
    </Said>
  );
}

function JoinButton(props: LinePanelProps & { readonly label: string }) {
  const { state, now, flow, label } = props;
  const isBusy = state.activity.kind !== "idle";
  return (
    <>
      <button
        type="button"
        class={isBusy ? "primary busy" : "primary"}
        aria-disabled={isBusy}
        onClick={() => void flow.join(now.sale.number)}
      >
        {label}
      </button>
      <Notice {...props} />
    </>
  );
}

/** Whose place it is and what it cost, whether we are cut off, and what can be written meanwhile. */
function Beneath(props: LinePanelProps & { readonly pass: HeldPass }) {
  const { state, now, isLost, pass, dispatch, callingCodes } = props;
  const { line, paused, details } = useSpeech().texts;
  return (
    <>
      <div class="notice-place" role="status">
        {isLost && <p class="notice">{line.lost}</p>}
        {now.state === "paused" && <p class="notice">{paused}</p>}
      </div>
      <p class="soft">
        {line.yours}{" "}
        <bdi dir="ltr" class="number">
          {dialledNumber(pass, callingCodes)}
        </bdi>
        <br />
        {line.cost[pass.cost]}{" "}
        <button type="button" class="quiet" onClick={() => dispatch({ kind: "phone-reopened" })}>
          {details.otherPhone}
        </button>
      </p>
      {state.verification !== null && (
        <>
          <p>{line.fillIn}</p>
          <DetailsStep {...props} closedLabel={line.notYet} />
        </>
      )}
    </>
  );
}
