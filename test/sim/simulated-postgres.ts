import { DataRefusedError } from "../../src/adapters/postgres/errors.ts";
import type { Email } from "../../src/attendee/email.ts";
import type { BudgetStore } from "../../src/delivery/budget-ports.ts";
import type {
  OutboxItem,
  OutboxLane,
  OutboxResult,
  OutboxStore,
} from "../../src/delivery/ports.ts";
import type { Candidate, CommitAnswer, RegistrationStore } from "../../src/quota/ports.ts";
import type { Event } from "../../src/sale/event.ts";
import type { EventSnapshot, EventStore } from "../../src/sale/ports.ts";
import type { WaitingRoomStore } from "../../src/waiting-room/ports.ts";
import { BudgetTable } from "../support/memory-budget-store.ts";
import type { WaitingRoomTables } from "../support/memory-waiting-room-store.ts";
import { MemoryWaitingRoomStore } from "../support/memory-waiting-room-store.ts";
import type { Random } from "../support/random.ts";
import type { CommitPlan, RegistrationRow, Tables } from "../support/tables.ts";
import type { Machine, Settle } from "./machine.ts";
import type { Schedule } from "./schedule.ts";
import type { Faults } from "./swarm.ts";
import type { Timeline } from "./timeline.ts";

/** The adapter's own deadline of a call, and what a quick and a slow statement take. */
const DEADLINE_MS = 10_000;
const SLOW_MS_MAX = 15_000;
const EXECUTION_MS_MAX = 5;
/** Commits are few beside polls, and the moment at which a process dies matters most there. */
const COMMIT_RISK = 10;
/** Any midnight, in ms since the epoch. */
const CALENDAR_DAY_MS = Date.UTC(2027, 0, 10);
const DOWN_MS = { min: 100, max: 8_000 } as const;

export interface SimulatedPostgresOptions {
  readonly schedule: Schedule;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly tables: Tables;
  readonly rooms: WaitingRoomTables;
  /** When its day turns, whatever the world's calendar says. */
  readonly midnightMs: number;
  readonly faults: () => Faults;
  /** Called at COMMIT, before anybody can have heard of it. */
  readonly onDurable: (rows: readonly RegistrationRow[], by: Machine) => void;
  /** The organiser's change is in force. */
  readonly onChanged: () => void;
  readonly onClaimed: (claim: Claim) => void;
  readonly onSettled: (lane: OutboxLane, results: readonly SettledRow[]) => void;
  /** A constraint that no statement of ours may ever meet. */
  readonly onImpossible: (error: unknown) => void;
}

export interface Claim {
  readonly by: Machine;
  readonly lane: OutboxLane;
  readonly items: readonly OutboxItem[];
  readonly leaseMs: number;
}

export interface SettledRow {
  readonly item: OutboxItem;
  readonly result: OutboxResult;
}

/** The stores of one process. */
export interface Stores {
  readonly registrations: RegistrationStore;
  readonly outbox: OutboxStore;
  readonly smsBudget: BudgetStore;
  readonly waitingRooms: WaitingRoomStore;
  readonly events: EventStore;
  readonly readClock: () => Promise<number>;
  readonly nextBoot: () => Promise<number>;
}

/** What runs once it has the event's lock, and gives it back. */
type LockedWork = (release: () => void) => void;

class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/**
 * PostgreSQL as a client meets it. A commit waits for the event's lock, sees the tables as they are once it has
 * it, becomes durable at one instant, and its answer may get lost on the way before or after that instant.
 */
export class SimulatedPostgres {
  readonly #options: SimulatedPostgresOptions;
  readonly #locks = new Map<number, LockedWork[]>();
  readonly #budget = new BudgetTable();
  readonly #suppressed = new Set<Email>();
  /** Counts crashes: what began before the last one never answers. */
  #life = 0;
  #isUp = true;

  constructor(options: SimulatedPostgresOptions) {
    this.#options = options;
  }

