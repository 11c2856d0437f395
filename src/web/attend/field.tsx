import type { ComponentChildren, InputHTMLAttributes } from "preact";
import type { FieldName } from "./attend-state.ts";

interface FieldProps {
  readonly name: FieldName;
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  /** Stands under the input until a complaint takes its place, so that nothing moves. */
  readonly note: string;
  readonly complaint: ComponentChildren;
  readonly input: InputHTMLAttributes;
}

/** One labelled input with the sentence that belongs to it. */
export function Field({ name, label, value, onText, note, complaint, input }: FieldProps) {
  const noteId = `${name}-note`;
  const isRefused = Boolean(complaint);
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        {...input}
        id={name}
        name={name}
        value={value}
        aria-describedby={noteId}
        aria-invalid={isRefused}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      <p id={noteId} class={isRefused ? "note complaint" : "note"}>
        {isRefused ? <span role="alert">{complaint}</span> : note}
      </p>
    </div>
  );
}
