import { closestWord } from "./spelling.ts";

/**
 * A value somewhere in a JSON file, with the path to it. Reading what is not as asked records a fault and goes
 * on, so that one reading finds them all. A faulty text reads as "" and a faulty number as NaN, for which no
 * comparison holds: one fault never breeds another.
 */
export class FileValue {
  readonly path: string;
  readonly #value: unknown;
  readonly #faults: string[];

  constructor(value: unknown, path: string, faults: string[]) {
    this.#value = value;
    this.path = path;
    this.#faults = faults;
  }

  get isPresent(): boolean {
    return this.#value !== undefined;
  }

  refuse(sentence: string): void {
    this.#faults.push(`${this.path === "" ? "the file" : this.path}: ${sentence}`);
  }

  /** The members under `keys`, each present or not; any other key is a fault. */
  members<Key extends string>(keys: readonly Key[]): Record<Key, FileValue> {
    if (!isObject(this.#value)) {
      this.#refuseType("an object { … }");
      return this.#children(keys, {}, []);
    }
    for (const key of Object.keys(this.#value)) {
      if (!keys.some((known) => known === key)) this.#refuseKey(key, keys);
    }
    return this.#children(keys, this.#value, this.#faults);
  }

  /** The members of a list of at least one. */
  list(countMax: number): readonly FileValue[] {
    const value: unknown = this.#value;
    if (!Array.isArray(value)) {
      this.#refuseType("a list [ … ]");
      return [];
    }
    if (value.length === 0) this.refuse("must not be empty");
    if (value.length > countMax) this.refuse(`at most ${countMax}, but there are ${value.length}`);
    return value
      .slice(0, countMax)
      .map((item, index) => new FileValue(item, `${this.path}[${index}]`, this.#faults));
  }

  text(): string {
    if (typeof this.#value !== "string") this.#refuseType("a text");
    else if (this.#value.trim() === "") this.refuse("must not be empty");
    else return this.#value;
    return "";
  }

  /** A text that may be empty or absent. */
  textOrNone(): string {
    return this.#value === undefined || this.#value === "" ? "" : this.text();
  }

  whole(min: number, max: number): number {
    const value = this.#value;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    this.#refuseType(`a whole number from ${min} to ${max}`);
    return Number.NaN;
  }

  /** Those of what is no object report into nowhere: that it is none has been said. */
  #children<Key extends string>(
    keys: readonly Key[],
    object: Record<string, unknown>,
    faults: string[],
  ): Record<Key, FileValue> {
    const entries = keys.map((key) => {
      const value = Object.hasOwn(object, key) ? object[key] : undefined;
      return [key, new FileValue(value, this.#pathOf(key), faults)] as const;
    });
    return Object.fromEntries(entries) as Record<Key, FileValue>;
  }

  #pathOf(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  #refuseKey(key: string, keys: readonly string[]): void {
    const meant = closestWord(key, keys);
    const hint = meant === null ? `known are ${keys.join(", ")}` : `did you mean ${meant}?`;
    this.#faults.push(`${this.#pathOf(key)}: no such key; ${hint}`);
  }

  #refuseType(wanted: string): void {
    this.refuse(this.isPresent ? `must be ${wanted}` : `is missing; must be ${wanted}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
