import { describe, expect, test } from "bun:test";
import { limits } from "../../src/limits.ts";
import { TAIL_PLACE_MIN } from "../../src/waiting-room/draw.ts";
import { BEACON_LEAD_MS } from "../../src/waiting-room/draw-course.ts";
import { solved } from "../proof/make.ts";
import {
  makeEvent,
  makeSale,
  OPENS_AT_MS,
  RegistrationWorld,
} from "../support/registration-world.ts";

const ADDRESS = "203.0.113.7";
const alice = "+8801712345678";
const bob = "+8801812345678";
const MINUTE_MS = 60_000;
/** Beyond it the root was public long enough, and the seed is. */
const DRAWN_AFTER_MS = 3_000;

type SaleChanges = Parameters<typeof makeSale>[0];

function openRoom(changes: SaleChanges = {}, startMs = OPENS_AT_MS - 10 * MINUTE_MS) {
  const lobby = { fromMs: OPENS_AT_MS - 15 * MINUTE_MS };
  const sale = makeSale({ verifyFromMs: OPENS_AT_MS, lobby, ...changes });
  return RegistrationWorld.open({ event: makeEvent({ sales: [sale] }), startMs });
}

function phones(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `+88017${String(10_000_000 + at)}`);
}

async function joinByProof(world: RegistrationWorld, phone: string) {
  const asked = world.requestProof({ eventSlug: "mela", phone, address: ADDRESS });
  if (asked.kind !== "proof") throw new Error(asked.kind);
  return world.joinLine({
    eventSlug: "mela",
    price: { kind: "phone", phone },
    asker: { address: ADDRESS, proof: solved(asked.challenge) },
  });
}

async function passOf(world: RegistrationWorld, phone: string): Promise<string> {
  const joined = await joinByProof(world, phone);
  if (joined.kind !== "in-line") throw new Error(joined.kind);
  return joined.pass;
}

function line(world: RegistrationWorld) {
  const view = world.catalogue.find("mela")?.line;
  if (view === null || view === undefined) throw new Error("no line is kept");
  return view;
}

async function register(world: RegistrationWorld, phone: string, pass: string | null) {
  const asked = await world.askCode(phone, { pass });
  if (asked.kind !== "sent") return asked;
  const proof = {
    kind: "code",
    phone,
    challenge: asked.challenge,
    code: world.codeOf(phone),
  } as const;
  return world.confirm(proof, { asker: { address: ADDRESS, proof: null, pass } });
}

describe("the lobby", () => {
  test("gives a place for a proof-of-work, the same to the same phone, and tells it nothing of the draw", async () => {
    const world = await openRoom();
    await world.clock.advance(1_000);
    const joined = await joinByProof(world, alice);
    expect(joined).toMatchObject({ kind: "in-line", place: null, cost: "proof" });
    await joinByProof(world, alice);
    await joinByProof(world, bob);
    expect(line(world)).toMatchObject({ phase: "lobby", lobbyCount: 2, threshold: 0 });
  });

  test("takes a verification, and nothing else, where phones are verified early", async () => {
    const world = await openRoom({ verifyFromMs: OPENS_AT_MS - 60 * MINUTE_MS });
    await world.clock.advance(1_000);
    expect(await joinByProof(world, alice)).toEqual({ kind: "verification-invalid" });
    const verified = await world.verify(await world.proofFor(alice));
    if (verified.kind !== "verified") throw new Error(verified.kind);
    const { verification } = verified;
    const joined = await world.joinLine({
      eventSlug: "mela",
      price: { kind: "verification", verification },
      asker: { address: ADDRESS, proof: null },
    });
    expect(joined).toMatchObject({ kind: "in-line", cost: "verification" });
  });

  test("is not open before its time, and sends no codes where phones are not verified early", async () => {
    const world = await openRoom({}, OPENS_AT_MS - 20 * MINUTE_MS);
    expect(await joinByProof(world, alice)).toMatchObject({ kind: "not-open" });
    await world.clock.advance(6 * MINUTE_MS);
    expect(await joinByProof(world, alice)).toMatchObject({ kind: "in-line" });
    expect(await world.askCode(alice)).toMatchObject({ kind: "not-open" });
  });

  test("does not exist where the sale has no waiting room", async () => {
    const world = await RegistrationWorld.open();
    const price = { kind: "phone", phone: alice } as const;
    const asker = { address: ADDRESS, proof: null };
    expect(await world.joinLine({ eventSlug: "mela", price, asker })).toEqual({
      kind: "no-waiting-room",
    });
  });

  test("closes before the opening where a beacon is named, and waits for what it says", async () => {
    const beacon = "drand round 5512345";
    const world = await openRoom({ lobby: { fromMs: OPENS_AT_MS - 15 * MINUTE_MS, beacon } });
    await world.clock.advance(1_000);
    const pass = await passOf(world, alice);
    await world.clock.advance(10 * MINUTE_MS - BEACON_LEAD_MS);
    expect(line(world).phase).toBe("closed");
    expect(await joinByProof(world, bob)).toMatchObject({ place: TAIL_PLACE_MIN });
    await world.clock.advance(BEACON_LEAD_MS);
    expect(line(world).phase).toBe("closed");
    expect(await world.askCode(alice, { pass })).toMatchObject({ kind: "not-your-turn" });
    world.waitingRoomTables.settleBeacon(11, { beaconValue: "8e1f" });
    await world.clock.advance(2_000);
    expect(line(world).phase).toBe("drawn");
    expect(await register(world, alice, pass)).toMatchObject({ kind: "registered" });
  });
});

