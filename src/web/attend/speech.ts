import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Language } from "../../language/language.ts";
import type { AttendTexts } from "./texts/attend-texts.ts";

/** The language the form speaks, and what it says in it. */
export interface Speech {
  readonly language: Language;
  readonly texts: AttendTexts;
}

export const SpeechContext = createContext<Speech | null>(null);

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === null) throw new Error("the form has no language");
  return speech;
}
