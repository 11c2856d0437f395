import type { AttendState } from "./attend-state.ts";
import { attend, emptyState } from "./attend-state.ts";
import type { HeldPass } from "./line/held-pass.ts";

/** The two browser stores, or anything like them; asking for one can throw where cookies are forbidden. */
export interface Shelves {
  /** Lives with the tab: where the person was, so that a reload goes on from there. */
  readonly session: () => Shelf;
  /** Outlives the tab: a phone proved before the opening, what was typed beside it, and a place in the line. */
  readonly local: () => Shelf;
}

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface SavedForm {
  load(nowMs: number): AttendState;
  save(state: AttendState): void;
  /** What tabs have in common, as the last one left it. */
  shared(): Pick<AttendState, "verification" | "pass">;
  /** Whether that is where it lies. */
  isShared(key: string | null): boolean;
}

/** The form of one event. A browser that keeps nothing (private windows) costs only the memory. */
export function savedForm(shelves: Shelves, eventSlug: string): SavedForm {
  const key = `floodgate:${eventSlug}:2`;
  const passKey = `floodgate:${eventSlug}:pass`;
  let savedPass: HeldPass | null = null;
  return {
    load(nowMs) {
      const tab = read<AttendState>(shelves.session, key);
      const proof = read<Proof>(shelves.local, key);
      const known = tab ?? { ...emptyState, fields: proof?.fields ?? emptyState.fields };
      savedPass = read<HeldPass>(shelves.local, passKey);
      const state = {
        ...known,
        verification: known.verification ?? proof?.verification ?? null,
        pass: savedPass ?? known.pass ?? null,
      };
      const isStale = state.step.kind === "code" && state.step.expiresAtMs <= nowMs;
      const isFresh = tab === null || isStale || state.step.kind === "phone";
      // Nothing is under way after a reload, whatever was when the tab went.
      return isFresh
        ? attend(state, { kind: "purpose-chosen", purpose: state.purpose })
        : attend(state, { kind: "stopped" });
    },
    save(state) {
      write(shelves.session, key, state);
      const { verification, fields } = state;
      write(shelves.local, key, verification === null ? null : { verification, fields });
      // Only a change of its own: another tab may have taken a place meanwhile.
      if (state.pass !== savedPass) write(shelves.local, passKey, state.pass);
      savedPass = state.pass;
    },
    shared() {
      const proof = read<Proof>(shelves.local, key);
      savedPass = read<HeldPass>(shelves.local, passKey);
      return { verification: proof?.verification ?? null, pass: savedPass };
    },
    isShared: (changedKey) => changedKey === key || changedKey === passKey,
  };
}

type Proof = Pick<AttendState, "verification" | "fields">;

function read<Value>(shelf: () => Shelf, key: string): Value | null {
  try {
    const text = shelf().getItem(key);
    return text === null ? null : (JSON.parse(text) as Value);
  } catch {
    return null;
  }
}

function write(shelf: () => Shelf, key: string, value: object | null): void {
  try {
    if (value === null) shelf().removeItem(key);
    else shelf().setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden storage; the page works without.
  }
}
