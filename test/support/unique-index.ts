import { DataRefusedError } from "../../src/adapters/postgres/errors.ts";

/** What a constraint of the schema forbids; nothing is written. */
export class ConstraintViolation extends DataRefusedError {
  readonly constraint: string;

  constructor(sqlState: string, constraint: string) {
    super(sqlState, constraint);
    this.constraint = constraint;
  }
}

const UNIQUE_VIOLATION = "23505";

/** A unique constraint and the index behind it. */
export class UniqueIndex<Row> {
  readonly #constraint: string;
  readonly #keyOf: (row: Row) => string;
  readonly #rows = new Map<string, Row>();

  constructor(constraint: string, keyOf: (row: Row) => string) {
    this.#constraint = constraint;
    this.#keyOf = keyOf;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  /** Throws `ConstraintViolation` where the key is taken. */
  add(row: Row): void {
    const key = this.#keyOf(row);
    if (this.#rows.has(key)) throw new ConstraintViolation(UNIQUE_VIOLATION, this.#constraint);
    this.#rows.set(key, row);
  }

  delete(row: Row): void {
    this.#rows.delete(this.#keyOf(row));
  }
}
