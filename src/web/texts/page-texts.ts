import type { StatusBody } from "../../http/wire.ts";

/** What the pages say that a server draws whole, in one language. The form's own texts are beside the form. */
export interface PageTexts {
  readonly language: string;
  readonly index: {
    readonly title: string;
    readonly none: string;
    readonly opens: (instant: string) => string;
  };
  readonly attend: {
    readonly registration: string;
    readonly doors: (time: string) => string;
    readonly scriptsOff: string;
    readonly scriptsOffLead: string;
    /** What else they are for where there is a waiting room. */
    readonly scriptsOffLine: string;
    readonly sales: string;
  };
  readonly ticket: {
    readonly ticketOf: string;
    readonly download: string;
    readonly dayOf: (day: string, dayCount: string) => string;
    readonly doors: string;
    readonly number: string;
    readonly name: string;
    readonly venue: string;
    readonly qrCode: (date: string) => string;
    readonly barcode: (date: string) => string;
    readonly atTheGate: string;
    readonly foot: string;
    readonly sms: string;
    readonly mail: string;
  };
  readonly delivery: DeliveryTexts;
  readonly problem: {
    readonly toEvents: string;
    readonly missing: ProblemWords;
    readonly busy: ProblemWords;
    readonly broken: ProblemWords;
  };
}

/** Plain data, so that the ticket page can hand it to its script. */
export interface DeliveryTexts {
  readonly states: Readonly<Record<StatusBody["sms" | "mail"]["state"], string>>;
  /** By plural form; `#` stands for how many messages are before this one. */
  readonly queuedBehind: Readonly<
    Partial<Record<Intl.LDMLPluralRule, string>> & Record<"other", string>
  >;
  /** Before the wait. */
  readonly comma: string;
  /** `#` stands for a duration, as in `18 minutes`. */
  readonly about: string;
  readonly underMinute: string;
}

export interface ProblemWords {
  readonly title: string;
  readonly detail: string;
}
