/** Keys and indices into a JSON value, as in `messages.0.status`. */
export type JsonPath = readonly string[];

/** Undefined for what is not JSON. A number stays as it is written: ids are longer than a double is exact. */
export function parseJson(text: string): unknown {
  const keepNumber = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" ? (context?.source ?? value) : value;
  try {
    return JSON.parse(text, keepNumber);
  } catch {
    return undefined;
  }
}

/** Undefined where the path leads nowhere; it reaches no key that JSON did not bring. */
export function valueAt(json: unknown, path: JsonPath): unknown {
  let value = json;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** A text, number or boolean as text; null for anything else, or nothing. */
export function textAt(json: unknown, path: JsonPath): string | null {
  const value = valueAt(json, path);
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  return isScalar && value !== "" ? String(value) : null;
}