  storesOf(machine: Machine): Stores {
    const { tables, rooms, schedule, onClaimed, onSettled } = this.#options;
    const ask = <Value>(what: string, run: () => Value) => this.#statement(machine, what, run);
    return {
      registrations: {
        commitBatch: (saleId, members) => this.#commitBatch(machine, saleId, members),
        findHolders: (eventId, phones) =>
          ask("a look-up of holders", () => tables.findHolders(eventId, phones)),
      },
      outbox: {
        claim: (lane, want) =>
          ask(`a claim of ${lane}`, () => {
            const items = this.#claimOutbox(lane, want);
            onClaimed({ by: machine, lane, items, leaseMs: want.leaseMs });
            return items;
          }),
        settle: (lane, results) =>
          ask(`a settlement of ${lane}`, () => {
            tables.settleOutbox(lane, results);
            onSettled(lane, results);
          }),
        setPaused: (lane, isPaused) =>
          ask(`a pause of ${lane}`, () => tables.setLanePaused(lane, isPaused)),
      },
      smsBudget: {
        reserve: (wish) =>
          ask("a block of the budget", () => this.#budget.reserve(wish, this.#calendarMs())),
        giveBack: (rests) => ask("what is left of the budget", () => this.#budget.giveBack(rests)),
      },
      waitingRooms: new SimulatedWaitingRooms(rooms, schedule, (run) =>
        ask("the waiting room", run),
      ),
      events: { loadEvents: () => ask("a look at the events", () => tables.loadEvents()) },
      readClock: () => ask("a look at the clock", () => schedule.nowMs),
      nextBoot: () => ask("a boot number", () => tables.nextBoot()),
    };
  }

  /** The organiser's change waits for the same lock as commits do; false when there is nobody to tell. */
  changeEvent(eventId: number, change: (current: EventSnapshot) => Event): boolean {
    if (!this.#isUp) return false;
    const { tables, onChanged } = this.#options;
    this.#lock(eventId, (release) => {
      const current = tables.loadEvents().find(({ event }) => event.id === eventId);
      if (current !== undefined) tables.changeEvent(change(current));
      onChanged();
      release();
    });
    return true;
  }

  /** What an operator tells of a sale's beacon; false when there is nobody to tell. */
  settleBeacon(saleId: number, value: string | null): boolean {
    const { rooms } = this.#options;
    if (!this.#isUp || rooms.find(saleId) === null) return false;
    const told = value === null ? { beaconMissing: "it never came" } : { beaconValue: value };
    rooms.settleBeacon(saleId, told);
    return true;
  }

  /** No mail goes to the address from the next claim on. */
  suppress(address: Email): void {
    this.#suppressed.add(address);
  }

  /** As a power cut: what is not committed is gone, every connection is lost, and it comes back by itself. */
  crash(): void {
    if (!this.#isUp) return;
    const { schedule, timeline, random } = this.#options;
    const downMs = random.magnitude(DOWN_MS.min, DOWN_MS.max);
    this.#isUp = false;
    this.#life += 1;
    this.#locks.clear();
    timeline.note("postgres", `dies for ${Math.round(downMs)} ms`);
    schedule.after(downMs, () => {
      this.#isUp = true;
      timeline.note("postgres", "is back");
    });
  }

  #claimOutbox(
    lane: OutboxLane,
    want: { readonly countMax: number; readonly leaseMs: number },
  ): readonly OutboxItem[] {
    const { tables, schedule } = this.#options;
    const items = tables.claimOutbox(lane, want, schedule.nowMs);
    return items.map((item) => ({ ...item, isSuppressed: this.#suppressed.has(item.email) }));
  }

  /** As the budget's table sees it: a multiple of a day at midnight. */
  #calendarMs(): number {
    const { schedule, midnightMs } = this.#options;
    return CALENDAR_DAY_MS + schedule.nowMs - midnightMs;
  }

  #latencyMs(): number {
    return this.#options.random.magnitude(0.1, 10);
  }

  /** A statement that is a transaction of its own and waits for no lock. */
  #statement<Value>(machine: Machine, what: string, run: () => Value): Promise<Value> {
    const { schedule, random, faults } = this.#options;
    const { databaseRefusedRate, databaseLostBeforeRate, databaseLostAfterRate } = faults();
    return machine.call(what, (settle) => {
      const connection = this.#connect(machine, settle);
      if (random.chance(faults().databaseStallRate)) return;
      const isOrphan = random.chance(faults().databaseOrphanRate);
      if (isOrphan) schedule.after(this.#latencyMs(), () => connection.lose());
      const isSlow = isOrphan || random.chance(faults().databaseSlowRate);
      const takesMs = isSlow ? random.magnitude(20, SLOW_MS_MAX / 4) : 0;
      schedule.after(this.#latencyMs() + takesMs, () => {
        if (!this.#isUp || random.chance(databaseRefusedRate)) return connection.lose();
        if (random.chance(databaseLostBeforeRate)) return connection.lose();
        const value = this.#possible(run);
        if (value === null || random.chance(databaseLostAfterRate)) return connection.lose();
        schedule.after(this.#latencyMs(), () => connection.answer(value.given));
      });
    });
  }

  /** Null where a constraint forbids what no statement of ours may ever try. */
  #possible<Value>(run: () => Value): { readonly given: Value } | null {
    try {
      return { given: run() };
    } catch (error) {
      this.#options.onImpossible(error);
      return null;
    }
  }

  #commitBatch(
    machine: Machine,
    saleId: number,
    members: readonly Candidate[],
  ): Promise<CommitAnswer> {
    const { schedule, random, faults } = this.#options;
    const perform = (settle: Settle<CommitAnswer>) => {
      const unknown = (error: Error) => settle.resolve({ kind: "unknown", error });
      const connection = this.#connect(machine, { resolve: settle.resolve, reject: unknown });
      const answer = (given: CommitAnswer) => {
        if (random.chance(faults().databaseLostAfterRate)) return connection.lose();
        schedule.after(this.#latencyMs(), () => connection.answer(given));
      };
      if (random.chance(faults().databaseOrphanRate)) {
        schedule.after(random.magnitude(0.1, 5_000), () => connection.lose());
      }
      schedule.after(this.#latencyMs(), () => {
        const { databaseRefusedRate, databaseLostBeforeRate } = faults();
        if (!this.#isUp || random.chance(databaseRefusedRate)) return connection.lose();
        if (random.chance(databaseLostBeforeRate)) return connection.lose();
        this.#lock(this.#eventIdOf(saleId), (release) =>
          this.#execute(saleId, members, { machine, release, answer }),
        );
      });
    };
    return machine.call(`the commit of ${members.length}`, perform, COMMIT_RISK);
  }

  /** The client's end: loses its connection when PostgreSQL dies, gives up at its deadline. */
  #connect<Value>(machine: Machine, settle: Settle<Value>) {
    const life = this.#life;
    const lose = () => {
      cancelDeadline();
      settle.reject(new ConnectionLost("the connection was lost"));
    };
    const cancelDeadline = machine.after(DEADLINE_MS, lose);
    return {
      lose,
      answer: (value: Value) => {
        if (this.#life !== life) return lose();
        cancelDeadline();
        settle.resolve(value);
      },
    };
  }

  #lock(eventId: number, work: LockedWork): void {
    const queue = this.#locks.get(eventId) ?? [];
    this.#locks.set(eventId, queue);
    queue.push(work);
    if (queue.length === 1) this.#grant(queue);
  }

  #grant(queue: LockedWork[]): void {
    queue[0]?.(() => {
      queue.shift();
      this.#grant(queue);
    });
  }

