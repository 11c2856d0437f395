import type { InvalidBody } from "./problem.ts";
import type { JsonObject } from "./request-body.ts";

/** A text field of a body; its length is counted in UTF-16 units. */
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
    } else if (value.length > lengthMax) {
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

export function missing(name: string): InvalidBody {
  return { kind: "invalid-body", detail: `The field "${name}" is missing.` };
}
