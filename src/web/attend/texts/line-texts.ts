import type { PassCost } from "../../parts/api.ts";
import type { Chance } from "../line/chance.ts";

/** What the form says of the waiting room: before the opening, in the line, and at one's turn. */
export interface LineTexts {
  /** Before it opens. */
  readonly lobbyFrom: (instant: string) => string;
  /** In place of what is said where the opening is open to all. */
  readonly early: {
    readonly lead: (instant: string) => string;
    readonly readyLead: string;
  };
  readonly join: {
    readonly lobbyTitle: string;
    readonly lobbyLead: (instant: string) => string;
    readonly title: string;
    readonly lead: string;
    readonly byCode: string;
    readonly byProof: string;
    readonly send: string;
  };
  readonly draw: {
    readonly title: string;
    readonly drawnIn: string;
    readonly drawnAt: (instant: string) => string;
    readonly sameChance: string;
    /** Where it is closed before the opening. */
    readonly listCloses: (time: string) => string;
    readonly people: (count: number) => string;
    readonly stay: string;
    readonly drawing: string;
  };
  readonly placing: { readonly title: string; readonly lead: string };
  readonly waiting: {
    readonly title: string;
    readonly aheadOfYou: string;
    readonly about: (count: string) => string;
    readonly fewerThan: (count: string) => string;
    readonly turnIn: (wait: string) => string;
    readonly turnSoon: string;
    /** In more than three hours. */
    readonly turnFarOff: string;
    readonly turnUnknown: string;
    readonly chance: Readonly<Record<Chance, string>>;
    readonly stay: string;
    readonly keptFor: (wait: string) => string;
  };
  readonly turn: {
    readonly title: string;
    /** Stands before the event's name in the tab. */
    readonly tabTitle: string;
    readonly keptFor: string;
    readonly over: string;
    readonly phoneNote: string;
  };
  readonly lapsed: { readonly title: string; readonly lead: string };
  readonly joinAgain: string;
  readonly fillIn: string;
  readonly notYet: string;
  /** Before the number. */
  readonly yours: string;
  readonly cost: Readonly<Record<PassCost, string>>;
  readonly lost: string;
}
