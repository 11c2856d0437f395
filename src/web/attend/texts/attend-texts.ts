import type { SaleState } from "../../../sale/sale.ts";
import type { ProofTexts } from "../../texts/proof-texts.ts";
import type { ComplaintCode } from "../attend-state.ts";
import type { LineTexts } from "./line-texts.ts";

/**
 * Everything the form says, in one language. Numbers, dates and waits come into these sentences already written
 * in its digits; counts come as numbers, because nouns bend with them.
 */
export interface AttendTexts {
  readonly states: Readonly<Record<SaleState, string>>;
  readonly seats: (count: number) => string;
  readonly seatsLeft: (count: number) => string;
  readonly seatsTaken: string;
  readonly stepOf3: (step: number) => string;

  readonly opensIn: string;
  readonly opensInWait: (wait: string) => string;
  readonly whereYouAre: (instant: string) => string;
  readonly scheduled: {
    readonly title: string;
    readonly opening: (seatCount: number, instant: string) => string;
    readonly verifying: (instant: string) => string;
    readonly keepPage: string;
  };
  readonly early: {
    readonly title: string;
    readonly lead: (instant: string) => string;
    readonly readyTitle: string;
    readonly readyLead: string;
  };
  readonly line: LineTexts;
  readonly paused: string;
  readonly full: {
    readonly title: (seatCount: number) => string;
    readonly none: string;
    readonly next: (seatCount: number, instant: string) => string;
    readonly holder: string;
  };
  readonly closed: { readonly title: string; readonly lead: string };

  readonly phone: {
    readonly title: string;
    readonly lead: string;
    readonly label: string;
    readonly country: string;
    readonly note: string;
    readonly recoverNote: string;
    readonly send: string;
  };
  readonly code: {
    readonly title: string;
    /** Stands before the number on a line of its own. */
    readonly sentTo: string;
    readonly recoverSentTo: string;
    readonly changeNumber: string;
    readonly label: string;
    readonly goodFor: (wait: string) => string;
    readonly mayHaveRunOut: string;
    readonly triesLeft: (count: number) => string;
    readonly confirm: string;
    readonly noMessage: string;
    readonly leavesIn: (wait: string) => string;
    readonly sendAgain: string;
    readonly sendAgainIn: (wait: string) => string;
  };
  readonly details: {
    readonly title: string;
    readonly lead: string;
    readonly otherPhone: string;
    readonly name: string;
    readonly nameNote: string;
    readonly email: string;
    readonly emailNote: string;
    readonly send: string;
  };
  readonly done: {
    readonly title: string;
    readonly holderTitle: string;
    readonly number: string;
    readonly lead: string;
    readonly holderLead: string;
    readonly open: string;
    readonly download: string;
    readonly another: string;
  };
  readonly recover: {
    readonly title: string;
    readonly lead: string;
    readonly lost: string;
    readonly getBack: string;
    readonly noTicket: string;
    readonly backToRegistration: string;
  };
  readonly retry: {
    readonly tryAgainIn: (wait: string) => string;
    readonly tryingAgainIn: (wait: string) => string;
    readonly keepTrying: string;
    readonly tryNow: string;
    readonly stop: string;
  };
  readonly proof: ProofTexts;
  /** What happened, and what to do now. */
  readonly problems: Readonly<Record<ComplaintCode, string>>;
}
