/** Whether the call took effect is unknown; running a commit again with the same ids is safe. */
export class DatabaseDeadlineError extends Error {
  override readonly name = "DatabaseDeadlineError";

  constructor(deadlineMs: number) {
    super(`the database did not answer within ${deadlineMs} ms`);
  }
}

/**
 * PostgreSQL refused the data (SQLSTATE classes 22 and 23): nothing is written and the same data fails again.
 * Its own message and detail quote values, personal ones too, so neither they nor a cause are kept.
 */
export class DataRefusedError extends Error {
  override readonly name = "DataRefusedError";
  readonly sqlState: string;

  constructor(sqlState: string, place: string) {
    super(`PostgreSQL refused the data: SQLSTATE ${sqlState} ${place}`.trimEnd());
    this.sqlState = sqlState;
  }
}