describe("the line", () => {
  test("lets in no more people than there are seats, and each of them gets one", async () => {
    const world = await openRoom({ quota: 10 });
    await world.clock.advance(1_000);
    const people = phones(30);
    const passes = await Promise.all(people.map((phone) => passOf(world, phone)));
    await world.clock.advance(10 * MINUTE_MS + DRAWN_AFTER_MS);
    expect(line(world)).toMatchObject({ phase: "drawn", lobbyCount: 30, heldCount: 10 });
    const outcomes = await Promise.all(
      people.map((phone, at) => register(world, phone, passes[at] ?? null)),
    );
    const kinds = Map.groupBy(outcomes, ({ kind }) => kind);
    expect(kinds.get("registered")).toHaveLength(10);
    expect(kinds.get("not-your-turn")).toHaveLength(20);
    expect(world.admittedInVainCount).toBe(0);
  });

  test("gives the seats of those who do not come to the next, who begin again at its end", async () => {
    const world = await openRoom({ quota: 2 });
    await world.clock.advance(1_000);
    const people = phones(4);
    const passes = await Promise.all(people.map((phone) => passOf(world, phone)));
    await world.clock.advance(10 * MINUTE_MS + DRAWN_AFTER_MS);
    const first = await turns(world, people, passes);
    expect(first.filter(({ kind }) => kind === "held")).toHaveLength(2);
    await world.clock.advance(61_000);
    const second = await turns(world, people, passes);
    for (const [at, turn] of second.entries()) {
      const was = first[at]?.kind;
      if (was === "held") expect(turn).toEqual({ kind: "not-your-turn", isLapsed: true });
      else expect(turn.kind).toBe("held");
    }
    const late = people[first.findIndex(({ kind }) => kind === "held")] ?? "";
    const again = await joinByProof(world, late);
    expect(again).toMatchObject({ kind: "in-line", place: TAIL_PLACE_MIN });
  });

  test("keeps the seat of one who asks for a code for as long as the code lives", async () => {
    const world = await openRoom({ quota: 1 });
    await world.clock.advance(1_000);
    const pass = await passOf(world, alice);
    await world.clock.advance(10 * MINUTE_MS + DRAWN_AFTER_MS);
    const other = await passOf(world, bob);
    const asked = await world.askCode(alice, { pass });
    if (asked.kind !== "sent") throw new Error(asked.kind);
    world.sent[0]?.onOutcome({ kind: "accepted" });
    await world.clock.advance(4 * MINUTE_MS + 50_000);
    expect(await world.askCode(bob, { pass: other })).toMatchObject({
      kind: "not-your-turn",
      isLapsed: false,
    });
    const { challenge } = asked;
    const proof = { kind: "code", phone: alice, challenge, code: world.codeOf(alice) } as const;
    const asker = { address: ADDRESS, proof: null, pass };
    expect(await world.confirm(proof, { asker })).toMatchObject({ kind: "registered" });
  });

  test("tells whoever comes back with a pass how long the seat is kept, and gives no place for it", async () => {
    const world = await openRoom({ quota: 1 });
    await world.clock.advance(1_000);
    const pass = await passOf(world, alice);
    const shown = (phone: string, its: string) =>
      world.joinLine({
        eventSlug: "mela",
        price: { kind: "pass", phone, pass: its },
        asker: { address: ADDRESS, proof: null },
      });
    expect(await shown(alice, pass)).toMatchObject({ kind: "not-open" });
    await world.clock.advance(10 * MINUTE_MS + DRAWN_AFTER_MS);
    const other = await passOf(world, bob);
    expect(await shown(alice, other)).toEqual({ kind: "pass-invalid" });
    expect(await shown(bob, other)).toMatchObject({ kind: "not-your-turn", isLapsed: false });
    await world.clock.advance(20_000);
    const first = await shown(alice, pass);
    if (first.kind !== "in-line") throw new Error(first.kind);
    const { place } = first;
    expect(first).toEqual({
      kind: "in-line",
      pass,
      place,
      cost: "proof",
      keptForS: expect.any(Number),
    });
    expect(first.keptForS).toBeWithin(35, 41);
    // Whoever takes a place again is told the same of the one they have.
    expect(await joinByProof(world, alice)).toMatchObject({ place, keptForS: first.keptForS });
    await world.clock.advance(41_000);
    expect(await shown(alice, pass)).toMatchObject({ kind: "not-your-turn", isLapsed: true });
    expect(line(world).tailCount).toBe(1);
  });

  test("stands still while the sale is paused: nobody's time runs out", async () => {
    const world = await openRoom({ quota: 1 });
    await world.clock.advance(1_000);
    const pass = await passOf(world, alice);
    await world.clock.advance(10 * MINUTE_MS + DRAWN_AFTER_MS);
    await world.change({ ...world.event, isPaused: true });
    await world.clock.advance(5 * MINUTE_MS);
    await world.change({ ...world.event, isPaused: false });
    await world.clock.advance(1_000);
    expect(await register(world, alice, pass)).toMatchObject({ kind: "registered" });
  });

  test("moves with the gateways' rate, not by a blind one", async () => {
    const world = await openRoom({ quota: 1_000 });
    await world.clock.advance(1_000);
    await Promise.all(phones(600).map((phone) => passOf(world, phone)));
    world.pressure = { ...world.pressure, codesPerS: 10 };
    await world.clock.advance(10 * MINUTE_MS + DRAWN_AFTER_MS + 20_000);
    // Twenty seconds of codes at ten a second: were all to ask now, the last would wait no longer.
    expect(line(world).heldCount).toBe(200);
    world.pressure = { ...world.pressure, codesPerS: 1_000 };
    await world.clock.advance(10_000);
    expect(line(world).heldCount).toBeGreaterThan(500);
  });

  test.each([
    [0, 4 * limits.admitPerSMin],
    [5_000, limits.admitPerSMin],
  ])(
    "with %i claims that wait for a commit all along, lets in %i in a second",
    async (claimsWaiting, count) => {
      const world = await openRoom({ quota: 1_000 });
      await world.clock.advance(1_000);
      await Promise.all(phones(600).map((phone) => passOf(world, phone)));
      // Nobody is let in while no code could leave; how many could be shows when one can.
      world.pressure = { ...world.pressure, claimsWaiting, codesPerS: 0 };
      await world.clock.advance(15 * MINUTE_MS);
      expect(line(world).heldCount).toBe(0);
      world.pressure = { ...world.pressure, codesPerS: 1_000 };
      await world.clock.advance(1_000);
      expect(line(world).heldCount).toBeWithin(0.8 * count, 1.2 * count);
    },
  );
});

