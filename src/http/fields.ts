import type { InvalidBody } from "./problem.ts";
import type { JsonObject } from "./request-body.ts";

/** A text field of a body; its length is counted in code points, as JSON Schema counts `maxLength`. */
export interface Field {
  readonly isRequired: boolean;
  readonly lengthMax: number;
}

export type FieldsOf<Specification extends Readonly<Record<string, Field>>> = {
  readonly [Name in keyof Specification]: Specification[Name] extends { readonly isRequired: true }
    ? string
    : string | null;
};

export type FieldsRead<Specification extends Readonly<Record<string, Field>>> =
  | { readonly kind: "fields"; readonly fields: FieldsOf<Specification> }
  | InvalidBody;

export function required(lengthMax: number): {
  readonly isRequired: true;
  readonly lengthMax: number;
} {
  return { isRequired: true, lengthMax };
}

export function optional(lengthMax: number): {
  readonly isRequired: false;
  readonly lengthMax: number;
} {
  return { isRequired: false, lengthMax };
}

/** Picks the fields named and no others; null counts as absent. */
export function readFields<const Specification extends Readonly<Record<string, Field>>>(
  object: JsonObject,
  specification: Specification,
): FieldsRead<Specification> {
  const fields: Record<string, string | null> = {};
  for (const name in specification) {
    const { isRequired, lengthMax } = specification[name] as Field;
    const value = object[name] ?? null;
    if (value === null) {
      if (isRequired) return missing(name);
      fields[name] = null;
    } else if (typeof value !== "string") {
      return { kind: "invalid-body", detail: `The field "${name}" must be a text.` };
    } else if (isLonger(value, lengthMax)) {
      return {
        kind: "invalid-body",
        detail: `The field "${name}" has more than ${lengthMax} characters.`,
      };
    } else {
      fields[name] = value;
    }
  }
  return { kind: "fields", fields: fields as FieldsOf<Specification> };
}

/** Counts only what may be too long: no text has more code points than UTF-16 units. */
function isLonger(text: string, lengthMax: number): boolean {
  return text.length > lengthMax && Array.from(text).length > lengthMax;
}

export function missing(name: string): InvalidBody {
  return { kind: "invalid-body", detail: `The field "${name}" is missing.` };
}
