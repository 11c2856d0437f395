/**
 * The text form of a PostgreSQL array, to be cast in the statement (`::text[]`): one parameter for a column of
 * any length, without the driver's own look-up of array types.
 */
export function arrayLiteral(values: readonly (string | number | null)[]): string {
  return `{${values.map(element).join(",")}}`;
}

function element(value: string | number | null): string {
  if (typeof value !== "string") return String(value);
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
