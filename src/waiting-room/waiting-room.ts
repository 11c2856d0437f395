import { ok as assert } from "node:assert";
import type { Clock } from "../actor/clock.ts";
import { GroupCommit } from "../actor/group-commit.ts";
import type { Phone } from "../attendee/phone.ts";
import type { Sale } from "../sale/event.ts";
import type { SaleState } from "../sale/sale.ts";
import type { PaceLimits, Pressure } from "./admission-pace.ts";
import { AdmissionPace } from "./admission-pace.ts";
import { placeOf, TAIL_PLACE_MIN } from "./draw.ts";
import type { DrawStage } from "./draw-course.ts";
import { DrawCourse, listClosesAtMs } from "./draw-course.ts";
import type { CodeLife, Standing } from "./line.ts";
import { Line } from "./line.ts";
import { LineStatistics } from "./line-statistics.ts";
import type { PassMac } from "./pass.ts";
import { openPass, passId, sealPass } from "./pass.ts";
import type { LobbyMember, WaitingRoomStore } from "./ports.ts";
import { TailSerials } from "./tail-serials.ts";

export interface WaitingRoomLimits extends PaceLimits {
  readonly admitEveryMs: number;
  readonly holdMs: number;
  readonly verifiedHoldMs: number;
  readonly linePlaceCountMax: number;
  readonly lineStepCountMax: number;
  readonly lobbyBatchCountMax: number;
  readonly lobbyWaitingCountMax: number;
  readonly tailBlockCount: number;
  readonly tailBlockCountMax: number;
  readonly admissionRecordEveryMs: number;
}

export interface WaitingRoomOptions {
  readonly store: WaitingRoomStore;
  readonly clock: Clock;
  readonly mac: PassMac;
  /** 32 bytes. */
  readonly randomSeed: () => Uint8Array;
  readonly limits: WaitingRoomLimits;
  readonly onError: (error: unknown) => void;
}

export interface Joined {
  readonly kind: "joined";
  readonly pass: string;
  /** Null until the lobby is drawn. */
  readonly place: number | null;
  /** How much longer a seat is kept; null where it is not this place's turn. */
  readonly keptForMs: number | null;
}

export type JoinOutcome = Joined | { readonly kind: "overloaded" };

/** Where the bearer of a pass stands. */
export type Turn =
  | {
      readonly kind: "held";
      readonly place: number;
      readonly isVerified: boolean;
      /** As long as nothing is done with it. */
      readonly keptForMs: number;
    }
  | { readonly kind: "pass-required" }
  | { readonly kind: "pass-invalid" }
  | { readonly kind: "not-your-turn"; readonly isLapsed: boolean };

/** What everyone may know of the line. */
export interface LineView {
  readonly phase: "lobby" | "closed" | "drawn";
  readonly lobbyCount: number;
  /** Whoever's place is below it was let in. */
  readonly threshold: number;
  readonly tailCount: number;
  readonly heldCount: number;
  readonly admittedPerMinute: number;
  readonly seatedPercent: number;
}

/** A sale as it is at the moment. */
export interface SaleNow {
  readonly sale: Sale;
  readonly state: SaleState;
  /** Seats known to be given out. */
  readonly sold: number;
}

/**
 * The waiting room of one sale. Until the draw it keeps who is in the lobby; from then on it is a line of which only
 * the threshold moves. Every seat that is not given out is either free or held for somebody who was let in.
 */
export class WaitingRoom {
  readonly #options: WaitingRoomOptions;
  readonly #course: DrawCourse;
  readonly #serials: TailSerials;
  readonly #pace: AdmissionPace;
  readonly #statistics = new LineStatistics();
  readonly #joins: GroupCommit<LobbyMember, "joined" | "closed">;
  /** By the first bits of the pass id: the serial of a place behind the lobby, or `IN_LOBBY`. */
  readonly #placesByPass = new Map<number, number>();
  /** Places behind the lobby before there is a line: whether each is verified, null where nobody knows. */
  readonly #earlyTail: (boolean | null)[] = [];
  #line: Line | null = null;
  #sale: Sale;
  #soldAtDraw = 0;
  #isAdvancing = false;
  readonly #lobbyOver = Promise.withResolvers<void>();
  #steppedAtMs: number;
  /** The line's own time stands still while the sale is paused. */
  #pausedMs = 0;
  #pausedSinceMs: number | null = null;
  #recorded = { atMs: Number.NEGATIVE_INFINITY, upTo: 0, lineCount: 0 };