describe("every write", () => {
  test("asks for a pass of this phone and sale while the sale is open", async () => {
    const world = await openRoom({ quota: 10 });
    await world.clock.advance(1_000);
    const pass = await passOf(world, alice);
    await world.clock.advance(10 * MINUTE_MS + DRAWN_AFTER_MS);
    const bobs = await passOf(world, bob);
    const forged = `${pass.startsWith("A") ? "B" : "A"}${pass.slice(1)}`;
    for (const [brought, kind] of [
      [null, "pass-required"],
      ["", "pass-invalid"],
      [forged, "pass-invalid"],
      [bobs, "pass-invalid"],
    ] as const) {
      expect(await world.askCode(alice, { pass: brought }), kind).toMatchObject({ kind });
    }
    const asked = await world.askCode(alice, { pass });
    if (asked.kind !== "sent") throw new Error(asked.kind);
    const guess = { phone: alice, challenge: asked.challenge, code: world.codeOf(alice) };
    expect(await world.verify(guess)).toMatchObject({ kind: "pass-required" });
    expect(await world.confirm({ kind: "code", ...guess })).toMatchObject({
      kind: "pass-required",
    });
  });

  test("tells a holder of the ticket, whatever became of the pass", async () => {
    const world = await openRoom({ quota: 10 });
    await world.clock.advance(1_000);
    const pass = await passOf(world, alice);
    await world.clock.advance(10 * MINUTE_MS + DRAWN_AFTER_MS);
    const asked = await world.askCode(alice, { pass });
    if (asked.kind !== "sent") throw new Error(asked.kind);
    const guess = { phone: alice, challenge: asked.challenge, code: world.codeOf(alice) };
    const asker = { address: ADDRESS, proof: null, pass };
    const registered = await world.confirm({ kind: "code", ...guess }, { asker });
    if (registered.kind !== "registered") throw new Error(registered.kind);
    const { seat } = registered;
    expect(await world.confirm({ kind: "code", ...guess })).toEqual({ kind: "holder", seat });
    expect(await world.confirm({ kind: "code", ...guess }, { asker })).toEqual({
      kind: "holder",
      seat,
    });
  });

  test("takes a pass that was bought by a proof as the proof of its first code only", async () => {
    const world = await openRoom({ quota: 10 });
    await world.change({ ...world.event, proof: "on" });
    await world.clock.advance(1_000);
    const pass = await passOf(world, alice);
    await world.clock.advance(10 * MINUTE_MS + DRAWN_AFTER_MS);
    expect(await world.askCode(alice, { pass })).toMatchObject({ kind: "sent" });
    world.sent[0]?.onOutcome({ kind: "accepted" });
    await world.clock.advance(40_000);
    expect(await world.askCode(alice, { pass })).toEqual({ kind: "proof-required" });
  });
});

async function turns(
  world: RegistrationWorld,
  people: readonly string[],
  passes: readonly string[],
) {
  const room = world.rooms.find(1, 11);
  if (room === null) throw new Error("no room is kept");
  return people.map((phone, at) => room.turn(passes[at] ?? null, phone as never));
}
