/** Why there is no embedded PostgreSQL, in one sentence a person can act on. Trying again unchanged does not help. */
export class EmbeddedPostgresError extends Error {
  override readonly name: string = "EmbeddedPostgresError";
}

/** Another copy of Floodgate holds the database of this folder; it was left undisturbed. */
export class AlreadyRunningError extends EmbeddedPostgresError {
  override readonly name = "AlreadyRunningError";

  constructor(dataFolder: string) {
    super(`Another copy of Floodgate is running on ${dataFolder}. Stop it first.`);
  }
}
