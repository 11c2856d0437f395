/** What a provider and its customer agree on. */
export interface CodeContract {
  readonly segmentsPerS: number;
  /** Messages without an answer. */
  readonly inFlightMax: number;
}
