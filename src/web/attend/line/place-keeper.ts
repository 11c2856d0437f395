import type { EventApi, Tick } from "../../parts/api.ts";
import type { AttendFlow } from "../attend-flow.ts";
import type { AttendAction, AttendState } from "../attend-state.ts";
import type { SaleNow } from "../sale-now.ts";
import type { HeldPass } from "./held-pass.ts";
import { SEAT_KEPT_MS } from "./held-pass.ts";
import { drawnPlace } from "./place.ts";

export interface PlaceKeeperParts {
  readonly api: Pick<EventApi, "draw">;
  readonly clock: { nowMs(): number };
  readonly state: () => AttendState;
  readonly dispatch: (action: AttendAction) => void;
  readonly flow: Pick<AttendFlow, "join" | "askHowLongKept">;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Before the opening nobody gains by being first, so a crowd that stood ready joins over this time. */
const JOIN_SPREAD_MS = 20_000;

/** Does what nobody has to press a button for: joins with a proved phone, finds the drawn place, sees the turn come. */
export class PlaceKeeper {
  readonly #parts: PlaceKeeperParts;
  /** One try for each proof of a phone; after it there is a button. */
  #joinedWith: string | null = null;
  #stoodReady = false;
  /** The last answer that more was asked about; one question for each is enough. */
  #askedOf: Tick | null = null;
  /** When the turn had not come yet: the seat may be kept from just after it. */
  #aheadAtMs: number | null = null;

  constructor(parts: PlaceKeeperParts) {
    this.#parts = parts;
  }

  /** To be called on every second and after every answer. */
  keep(tick: Tick, now: SaleNow | null): void {
    const { state, dispatch, clock, flow } = this.#parts;
    const { pass } = state();
    if (now === null) return;
    if (pass === null) return this.#joinIfReady(now);
    if (pass.saleNumber !== now.sale.number) return dispatch({ kind: "pass-dropped" });
    const { line } = tick;
    if (line?.phase !== "drawn" || pass.turn.kind !== "ahead") return;
    if (pass.place === null) return this.#askOnce(tick, () => this.#findPlace(pass));
    if (pass.place >= line.threshold) {
      this.#aheadAtMs = tick.nowMs;
      return;
    }
    const untilMs = (this.#aheadAtMs ?? 0) + SEAT_KEPT_MS[pass.cost];
    if (untilMs > clock.nowMs()) return dispatch({ kind: "turn-came", untilMs });
    this.#askOnce(tick, () => flow.askHowLongKept(pass));
  }

  #askOnce(tick: Tick, ask: () => Promise<void>): void {
    if (this.#askedOf === tick) return;
    this.#askedOf = tick;
    // Neither rejects: the API's calls answer in values.
    void ask();
  }

  #joinIfReady({ sale, state: saleState }: SaleNow): void {
    const { state, flow, random } = this.#parts;
    const { verification, purpose, activity } = state();
    if (verification === null || sale.lobby === undefined) return;
    if (saleState === "scheduled" || saleState === "verifying") this.#stoodReady = true;
    if (saleState !== "lobby" && saleState !== "open") return;
    if (purpose === "recover" || activity.kind !== "idle") return;
    if (verification === this.#joinedWith) return;
    this.#joinedWith = verification;
    const delayMs = this.#stoodReady && saleState === "lobby" ? random() * JOIN_SPREAD_MS : 0;
    setTimeout(() => {
      // `join` shows its own failures.
      if (state().pass === null) void flow.join(sale.number);
    }, delayMs);
  }

  async #findPlace({ pass, saleNumber }: HeldPass): Promise<void> {
    const { api, state, dispatch, flow } = this.#parts;
    const drawn = await api.draw();
    if (drawn.kind !== "ok" || drawn.body === null) return;
    // Without TLS a browser has no cryptography; the service tells the place as well.
    if (!isSecureContext) return flow.join(saleNumber);
    const place = await drawnPlace(pass, drawn.body);
    if (state().pass?.pass === pass) dispatch({ kind: "placed", place });
  }
}
