import { durationWords } from "../../language/durations.ts";
import type { Language } from "../../language/language.ts";
import type { ComplaintCode } from "../attend/attend-state.ts";
import type { ApiResult } from "../parts/api.ts";
import type { ChangePanelData } from "./change-panel.ts";

export interface ChangeSpeech {
  readonly data: ChangePanelData;
  readonly language: Language;
}

export type Refused = Exclude<ApiResult<never>, { readonly kind: "ok" }>;

export function refusalCode(refused: Refused): ComplaintCode {
  return refused.kind === "problem" ? refused.problem.code : refused.kind;
}

/** What was refused, in the page's words, the call's own before the usual ones, with the wait where one is asked for. */
export function refusalSentence(
  refused: Refused,
  own: Readonly<Partial<Record<ComplaintCode, string>>>,
  { data, language }: ChangeSpeech,
): string {
  const usual: Readonly<Partial<Record<ComplaintCode, string>>> = data.problems;
  const code = refusalCode(refused);
  const said = own[code] ?? usual[code] ?? data.problems.internal;
  if (refused.kind !== "problem" || refused.problem.retryAfterS === null) return said;
  const wait = durationWords(refused.problem.retryAfterS * 1000, language);
  return `${said} ${data.tryAgainIn.replace("#", wait)}`;
}
