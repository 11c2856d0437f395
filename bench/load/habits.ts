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
  smsLostShare: 0.015,
  /** After the button to send again woke, and the SMS is still not there. */
  asksAgainAfterMs: { median: 3_000, spread: 0.5 },

  /** Of waiting for the service in all, the opening apart. */
  patienceMs: { median: 90_000, spread: 0.6 },
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

/** The rhythm of the pages themselves, as in `src/web/attend/tick-watch.ts`, `src/web/ticket/status-watch.ts`, `src/web/parts/api.ts`. */
export const PAGE_RHYTHM = {
  tickEveryMs: 20_000,
  tickJitter: 0.5,
  statusJitter: 0.5,
  callTimeoutMs: 15_000,
} as const;
