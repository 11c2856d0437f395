/**
 * Whether a program of the machine is there for a test that needs it. Where it is not, a person is told
 * what stays unproven, and a CI run (`CI=true`) fails.
 */
export function needs(program: string): boolean {
  if (Bun.which(program) !== null) return true;
  const message = `${program} is not installed: the tests that look through it prove nothing here`;
  if (process.env["CI"] === "true") throw new Error(message);
  console.warn(`\n!!! ${message}\n`);
  return false;
}