  /** The function itself, with the lock: its snapshot is taken now, and COMMIT comes when it is through. */
  #execute(
    saleId: number,
    members: readonly Candidate[],
    {
      machine,
      release,
      answer,
    }: { machine: Machine; release: () => void; answer: (answer: CommitAnswer) => void },
  ): void {
    const { schedule, random, tables, faults } = this.#options;
    const life = this.#life;
    try {
      const plan = tables.planCommit(saleId, members, schedule.nowMs);
      const isSlow = random.chance(faults().databaseSlowRate);
      const takesMs = isSlow ? random.magnitude(20, SLOW_MS_MAX) : EXECUTION_MS_MAX;
      schedule.after(random.between(0.05, takesMs), () => {
        if (this.#life !== life) return;
        this.#makeDurable(plan, machine);
        release();
        answer({ kind: "done", outcomes: plan.outcomes, sold: plan.sold });
      });
    } catch (error) {
      if (!(error instanceof DataRefusedError)) throw error;
      release();
      answer({ kind: "refused", error });
    }
  }

  #makeDurable(plan: CommitPlan, by: Machine): void {
    const { tables, onDurable, onImpossible, timeline } = this.#options;
    try {
      tables.apply(plan);
    } catch (error) {
      onImpossible(error);
      return;
    }
    for (const row of plan.rows) {
      timeline.note("postgres", `gives seat ${row.ordinal} of sale ${row.saleId} to ${row.name}`);
    }
    onDurable(plan.rows, by);
  }

  #eventIdOf(saleId: number): number {
    const { tables } = this.#options;
    const snapshot = tables
      .loadEvents()
      .find(({ event }) => event.sales.some((sale) => sale.id === saleId));
    return snapshot?.event.id ?? 0;
  }
}

/** The tables of the waiting rooms as a process reaches them here: each call is a statement. */
class SimulatedWaitingRooms extends MemoryWaitingRoomStore {
  readonly #ask: <Answer>(run: () => Answer) => Promise<Answer>;

  constructor(
    tables: WaitingRoomTables,
    schedule: Schedule,
    ask: <Answer>(run: () => Answer) => Promise<Answer>,
  ) {
    super(tables, { nowMs: () => schedule.nowMs });
    this.#ask = ask;
  }

  protected override reach<Answer>(call: () => Answer): Promise<Answer> {
    return this.#ask(call);
  }
}
