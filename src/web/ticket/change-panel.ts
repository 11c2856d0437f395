import type { Language } from "../../language/language.ts";
import { oncePerWords } from "../../language/once.ts";
import type { AttendTexts } from "../attend/texts/attend-texts.ts";
import type { Html } from "../parts/html.ts";
import { html } from "../parts/html.ts";
import type { ProofActivity } from "../proof/proof-seeker.ts";
import { attendTexts } from "../texts/all.ts";
import type { ChangeWords } from "../texts/change-texts.ts";
import { changeTexts } from "../texts/change-texts.ts";

export interface ChangePanelParts {
  /** As in `/t/{key}`. */
  readonly ticketPath: string;
  /** Null for an event that is not served any more: there is nobody to ask for a code. */
  readonly eventSlug: string | null;
  readonly proofWorkerPath: string;
}

/** What the script needs of the page, beside the ticket's path: the same for everyone who reads its language. */
export interface ChangePanelData {
  readonly eventSlug: string | null;
  readonly proofWorkerPath: string;
  /** While a proof-of-work is sought. */
  readonly proof: Readonly<Record<ProofActivity["kind"], string>>;
  readonly words: ChangeWords;
  readonly sendCode: string;
  readonly change: string;
  /** `#` stands for the wait. */
  readonly tryAgainIn: string;
  readonly problems: Readonly<Record<SaidProblem, string>>;
}

/** What these calls are refused for in the way of things; anything else is said as `internal`. */
const SAID_PROBLEMS = [
  "invalid_phone",
  "country_not_served",
  "invalid_email",
  "code_wrong",
  "code_incomplete",
  "code_expired",
  "code_exhausted",
  "challenge_invalid",
  "already_corrected",
  "resend_too_soon",
  "rate_limited",
  "overloaded",
  "draining",
  "gateway_unavailable",
  "timeout",
  "unreachable",
  "internal",
] as const;

export type SaidProblem = (typeof SAID_PROBLEMS)[number];

/** For whoever's mail did not come: the mail again, which works without a script, and the address put right. */
export function changePanel(parts: ChangePanelParts, language: Language): Html {
  const { ticketPath, eventSlug, proofWorkerPath } = parts;
  const texts = changeTexts[language];
  const data = panelData(language, proofWorkerPath, eventSlug ?? "");
  return html`<details class="change" id="change" data-ticket="${ticketPath}" data-change="${data}">
<summary>${texts.summary}</summary>
<form id="change-mail" method="post" action="${ticketPath}/mails?lang=${language}">
<p>${texts.mailLead}</p>
<button class="secondary">${texts.mailSend}</button>
<div class="notice-place" role="status"></div>
</form>
${eventSlug !== null && addressPart(language)}
</details>`;
}

const addressPart = oncePerWords((language: Language): Html => {
  const texts = changeTexts[language];
  const { phone, code } = attendTexts[language];
  return html`<details class="change-address">
<summary>${texts.correct}</summary>
<p>${texts.correctLead}</p>
<noscript><p><strong>${texts.needsScripts}</strong></p></noscript>
<form id="change-address" novalidate hidden>
${field("email", { label: texts.newEmail, note: texts.newEmailNote }, html`type="email" inputmode="email" autocomplete="email" maxlength="254"`)}
${field("phone", { label: phone.label, note: phone.recoverNote }, html`type="tel" inputmode="tel" autocomplete="tel" maxlength="40"`)}
<div class="change-code" hidden>
${field("code", { label: code.label, note: texts.codeNote }, html`class="code-input" inputmode="numeric" autocomplete="one-time-code" maxlength="16"`)}
<p class="beside"><span>${code.noMessage}</span> <button type="button" class="quiet">${code.sendAgain}</button></p>
</div>
<button class="secondary">${phone.send}</button>
<div class="notice-place" role="status"></div>
</form>
</details>`;
});

/** One labelled input with the sentence that belongs to it, as in the form; all of these are written left to right. */
function field(
  name: string,
  { label, note }: { readonly label: string; readonly note: string },
  attributes: Html,
): Html {
  const id = `change-${name}`;
  return html`<div class="field"><label for="${id}">${label}</label>
<input id="${id}" name="${name}" ${attributes} dir="ltr" aria-describedby="${id}-note">
<p class="note" id="${id}-note">${note}</p></div>`;
}

/** As JSON. Without an event there is no slug. */
const panelData = oncePerWords((language: Language, proofWorkerPath: string, eventSlug: string) => {
  const { phone, proof, retry, problems } = attendTexts[language];
  const texts = changeTexts[language];
  const data: ChangePanelData = {
    eventSlug: eventSlug === "" ? null : eventSlug,
    proofWorkerPath,
    proof: { proving: proof.working, "waiting-instead": proof.waiting },
    words: texts.said,
    sendCode: phone.send,
    change: texts.change,
    tryAgainIn: retry.tryAgainIn("#"),
    problems: saidProblems(problems),
  };
  return html`${JSON.stringify(data)}`;
});

function saidProblems(problems: AttendTexts["problems"]): ChangePanelData["problems"] {
  const said = SAID_PROBLEMS.map((code) => [code, problems[code]] as const);
  return Object.fromEntries(said) as Record<SaidProblem, string>;
}
