import type { Mutant } from "./mutant.ts";

const ROOM = "src/waiting-room/waiting-room.ts";
const LINE = "src/waiting-room/line.ts";
const COURSE = "src/waiting-room/draw-course.ts";

/** Bugs of the waiting line: of its draw, its places, the seats it holds, and the gates that ask for it. */
export const lineMutants: readonly Mutant[] = [
  {
    name: "lets in without counting the seats that are held",
    patches: [{ file: LINE, find: "seatsLeft - this.heldCount)", replace: "seatsLeft)" }],
  },
  {
    name: "never frees the seat of a hold that lapsed",
    patches: [
      {
        file: "src/waiting-room/line-window.ts",
        find: "this.#steps.shift();\n      this.#count -= step.count;",
        replace: "this.#steps.shift();",
      },
    ],
  },
  {
    name: "holds no seat for the life of a code",
    patches: [
      {
        file: LINE,
        find: "if (index !== null) this.#own.addSend(index, code.key, code.untilMs);",
        replace: "",
      },
    ],
  },
  {
    name: "counts a seat as held after it is given",
    patches: [
      {
        file: ROOM,
        find: "line.endClaim(place, { isSeated }, this.#lineNowMs())",
        replace: "line.endClaim(place, { isSeated: isSeated && false }, this.#lineNowMs())",
      },
    ],
  },
  {
    name: "lets time run while the sale is paused",
    patches: [
      {
        file: ROOM,
        find: "return (this.#pausedSinceMs ?? this.#options.clock.nowMs()) - this.#pausedMs;",
        replace: "return this.#options.clock.nowMs();",
      },
    ],
  },
  {
    name: "asks for no pass of who verifies",
    patches: [
      {
        file: "src/registration/verify.ts",
        find: `if (gate.kind !== "free" && gate.kind !== "held-place") return gate;`,
        replace: "",
      },
    ],
  },
  {
    name: "takes the pass of another phone",
    patches: [
      {
        file: "src/waiting-room/pass.ts",
        find: "if (!timingSafeEqual(token.subarray(PASS_ID_AT, MAC_AT), id)) return null;",
        replace: "",
      },
    ],
  },
  {
    name: "lets those act whose turn has not come",
    patches: [
      {
        file: LINE,
        find: `if (index >= this.#admittedCount) return { kind: "waiting" };`,
        replace: `if (index >= this.#admittedCount) return { kind: "held", untilMs: nowMs + 60_000 };`,
      },
    ],
  },
  {
    name: "tells somebody of a place in the lobby that was not written down",
    patches: [
      {
        file: ROOM,
        find: `      this.#options.onError(error);
      return "overloaded";`,
        replace: `      this.#options.onError(error);
      return "joined";`,
      },
    ],
  },
  {
    name: "shows the seed before the draw is written down",
    patches: [
      {
        file: COURSE,
        find: "const published = await store.setDrawn(sale.id);",
        replace: "const published = room;\n    void store.setDrawn(sale.id).catch(() => {});",
      },
    ],
  },
  {
    name: "goes on without the root being written down",
    patches: [
      {
        file: COURSE,
        find: "await store.setRoot(sale.id, root);",
        replace: "void store.setRoot(sale.id, root).catch(() => {});",
      },
    ],
  },
  {
    name: "lets go of every code of a place when the SMS of one is refused",
    patches: [
      {
        file: "src/waiting-room/line-own-holds.ts",
        find: "if (known.sendCount === 0) codes?.delete(code);",
        replace: "codes?.clear();",
      },
    ],
  },
  {
    name: "leaves the beacon out of the draw",
    patches: [{ file: COURSE, find: "beacon: room.beaconValue }", replace: "beacon: null }" }],
  },
  {
    name: "counts places behind the lobby from 0 in each block",
    patches: [
      {
        file: "src/waiting-room/tail-serials.ts",
        find: "{ next: first, end: first + count }",
        replace: "{ next: 0, end: count }",
      },
    ],
  },
  {
    name: "gives who asks again another place",
    patches: [
      {
        file: ROOM,
        find: 'if (this.#standing(this.#placeOf(member.passId, serial))?.kind !== "lapsed") {',
        replace: "if (serial === null) {",
      },
    ],
  },
];
