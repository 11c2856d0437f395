import type { Phone } from "../../src/attendee/phone.ts";
import type { OtpKeys } from "../../src/otp/otp-keys.ts";
import type { JoinLineOutcome } from "../../src/registration/outcome.ts";
import type { SaleState } from "../../src/sale/sale.ts";
import { placeOf, TAIL_PLACE_MIN } from "../../src/waiting-room/draw.ts";
import { openPass, passId } from "../../src/waiting-room/pass.ts";
import type { WaitingRoomTables } from "../support/memory-waiting-room-store.ts";
import { DrawTruth } from "./draw-truth.ts";
import type { Served, Standing } from "./hold-truth.ts";
import { HoldTruth } from "./hold-truth.ts";
import type { Machine } from "./machine.ts";
import type { SaleTruth } from "./sale-truth.ts";
import type { Schedule } from "./schedule.ts";
import type { SeatTruth } from "./seat-truth.ts";
import type { Service } from "./service.ts";
import type { Swarm } from "./swarm.ts";

export interface LineTruthOptions {
  readonly schedule: Schedule;
  readonly swarm: Swarm;
  readonly otpKeys: OtpKeys;
  readonly rooms: WaitingRoomTables;
  readonly sales: SaleTruth;
  readonly seats: SeatTruth;
  readonly fail: (invariant: number, what: string) => void;
}

/** What somebody was answered who asked for a place. */
export type Told = Pick<Extract<JoinLineOutcome, { readonly kind: "in-line" }>, "pass" | "place">;

/** Who shows which pass. */
export interface Bearer {
  readonly phone: string;
  readonly pass: string | null;
}

/** What a pass says, read with the service's own key. */
interface Place {
  readonly saleId: number;
  /** Null in the lobby. */
  readonly serial: number | null;
  /** By the seed, the list and the beacon as they are stored; null before the draw. */
  readonly number: number | null;
}

/** The promises of the waiting line. */
const LINE_INVARIANT = 13;

/** Who was told which place, and whether anybody acts who has none, or before the turn. */
export class LineTruth {
  readonly #options: LineTruthOptions;
  readonly #draw: DrawTruth;
  readonly #holds: HoldTruth;
  /** By the text of a pass that was told. */
  readonly #owners = new Map<string, string>();
  /** By sale and serial. */
  readonly #phones = new Map<string, string>();
  /** In one life of a process: the last place of each phone by sale, and the last serial of the line. */
  readonly #lives = new WeakMap<Machine, Memory>();

  constructor(options: LineTruthOptions) {
    this.#options = options;
    const fail = (what: string) => options.fail(LINE_INVARIANT, what);
    this.#draw = new DrawTruth({ ...options, fail });
    const lastLobbyPlace = (saleId: number) => this.#draw.lastPlaceOf(saleId);
    this.#holds = new HoldTruth({ ...options, lastLobbyPlace, fail });
  }