  constructor(sale: Sale, options: WaitingRoomOptions) {
    const { store, clock, randomSeed, limits, onError } = options;
    this.#sale = sale;
    this.#options = options;
    this.#steppedAtMs = clock.nowMs();
    this.#course = new DrawCourse({ sale, store, clock, randomSeed });
    this.#serials = new TailSerials({
      saleId: sale.id,
      store,
      blockCount: limits.tailBlockCount,
      blockCountMax: limits.tailBlockCountMax,
      onError,
    });
    this.#pace = new AdmissionPace(limits);
    this.#joins = new GroupCommit((members) => this.#store(members), {
      batchCountMax: limits.lobbyBatchCountMax,
      waitingCountMax: limits.lobbyWaitingCountMax,
    });
  }

  get draw(): DrawStage {
    return this.#course.stage;
  }

  /** A place: of the lobby while its list is open, behind it from then on; the same one for the same phone. */
  async join(phone: Phone, isVerified: boolean): Promise<JoinOutcome> {
    const id = passId(phone, this.#sale.id, this.#options.mac);
    const key = keyOf(id);
    if (!this.#hasRoom(key)) return { kind: "overloaded" };
    switch (this.#course.stage.kind) {
      case "opening":
        return { kind: "overloaded" };
      case "lobby":
        return this.#joinLobby(phone, { passId: id, isVerified });
      case "closed":
      case "drawn":
        return this.#joinBehind(phone, { passId: id, isVerified });
    }
  }

  /** Whether the pass lets this phone act now. */
  turn(text: string | null, phone: Phone): Turn {
    if (text === null) return { kind: "pass-required" };
    const pass = openPass(text, phone, this.#options.mac);
    if (pass === null || pass.saleId !== this.#sale.id) return { kind: "pass-invalid" };
    const place = this.#placeOf(pass.id, pass.serial);
    const standing = this.#standing(place);
    if (place === null || standing === null) return { kind: "not-your-turn", isLapsed: false };
    switch (standing.kind) {
      case "held": {
        const { isVerified } = pass;
        return { kind: "held", place, isVerified, keptForMs: this.#leftMs(standing) };
      }
      // A genuine pass of a place that is unknown here was given out by a process that came later.
      case "waiting":
      case "unknown":
        return { kind: "not-your-turn", isLapsed: false };
      // Whoever has the seat already is told so by the database, before anyone asks here.
      case "seated":
      case "lapsed":
        return { kind: "not-your-turn", isLapsed: true };
    }
  }

  /** A code is on its way: the seat is held for as long as it may live. */
  holdForCode(place: number, { key, untilMs }: CodeLife): void {
    const life = { key, untilMs: untilMs - this.#pausedMs };
    this.#line?.askCode(place, life, this.#lineNowMs());
  }

  /** A gateway took the code: the seat is held for as long as it lives. */
  codeSent(place: number, { key, untilMs }: CodeLife): void {
    const life = { key, untilMs: untilMs - this.#pausedMs };
    this.#line?.codeSent(place, life, this.#lineNowMs());
  }

  /** Whether a code was asked for with this place. */
  hasAsked(place: number): boolean {
    return this.#line?.hasAsked(place) ?? false;
  }

  /** No gateway took the code: the place has again the time it had. */
  codeNotSent(place: number, codeKey: number): void {
    this.#line?.codeNotSent(place, codeKey, this.#lineNowMs());
  }

  /** Keeps the seat for as long as the claim is under way; the answer tells how that ended. Null where it lapsed. */
  beginClaim(place: number): ((isSeated: boolean) => void) | null {
    const line = this.#line;
    if (line === null || line.beginClaim(place, this.#lineNowMs()).kind !== "held") return null;
    return (isSeated) => line.endClaim(place, { isSeated }, this.#lineNowMs());
  }

  /** Every so often: what is due of the draw, and as many let in as there are seats and strength for. */
  step(now: SaleNow, pressure: Pressure): void {
    this.#sale = now.sale;
    const nowMs = this.#options.clock.nowMs();
    this.#followPause(now.state === "paused", nowMs);
    const elapsedMs = nowMs - this.#steppedAtMs;
    this.#steppedAtMs = nowMs;
    const isTailNear = nowMs >= listClosesAtMs(now.sale) - TAIL_LEAD_MS;
    if (isTailNear && this.#course.stage.kind !== "opening") this.#serials.prepare();
    if (this.#line === null) void this.#advance(now.sold);
    else if (now.state === "open") this.#admit(now, pressure, elapsedMs);
  }

  view(): LineView | null {
    const stage = this.#course.stage;
    const line = this.#line;
    if (stage.kind === "opening") return null;
    return {
      phase: line === null && stage.kind === "drawn" ? "closed" : stage.kind,
      lobbyCount: stage.kind === "lobby" ? this.#placesByPass.size : stage.members.length,
      threshold: line?.threshold ?? 0,
      tailCount: line?.tailCount ?? this.#earlyTail.length,
      heldCount: line?.heldCount ?? 0,
      admittedPerMinute: this.#statistics.admittedPerMinute,
      seatedPercent: this.#statistics.seatedPercent,
    };
  }

  async drain(): Promise<void> {
    await this.#joins.drain();
    await this.#serials.giveBack();
  }

  async #joinLobby(phone: Phone, member: LobbyMember): Promise<JoinOutcome> {
    const isOver = this.#options.clock.nowMs() >= listClosesAtMs(this.#sale);
    const joined = isOver ? "closed" : await this.#listed(member);
    if (joined === "overloaded") return { kind: "overloaded" };
    if (joined === "closed") return this.#joinAfterLobby(phone, member);
    this.#placesByPass.set(keyOf(member.passId), IN_LOBBY);
    return this.#joined(phone, member, null);
  }

  /** Between the end of the list and what is known of it nobody can be told a place: it takes a moment. */
  async #joinAfterLobby(phone: Phone, member: LobbyMember): Promise<JoinOutcome> {
    await this.#soon(this.#lobbyOver.promise);
    const isKnown = this.#course.stage.kind !== "lobby";
    return isKnown ? this.#joinBehind(phone, member) : { kind: "overloaded" };
  }

  /** Where people come faster than places are reserved, it waits for those that are being reserved. */
  async #joinBehind(phone: Phone, member: LobbyMember): Promise<JoinOutcome> {
    const joined = this.#joinTail(phone, member);
    if (joined !== null) return joined;
    await this.#soon(this.#serials.reserved());
    return this.#joinTail(phone, member) ?? { kind: "overloaded" };
  }

  /** Resolves with what is waited for, or after as long as nobody minds. */
  #soon(event: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(JOIN_WAITS_MS, resolve);
      void event.then(() => {
        cancel();
        resolve();
      });
    });
  }

  #joinTail(phone: Phone, member: LobbyMember): JoinOutcome | null {
    const key = keyOf(member.passId);
    const known = this.#placesByPass.get(key);
    if (known !== undefined) {
      const serial = known === IN_LOBBY ? null : known;
      if (this.#standing(this.#placeOf(member.passId, serial))?.kind !== "lapsed") {
        return this.#joined(phone, member, serial);
      }
    }
    const serial = this.#append(member.isVerified);
    if (serial === null) return null;
    this.#placesByPass.set(key, serial);
    return this.#joined(phone, member, serial);
  }

  async #listed(member: LobbyMember): Promise<"joined" | "closed" | "overloaded"> {
    try {
      return (await this.#joins.submit(member)) ?? "overloaded";
    } catch (error) {
      this.#options.onError(error);
      return "overloaded";
    }
  }

  async #store(members: readonly LobbyMember[]): Promise<readonly ("joined" | "closed")[]> {
    const answer = await this.#options.store.join(this.#sale.id, members);
    return members.map(() => answer);
  }

  #joined(
    phone: Phone,
    { passId: id, isVerified }: LobbyMember,
    serial: number | null,
  ): JoinOutcome {
    const { clock, mac } = this.#options;
    const issuedAtMs = Math.floor(clock.nowMs());
    const pass = sealPass({ saleId: this.#sale.id, isVerified, serial, issuedAtMs }, phone, mac);
    const place = this.#placeOf(id, serial);
    const standing = this.#standing(place);
    const keptForMs = standing?.kind === "held" ? this.#leftMs(standing) : null;
    return { kind: "joined", pass, place, keptForMs };
  }

  #hasRoom(key: number): boolean {
    const { linePlaceCountMax } = this.#options.limits;
    return this.#placesByPass.has(key) || this.#placesByPass.size < linePlaceCountMax;
  }

  #append(isVerified: boolean): number | null {
    const line = this.#line;
    const serial = this.#nextSerial(line?.tailCount ?? this.#earlyTail.length);
    if (serial === null) return null;
    if (line === null) {
      fillTo(this.#earlyTail, serial);
      this.#earlyTail.push(isVerified);
      return serial;
    }
    while (line.tailCount < serial) if (line.append(null) === null) return null;
    return line.append(isVerified) === null ? null : serial;
  }

  /** The line knows places before `min` as nobody's, and may have let them pass: another process gave those back. */
  #nextSerial(min: number): number | null {
    for (;;) {
      const serial = this.#serials.next();
      if (serial === null || serial >= min) return serial;
    }
  }

  /** Null for one of the lobby before the draw. */
  #placeOf(id: Uint8Array, serial: number | null): number | null {
    if (serial !== null) return TAIL_PLACE_MIN + serial;
    const { stage } = this.#course;
    return stage.kind === "drawn" ? placeOf(id, stage.terms) : null;
  }

  /** Null while there is no line. */
  #standing(place: number | null): Standing | null {
    return place === null ? null : (this.#line?.standing(place, this.#lineNowMs()) ?? null);
  }

  #leftMs({ untilMs }: { readonly untilMs: number }): number {
    return untilMs - this.#lineNowMs();
  }

  /** Never rejects: a database that is away only delays what is due. */
  async #advance(sold: number): Promise<void> {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    try {
      const before = this.#course.stage.kind;
      await this.#course.advance(this.#sale);
      const { stage } = this.#course;
      if (stage.kind !== before && stage.kind !== "opening") {
        for (const { passId } of stage.members) this.#placesByPass.set(keyOf(passId), IN_LOBBY);
      }
      if (stage.kind === "closed" || stage.kind === "drawn") this.#lobbyOver.resolve();
      if (before === "opening" && stage.kind !== "opening") {
        fillTo(this.#earlyTail, stage.room.tailReserved);
      }
      if (stage.kind === "drawn") await this.#openLine(stage.members, sold);
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#isAdvancing = false;
    }
  }

  async #openLine(
    places: readonly { readonly place: number; readonly isVerified: boolean }[],
    sold: number,
  ): Promise<void> {
    const { store, limits } = this.#options;
    const sinceMs = this.#lineNowMs() - limits.verifiedHoldMs;
    const records = await store.admissionsSince(this.#sale.id, sinceMs);
    const line = new Line(places, {
      holdMs: limits.holdMs,
      verifiedHoldMs: limits.verifiedHoldMs,
      tailCountMax: limits.linePlaceCountMax,
      stepCountMax: limits.lineStepCountMax,
    });
    for (const isVerified of this.#earlyTail) line.append(isVerified);
    line.restore(records, this.#lineNowMs());
    this.#earlyTail.length = 0;
    this.#soldAtDraw = sold;
    this.#line = line;
  }

  #admit({ sale, sold }: SaleNow, pressure: Pressure, elapsedMs: number): void {
    const line = this.#line;
    assert(line !== null);
    const nowMs = this.#lineNowMs();
    const allowance = this.#pace.step(elapsedMs, pressure, line.unaskedCount);
    // A seat of this process counts from the answer to its claim on, whoever tells of the sale's count later.
    const committed = Math.max(sold, this.#soldAtDraw + line.seatedCount);
    line.admit(nowMs, { seatsLeft: sale.quota - committed, ...allowance });
    this.#statistics.sample(line, nowMs);
    this.#record(line);
  }

  /** What a new process will need; one that is not written costs those few people a wait, and nobody a seat. */
  #record(line: Line): void {
    const { store, limits, clock, onError } = this.#options;
    const atMs = clock.nowMs();
    const upTo = line.admittedCount;
    const lineCount = line.lobbyCount + line.tailCount;
    const isSame = upTo === this.#recorded.upTo && lineCount === this.#recorded.lineCount;
    if (isSame || atMs - this.#recorded.atMs < limits.admissionRecordEveryMs) return;
    this.#recorded = { atMs, upTo, lineCount };
    void store.recordAdmission(this.#sale.id, { atMs, upTo, lineCount }).catch(onError);
  }

  #followPause(isPaused: boolean, nowMs: number): void {
    if (isPaused) {
      this.#pausedSinceMs ??= nowMs;
    } else if (this.#pausedSinceMs !== null) {
      this.#pausedMs += nowMs - this.#pausedSinceMs;
      this.#pausedSinceMs = null;
    }
  }

  #lineNowMs(): number {
    return (this.#pausedSinceMs ?? this.#options.clock.nowMs()) - this.#pausedMs;
  }
}

const IN_LOBBY = -1;
/** Sooner than who is told to come again would. */
const JOIN_WAITS_MS = 1_000;
/** The first places behind the lobby are reserved by the time somebody asks for one. */
const TAIL_LEAD_MS = 3_000;

/** 48 bits, exact in a double; two phones of one sale that share them are one in two thousand million sales. */
function keyOf(id: Uint8Array): number {
  return Buffer.from(id.buffer, id.byteOffset, id.length).readUIntBE(0, 6);
}

/** Places that another process gave out, of which nothing is known here. */
function fillTo(tail: (boolean | null)[], count: number): void {
  while (tail.length < count) tail.push(null);
}
