/** The ladder as the service tells of it, for whoever is not in the process. */
export interface ToldMode {
  readonly level: number;
  /** In an operator's words. */
  readonly cause: string;
  /** Milliseconds since the Unix epoch. */
  readonly sinceMs: number;
}

export interface ModeStore {
  /**
   * Tells where the ladder stands, and answers where an operator holds it; null lets it move by itself. Throws when the
   * database is away.
   */
  tell(mode: ToldMode): Promise<number | null>;
}