  /** Looks at what a process shows to everyone. */
  see(service: Service, mayStand: boolean): void {
    if (service.machine.isDead || service.machine.isPaused) return;
    const look = service.look();
    if (look?.sale.sale.lobby === undefined) return;
    this.#holds.see(service.machine, look, mayStand);
    void service.draw().then((stage) => this.#draw.see(service.machine, look.sale.sale, stage));
  }

  /** A place was told. */
  joined(phone: string, told: Told, { machine }: Service): void {
    const place = this.#read({ phone, pass: told.pass });
    if (place === null) return this.#fail("a pass was given that is none of this phone");
    this.#owners.set(told.pass, phone);
    if (told.place !== null && told.place !== place.number) {
      this.#fail(`place ${told.place} was told, and it is ${place.number}`);
    }
    const { saleId, serial } = place;
    if (serial === null) this.#draw.inLobby(saleId, this.#idOf(phone, saleId));
    else this.#checkSerial(phone, saleId, serial);
    this.#checkOrder(phone, place, machine);
  }

  /** Something was granted that takes a turn while the sale is open. */
  served(what: Served, by: Bearer & { readonly state: SaleState | null }, at: Service): void {
    // Before the opening codes and verifications are everybody's; a seat never is.
    if (by.state !== "open" && what !== "a seat") return;
    const look = at.look();
    if (look?.sale.sale.lobby === undefined) return;
    const place = this.#read(by);
    if (place === null || this.#owners.get(by.pass ?? "") !== by.phone) {
      return this.#fail(`${what} was given to somebody without a place in the line`);
    }
    if (place.saleId !== look.sale.sale.id) return;
    if (place.number === null || place.number >= (look.line?.threshold ?? 0)) {
      return this.#fail(`${what} was given before the turn of its place`);
    }
    this.#holds.served(what, { ...by, place: place.number }, at.machine);
  }

  /** The place was called lapsed, or nothing is left: to somebody for whom a seat is held? */
  turnedAway(kind: "lapsed" | "sale-full", by: Bearer, { machine }: Service): void {
    const standing = this.#standing(by);
    const isHolder = this.#options.seats.heldBy(by.phone as Phone) !== null;
    if (standing !== null && !isHolder) this.#holds.turnedAway(kind, standing, machine);
  }

  /** A code was sent with a new challenge to somebody who was let in. */
  codeAsked(by: Bearer, code: string, { machine }: Service): void {
    const standing = this.#standing(by);
    if (standing !== null) this.#holds.codeAsked(standing, code, machine);
  }

  codeTaken(phone: string, code: string, at: Machine): void {
    this.#holds.codeTaken(phone, code, at);
  }

  /** The service says itself that somebody was let in and found no seat. */
  inVain(at: Machine): void {
    this.#holds.inVain(at);
  }

  durable(count: number, by: Machine, running: readonly Machine[]): void {
    this.#holds.durable(count, by, running);
  }

  /** The process has heard of what it committed. */
  committed(by: Machine): void {
    this.#holds.committed(by);
  }

  #checkSerial(phone: string, saleId: number, serial: number): void {
    const key = `${saleId} ${serial}`;
    const other = this.#phones.get(key) ?? phone;
    if (other !== phone) this.#fail(`place ${serial} behind the lobby is of two phones`);
    this.#phones.set(key, phone);
  }

  /** One place for a phone; another one, when that has lapsed, behind everybody who was there. */
  #checkOrder(phone: string, place: Place, machine: Machine): void {
    const told = this.#lives.get(machine) ?? new Memory();
    this.#lives.set(machine, told);
    const { saleId, serial, number } = place;
    const key = `${saleId} ${phone}`;
    const earlier = told.places.get(key);
    const last = told.lastSerials.get(saleId) ?? -1;
    told.places.set(key, place);
    if (serial !== null) told.lastSerials.set(saleId, Math.max(last, serial));
    if (earlier === undefined || earlier.serial === serial) return;
    if (serial === null) return this.#fail("somebody who lost a place has it again");
    if (serial <= last) return this.#fail("a new place is not behind everybody who was there");
    const was = earlier.serial === null ? this.#numberOf(phone, saleId, null) : earlier.number;
    if (number === null || was === null)
      return this.#fail("a phone has two places before the draw");
    this.#holds.replaced({ phone, place: was }, machine);
  }

  /** Null before the draw, and for what is no pass of this phone. */
  #standing(by: Bearer): (Standing & { readonly saleId: number }) | null {
    const place = this.#read(by);
    if (place === null || place.number === null) return null;
    return { phone: by.phone, place: place.number, saleId: place.saleId };
  }

  #read({ phone, pass }: Bearer): Place | null {
    const opened = openPass(pass ?? "", phone as Phone, this.#options.otpKeys.pass);
    if (opened === null) return null;
    const { saleId, serial } = opened;
    return { saleId, serial, number: this.#numberOf(phone, saleId, serial) };
  }

  #numberOf(phone: string, saleId: number, serial: number | null): number | null {
    if (serial !== null) return TAIL_PLACE_MIN + serial;
    const stored = this.#options.rooms.find(saleId);
    if (stored === null || stored.root === null || stored.drawnAtMs === null) return null;
    const { seed, root, beaconValue: beacon } = stored;
    return placeOf(this.#idOf(phone, saleId), { seed, root, beacon });
  }

  #idOf(phone: string, saleId: number): Uint8Array {
    return passId(phone as Phone, saleId, this.#options.otpKeys.pass);
  }

  #fail(what: string): void {
    this.#options.fail(LINE_INVARIANT, what);
  }
}

/** What one life of a process has told. */
class Memory {
  readonly places = new Map<string, Place>();
  readonly lastSerials = new Map<number, number>();
}
