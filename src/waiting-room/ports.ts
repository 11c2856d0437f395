/** One who is in the lobby. */
export interface LobbyMember {
  /** 16 bytes, the same for the same phone. */
  readonly passId: Uint8Array;
  readonly isVerified: boolean;
}

/** What is stored of one sale's waiting room. Instants are milliseconds since the Unix epoch. */
export interface StoredRoom {
  /** 32 bytes, secret until it is drawn. */
  readonly seed: Uint8Array;
  /** Nobody joins the lobby after it. */
  readonly closedAtMs: number | null;
  /** Of the closed list, 32 bytes. */
  readonly root: Uint8Array | null;
  /** What the beacon said; null until it is known. */
  readonly beaconValue: string | null;
  /** Why an operator had it drawn without the beacon that was named. */
  readonly beaconMissing: string | null;
  readonly drawnAtMs: number | null;
  /** Places behind the lobby that any process may have given out. */
  readonly tailReserved: number;
}

/** How far into the line people were let in, and when. */
export interface AdmissionRecord {
  readonly atMs: number;
  /** The first so many of the line. */
  readonly upTo: number;
}

/** What of the waiting rooms outlives a process. Every call throws when the database is away. */
export interface WaitingRoomStore {
  /** The room as stored; made with the seed where the sale has none yet, so that two processes share one. */
  open(saleId: number, seed: Uint8Array): Promise<StoredRoom>;
  /** All of them or, where the list is closed, none. Joining again changes nothing but that a phone was verified. */
  join(saleId: number, members: readonly LobbyMember[]): Promise<"joined" | "closed">;
  /** Those in the lobby now, in ascending order of the pass ids' bytes. */
  members(saleId: number): Promise<readonly LobbyMember[]>;
  /** Closes the list for good, once; the list in ascending order of the pass ids' bytes. */
  close(saleId: number): Promise<{
    readonly closedAtMs: number;
    readonly members: readonly LobbyMember[];
  }>;
  /** Of the closed list; to be public before the seed is. */
  setRoot(saleId: number, root: Uint8Array): Promise<void>;
  /** From here on the seed is public; answers the room with its instant, the first one whoever asks. */
  setDrawn(saleId: number): Promise<StoredRoom>;
  /** The first serial of a block of places behind the lobby that nobody else gives out. */
  reserveTail(saleId: number, count: number): Promise<number>;
  /** Gives back reserved serials that nobody was given: those from `first` to `end - 1`, unless more were reserved since. */
  returnTail(
    saleId: number,
    unused: { readonly first: number; readonly end: number },
  ): Promise<void>;
  recordAdmission(
    saleId: number,
    record: AdmissionRecord & { readonly lineCount: number },
  ): Promise<void>;
  /** In ascending order: those since the instant, and the last one before it. */
  admissionsSince(saleId: number, sinceMs: number): Promise<readonly AdmissionRecord[]>;
}
