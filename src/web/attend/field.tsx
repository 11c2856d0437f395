import type { ComponentChildren, InputHTMLAttributes } from "preact";
import type { TypedField } from "./attend-state.ts";

interface FieldProps {
  readonly name: TypedField;
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  /** Stands under the input until a complaint takes its place, so that nothing moves. */
  readonly note: string;
  readonly complaint: ComponentChildren;
  readonly input: InputHTMLAttributes;
  /** Stands to the left of the input, in every language. */
  readonly before?: ComponentChildren;
}

/** One labelled input with the sentence that belongs to it. */
export function Field({
  name,
  label,
  value,
  onText,
  note,
  complaint,
  input: attributes,
  before,
}: FieldProps) {
  const noteId = `${name}-note`;
  const isRefused = Boolean(complaint);
  const input = (
    <input
      {...attributes}
      id={name}
      name={name}
      value={value}
      aria-describedby={noteId}
      aria-invalid={isRefused}
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <div class="field-row" dir={before === undefined ? undefined : "ltr"}>
        {before}
        {input}
      </div>
      <p id={noteId} class={isRefused ? "note complaint" : "note"}>
        {isRefused ? <span role="alert">{complaint}</span> : note}
      </p>
    </div>
  );
}
