import type { Lobby, Sale } from "../../sale/event.ts";
import type { SaleState } from "../../sale/sale.ts";
import { saleState } from "../../sale/sale.ts";
import type { Tick, TickSale } from "../parts/api.ts";

/** The current sale as the page sees it at an instant; null when the event's last sale has closed. */
export interface SaleNow {
  readonly sale: Sale;
  readonly state: SaleState;
  readonly remaining: number;
}

/**
 * Works out the sale from the last tick and the clock, so that the form opens on the instant and not at the
 * next question to the server. A sale the page was not sent with (a later change) is taken as the tick tells it.
 */
export function saleNow(sales: readonly Sale[], tick: Tick, nowMs: number): SaleNow | null {
  const told = tick.sale;
  if (told === null) return null;
  if (nowMs >= told.closesAtMs) {
    const next = sales.find(({ number, closesAtMs }) => number > told.number && nowMs < closesAtMs);
    return next === undefined
      ? null
      : seen(next, { nowMs, remaining: next.quota, isPaused: false });
  }
  const known = sales.find(({ number }) => number === told.number);
  const { number, opensAtMs, closesAtMs } = told;
  const lobby = tick.line === null ? known?.lobby : (known?.lobby ?? lobbyAsTold(told, tick.nowMs));
  const sale: Sale = {
    id: known?.id ?? 0,
    number,
    verifyFromMs: known?.verifyFromMs ?? opensAtMs,
    opensAtMs,
    closesAtMs,
    quota: Math.max(known?.quota ?? 0, tick.remaining),
    ...(lobby && { lobby }),
  };
  if (told.state === "full") return { sale, state: "full", remaining: 0 };
  return seen(sale, { nowMs, remaining: tick.remaining, isPaused: told.state === "paused" });
}

/** Of a waiting room the page was not sent with it is known only whether it is open. */
function lobbyAsTold({ state, opensAtMs }: TickSale, nowMs: number): Lobby {
  return { fromMs: state === "lobby" ? Math.min(nowMs, opensAtMs) : opensAtMs };
}

function seen(
  sale: Sale,
  at: { readonly nowMs: number; readonly remaining: number; readonly isPaused: boolean },
): SaleNow {
  const sold = sale.quota - at.remaining;
  const state = saleState(sale, { nowMs: at.nowMs, sold, isPaused: at.isPaused });
  return { sale, state, remaining: at.remaining };
}
