import { ok as assert } from "node:assert";
import type { Event, Sale } from "../sale/event.ts";
import type { KeyRing } from "../ticket/signing-key.ts";
import type { Receipt, ReceiptStatement } from "./receipt.ts";
import { receiptStatement, signReceipt } from "./receipt.ts";
import type { ReceiptStore } from "./receipt-ports.ts";

export interface SignedStatement {
  readonly statement: ReceiptStatement;
  readonly receipt: Receipt;
}

/** A sale as it is known now. */
export interface SaleNow {
  readonly event: Event;
  readonly sale: Sale;
  /** Seats left. */
  readonly remaining: number;
  readonly nowMs: number;
}

export interface ReceiptsOptions {
  readonly store: ReceiptStore;
  readonly ring: KeyRing;
  /** Receipts kept: of that many sales. */
  readonly countMax: number;
}

/** Seats asked for just before the closing are committed within it; a receipt before that would not be the last. */
const SETTLE_MS = 60_000;

/** The receipts of sales that have ended, each made once for as long as its sale stays as it is. */
export class Receipts {
  readonly #options: ReceiptsOptions;
  readonly #kept = new Map<number, SignedStatement>();
  /** One for each sale at most, however many ask. */
  readonly #underWay = new Map<number, Promise<SignedStatement | null>>();

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  /** Null while the sale has not ended; throws when the database is away. */
  async find(now: SaleNow): Promise<SignedStatement | null> {
    const { sale, remaining, nowMs } = now;
    const seats = sale.quota - remaining;
    if (!hasEnded({ ...sale, seats }, nowMs)) return null;
    const kept = this.#kept.get(sale.id);
    if (kept?.statement.quota === sale.quota && kept.statement.seats === seats) return kept;
    const underWay = this.#underWay.get(sale.id);
    if (underWay !== undefined) return underWay;
    const making = this.#make(now).finally(() => this.#underWay.delete(sale.id));
    this.#underWay.set(sale.id, making);
    return making;
  }

  /** By what the database says: it may know of a greater quota before we do. */
  async #make({ event, sale, nowMs }: SaleNow): Promise<SignedStatement | null> {
    const totals = await this.#options.store.findTotals(sale.id);
    if (totals === null || !hasEnded(totals, nowMs)) return null;
    const key = this.#options.ring.versions.get(event.keyId);
    assert(key !== undefined, `the ring has version ${event.keyId} of the ticket key`);
    const of = { host: event.host, event: event.slug, sale: sale.number };
    const statement = receiptStatement(of, totals);
    const made = { statement, receipt: signReceipt(statement, key) };
    this.#keep(sale.id, made);
    return made;
  }

  #keep(saleId: number, made: SignedStatement): void {
    this.#kept.delete(saleId);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= this.#options.countMax) {
      this.#kept.delete(oldest);
    }
    this.#kept.set(saleId, made);
  }
}

function hasEnded(
  sale: { readonly quota: number; readonly seats: number; readonly closesAtMs: number },
  nowMs: number,
): boolean {
  return sale.seats >= sale.quota || nowMs >= sale.closesAtMs + SETTLE_MS;
}
