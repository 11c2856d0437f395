import type { Mutant } from "./mutant.ts";

const TABLES = "test/support/tables.ts";
const OUTBOX = "test/support/outbox-table.ts";
const POSTGRES = "test/sim/simulated-postgres.ts";

/**
 * Bugs of the SQL, planted in the simulated PostgreSQL. The same are planted in the real function by
 * `test/adapters/postgres/planted-sql.test.ts`, where the contract suite must find them.
 */
export const databaseMutants: readonly Mutant[] = [
  {
    name: "commits on a snapshot older than the lock",
    patches: [
      {
        file: POSTGRES,
        find: "        this.#lock(this.#eventIdOf(saleId), (release) =>",
        replace: `        try {
          members.early = this.#options.tables.planCommit(saleId, members, this.#options.schedule.nowMs);
        } catch {}
        this.#lock(this.#eventIdOf(saleId), (release) =>`,
      },
      {
        file: POSTGRES,
        find: "const plan = tables.planCommit(saleId, members, schedule.nowMs);",
        replace:
          "const plan = members.early ?? tables.planCommit(saleId, members, schedule.nowMs);",
      },
    ],
  },
  {
    name: "cuts one seat beyond the quota",
    patches: [
      {
        file: TABLES,
        find: "if (ordinal > sale.quota) break;",
        replace: "if (ordinal > sale.quota + 1) break;",
      },
      {
        file: TABLES,
        find: "if (sold > quota) throw",
        replace: "if (sold > quota + 1) throw",
      },
    ],
  },
  {
    name: "does not see the same phone twice in a batch",
    patches: [
      {
        file: TABLES,
        find: "if (holderOf(member.phone) !== undefined ||",
        replace: "if (this.#holder(eventId, member.phone) !== undefined ||",
      },
    ],
  },
  {
    name: "writes the outbox outside the transaction",
    patches: [
      {
        file: TABLES,
        find: "this.#outbox.add(this.#outboxRow(this.#lastOutboxId, row), committedAtMs);",
        replace:
          "const id = this.#lastOutboxId;\n      queueMicrotask(() => this.#outbox.add(this.#outboxRow(id, row), committedAtMs));",
      },
    ],
  },
  {
    name: "does not judge when a claim was taken",
    patches: [
      {
        file: TABLES,
        find: `if (takenAtMs < sale.opensAtMs) return { kind: "not-open" };`,
        replace: "",
      },
      {
        file: "src/quota/quota.ts",
        find: `return now === "open" ?`,
        replace: `return now === "open" || now === "verifying" ?`,
      },
    ],
  },
  {
    name: "tells whoever finds the phone taken that the seat is new",
    patches: [
      {
        file: TABLES,
        find: `return { kind: isOwn ? "committed" : "holder", seat: seatOf(held) };`,
        replace: `return { kind: "committed", seat: seatOf(held) };`,
      },
    ],
  },
  {
    name: "finds no holder",
    patches: [
      {
        file: TABLES,
        find: "return held === undefined ? null : seatOf(held);",
        replace: "return null;",
      },
    ],
  },
  {
    name: "lets two relays claim one row at once",
    patches: [{ file: OUTBOX, find: "if (channel.dueAtMs > nowMs) continue;", replace: "" }],
  },
  {
    name: "lets the instants of commits go back",
    patches: [
      {
        file: TABLES,
        find: "const committedAtMs = Math.max(nowMs, stored.lastCommittedAtMs);",
        replace: "const committedAtMs = Math.min(...members.map((member) => member.takenAtMs));",
      },
    ],
  },
];
