import type { FileValue } from "../../organiser/file-value.ts";
import type { JsonPath } from "./json-path.ts";

interface WholeRange {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** An object in a gateway file, some of whose keys may be left out or be of more than one type. */
export class FileSection<Key extends string> {
  readonly value: FileValue;
  readonly #json: unknown;
  readonly #members: Readonly<Record<Key, FileValue>>;

  /** `json` is what the value was made of; any key besides `keys` is a fault. */
  constructor(value: FileValue, json: unknown, keys: readonly Key[]) {
    this.value = value;
    this.#json = json;
    this.#members = value.members(keys);
  }

  at(key: Key): FileValue {
    return this.#members[key];
  }

  has(key: Key): boolean {
    return this.#members[key].isPresent;
  }

  /** Of any type; undefined where there is none. */
  raw(key: Key): unknown {
    return memberOf(this.#json, key);
  }

  section<Inner extends string>(key: Key, keys: readonly Inner[]): FileSection<Inner> {
    return new FileSection(this.at(key), this.raw(key), keys);
  }

  whole(key: Key, { fallback, min, max }: WholeRange): number {
    return this.has(key) ? this.at(key).whole(min, max) : fallback;
  }

  flag(key: Key, fallback: boolean): boolean {
    const raw = this.raw(key);
    if (raw === undefined || typeof raw === "boolean") return raw ?? fallback;
    this.at(key).refuse("must be true or false");
    return fallback;
  }

  /** Without a fallback the key is required. */
  choice<Choice extends string>(key: Key, choices: readonly Choice[], fallback?: Choice): Choice {
    const text = this.has(key) || fallback === undefined ? this.at(key).text() : fallback;
    const choice = choices.find((known) => known === text);
    if (choice !== undefined) return choice;
    if (text !== "") this.at(key).refuse(`is none of ${choices.join(", ")}`);
    return choices[0] as Choice;
  }

  path(key: Key): JsonPath {
    const path = this.at(key).text().split(".");
    if (path.length > 1 && path.includes("")) {
      this.at(key).refuse("is no path like messages.0.status");
    }
    return path;
  }

  /** One or a list, compared as texts, so that `0` in the file means 0 and "0" alike. */
  scalars(key: Key): readonly string[] {
    const raw = this.raw(key);
    const scalars: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
    const areScalars = scalars.every((scalar) => /^(string|number|boolean)$/.test(typeof scalar));
    if (!areScalars || scalars.length === 0) {
      this.at(key).refuse("must be a text, a number, true or false, or a list of such");
    }
    return scalars.map(String);
  }
}

export function memberOf(json: unknown, key: string): unknown {
  const isObject = typeof json === "object" && json !== null;
  return isObject && Object.hasOwn(json, key) ? (json as Record<string, unknown>)[key] : undefined;
}
