import type { LogNormal } from "./distributions.ts";

/**
 * What people do and how long it takes them, in milliseconds and shares of one. They are estimates, on the hurried side;
 * whoever knows their own crowd better changes them here.
 */
export const HABITS = {
  /** Reads the page and leaves. */
  onlyLooksShare: 0.04,
  /** Comes early and does nothing before the opening, though the phone could be proved. */
  waitsShare: 0.35,
  /** Loads the page anew while waiting, about so often; and once more at the opening. */
  refreshEveryMs: 40_000,
  refreshesAtOpeningShare: 0.15,

  readsPageMs: { median: 5_000, spread: 0.6 },
  /** A phone's work for a place in the line: a second on a good one. */
  solvesProofMs: { median: 2_000, spread: 0.8 },
  noticesTurnMs: { median: 3_000, spread: 0.6 },
  refreshesInLineEveryMs: 120_000,
  leavesLineAfterMs: { median: 30_000, spread: 1 },
  backInLineAfterMs: { median: 90_000, spread: 0.7 },
  typesPhoneMs: { median: 6_000, spread: 0.5 },
  readsCodeMs: { median: 5_000, spread: 0.5 },
  typesDetailsMs: { median: 15_000, spread: 0.5 },
  correctsMs: { median: 4_000, spread: 0.5 },
  pressesAtOpeningMs: { median: 700, spread: 0.6 },

  /** Mobile networks put many behind one address; Wi-Fi at home gives most a block of their own. */
  behindCarrierShare: 1 / 3,
  peoplePerCarrierAddress: 200,

  mistypesPhoneShare: 0.02,
  mistypesCodeShare: 0.08,

  /** Between the gateway and the phone. */
  smsTravelsMs: { median: 3_000, spread: 0.6 },
  /** After the button to send again woke, and the SMS is still not there. */
  asksAgainAfterMs: { median: 3_000, spread: 0.5 },

  comesBackShare: 0.5,
  comesBackAfterMs: { median: 20_000, spread: 0.5 },

  /** The network breaks while the registration is under way; the page sends it again. */
  cutShare: 0.01,
  cutWithinMs: 50,
  registersTwiceShare: 0.03,

  looksAtTicketMs: { median: 15_000, spread: 0.7 },
  downloadsShare: 0.35,
  pressesDownloadMs: { median: 4_000, spread: 0.5 },
  /** Of a page or a download that did not come. */
  loadTriesMax: 5,
} as const satisfies Readonly<Record<string, number | LogNormal>>;

/** How much can go wrong between people and the service. */
export interface Mood {
  readonly smsLostShare: number;
  /** Of waiting for the service in all, the opening and the line apart. */
  readonly patienceMs: LogNormal;
  /** Closes the page while waiting in line. */
  readonly leavesLineShare: number;
}

export const ORDINARY_MOOD: Mood = {
  smsLostShare: 0.015,
  patienceMs: { median: 90_000, spread: 0.6 },
  leavesLineShare: 0.08,
};

/** Whoever leaves has a seat kept for minutes, which a run of seconds cannot wait for. */
export const STEADY_MOOD: Mood = {
  smsLostShare: 0,
  patienceMs: { median: 3_600_000_000, spread: 0 },
  leavesLineShare: 0,
};

/** The rhythm of the pages themselves, as in `src/web/ticket/status-watch.ts` and `src/web/parts/api.ts`. */
export const PAGE_RHYTHM = {
  statusJitter: 0.5,
  callTimeoutMs: 15_000,
} as const;
