import { describe, expect, test } from "bun:test";
import { decideChange, decidePause } from "../../src/organiser/event-change.ts";
import type { EventDraft, SaleDraft } from "../../src/organiser/ports.ts";
import type { EventDetails } from "../../src/sale/event.ts";
import type { EventSnapshot } from "../../src/sale/ports.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The first sale is open. */
const NOW_MS = 1.25 * DAY_MS;
const details: EventDetails = {
  name: "River Songs",
  venue: "The Old Harbour",
  description: "",
  timeZone: "Europe/Berlin",
  days: [
    { day: 1, date: "2027-01-15", doorsAt: "10:00" },
    { day: 2, date: "2027-01-16", doorsAt: "10:00" },
  ],
};

const [first, second, third] = [saleDraft(1), saleDraft(2), saleDraft(3)];

function saleDraft(number: number): SaleDraft {
  const opensAtMs = number * DAY_MS;
  return {
    number,
    verifyFromMs: opensAtMs,
    opensAtMs,
    closesAtMs: opensAtMs + DAY_MS / 2,
    quota: 100,
  };
}

function draft(sales: readonly SaleDraft[], changed: Partial<EventDetails> = {}): EventDraft {
  const numbered = sales.map((sale, index) => ({ ...sale, number: index + 1 }));
  return {
    slug: "river-songs",
    details: { ...details, ...changed },
    sales: numbered,
    proof: "off",
  };
}

/** Three sales of which the first `sold.length` have given out these seats. */
function snapshot(...sold: number[]): EventSnapshot {
  return stored([first, second, third], sold);
}

function stored(drafts: readonly SaleDraft[], sold: readonly number[] = []): EventSnapshot {
  const sales = drafts.map((sale) => ({ ...sale, id: sale.number + 70 }));
  return {
    event: {
      id: 1,
      slug: "river-songs",
      revision: 1,
      details,
      host: "h",
      keyId: 1,
      isPaused: false,
      proof: "off",
      sales,
    },
    soldBySale: new Map(sold.map((count, index) => [71 + index, count])),
  };
}

function faults(
  current: EventSnapshot | null,
  wanted: EventDraft,
  nowMs = NOW_MS,
): readonly string[] {
  const decision = decideChange(current, wanted, nowMs);
  return decision.kind === "refuse" ? decision.faults : [];
}

const unlikeInEverything = draft([{ ...third, quota: 1 }], { timeZone: "UTC", days: [] });

describe("what is granted", () => {
  const granted: readonly [string, EventSnapshot | null, EventDraft][] = [
    ["a new event", null, draft([first])],
    ["anything at all while nobody has a seat", snapshot(0, 0, 0), unlikeInEverything],
    ["the same event again", snapshot(40), draft([first, second, third])],
    [
      "another name, venue, description and doors",
      snapshot(40),
      draft([first, second, third], {
        name: "Sea Songs",
        venue: "The New Harbour",
        description: "Moved.",
        days: details.days.map((day) => ({ ...day, doorsAt: "12:00" })),
      }),
    ],
    ["a greater quota", snapshot(100), draft([{ ...first, quota: 200 }, second, third])],
    [
      "a quota of exactly what is sold",
      snapshot(40),
      draft([{ ...first, quota: 40 }, second, third]),
    ],
    [
      "a later closing",
      snapshot(40),
      draft([{ ...first, closesAtMs: 1.9 * DAY_MS }, second, third]),
    ],
    [
      "another opening of a sale without seats",
      snapshot(40, 0),
      draft([first, { ...second, opensAtMs: 2.1 * DAY_MS }, third]),
    ],
    ["the removal of a sale without seats", snapshot(40, 0), draft([first, third])],
    ["one more sale at the end", snapshot(40), draft([first, second, third, saleDraft(4)])],
  ];
  for (const [what, current, wanted] of granted) {
    test(what, () =>
      expect(decideChange(current, wanted, NOW_MS)).toEqual({ kind: "write", draft: wanted }),
    );
  }
});

describe("what would break sold tickets is refused", () => {
  const day3 = { day: 3, date: "2027-01-17", doorsAt: "10:00" };
  const daysStay = "days: must stay 2027-01-15, 2027-01-16, the days printed on sold tickets";
  const refused: readonly [string, EventSnapshot, EventDraft, ...string[]][] = [
    [
      "a day added",
      snapshot(1),
      draft([first, second, third], { days: [...details.days, day3] }),
      daysStay,
    ],
    [
      "a day removed",
      snapshot(0, 1),
      draft([first, second, third], { days: details.days.slice(1) }),
      daysStay,
    ],
    [
      "a day on another date",
      snapshot(1),
      draft([first, second, third], { days: [...details.days.slice(0, 1), day3] }),
      daysStay,
    ],
    [
      "another time zone",
      snapshot(1),
      draft([first, second, third], { timeZone: "Asia/Dhaka" }),
      "timeZone: must stay Europe/Berlin, in which sold tickets are dated",
    ],
    [
      "a quota below what is sold",
      snapshot(40),
      draft([{ ...first, quota: 39 }, second, third]),
      "sales[0].quota: must not be below what is sold; 40 seats of sale 1 are given out",
    ],
    [
      "another opening of a sale with seats",
      snapshot(40),
      draft([{ ...first, opensAtMs: first.opensAtMs + 1 }, second, third]),
      "sales[0].opensAt: must stay as it was; 40 seats of sale 1 are given out",
    ],
    [
      "a sale with seats removed from the end",
      snapshot(40, 2_000),
      draft([first]),
      "sales: sale 2 must stay; 2,000 seats of sale 2 are given out",
    ],
    [
      "a sale put before one with seats",
      snapshot(40),
      draft([{ ...first, opensAtMs: 0, closesAtMs: 1 }, first]),
      "sales[1]: must stay at sales[0]; 40 seats of sale 1 are given out under its number",
    ],
    [
      "an empty sale removed from before one with seats",
      snapshot(0, 40),
      draft([second, third]),
      "sales[0]: must stay at sales[1]; 40 seats of sale 2 are given out under its number",
    ],
  ];
  for (const [what, current, wanted, ...sentences] of refused) {
    test(what, () => expect(faults(current, wanted)).toEqual(sentences));
  }

  test("with every reason at once", () => {
    expect(faults(snapshot(40, 30), unlikeInEverything)).toHaveLength(5);
  });
});

/** The second sale opens at noon of day two; its lobby begins a quarter of an hour before. */
describe("a waiting room", () => {
  const fromMs = second.opensAtMs - 15 * MINUTE_MS;
  const inLobbyMs = fromMs + MINUTE_MS;
  const drawn = { ...second, lobby: { fromMs, beacon: "drand round 5512345" } };
  const undrawn = { ...second, lobby: { fromMs } };
  const before = stored([first, drawn, third]);
  const begun = "the lobby of sale 2 has begun";

  test("may be turned on, changed and turned off until the lobby begins", () => {
    for (const one of [
      drawn,
      undrawn,
      second,
      { ...drawn, lobby: { fromMs: fromMs + MINUTE_MS } },
    ]) {
      for (const other of [drawn, undrawn, second]) {
        expect(
          faults(stored([first, one, third]), draft([first, other, third]), fromMs - 1),
        ).toEqual([]);
      }
    }
  });

  test("stays as those in the lobby were told, but for quota and closing", () => {
    const changed: readonly [SaleDraft, ...string[]][] = [
      [drawn],
      [{ ...drawn, quota: 200, closesAtMs: drawn.closesAtMs + 1 }],
      [second, `waitingRoom: must stay on; ${begun}`],
      [undrawn, `sales[1].beacon: must stay as it was; ${begun}`],
      [
        { ...drawn, lobby: { fromMs, beacon: "drand round 1" } },
        `sales[1].beacon: must stay as it was; ${begun}`,
      ],
      [
        { ...drawn, lobby: { ...drawn.lobby, fromMs: fromMs + 1 } },
        `sales[1].lobbyFrom: must stay as it was; ${begun}`,
      ],
      [
        { ...drawn, opensAtMs: drawn.opensAtMs + 1 },
        `sales[1].opensAt: must stay as it was; ${begun}`,
      ],
    ];
    for (const [sale, ...sentences] of changed) {
      for (const nowMs of [fromMs, inLobbyMs, second.opensAtMs]) {
        expect(faults(before, draft([first, sale, third]), nowMs)).toEqual(sentences);
      }
    }
  });

  test("holds its sale at its number from the lobby on, seats or none", () => {
    expect(faults(before, draft([drawn, third]), inLobbyMs)).toEqual([
      `sales[0]: must stay at sales[1]; ${begun} under its number`,
    ]);
    expect(faults(before, draft([first]), drawn.closesAtMs)).toEqual([
      `sales: sale 2 must stay; ${begun}`,
    ]);
  });

  test("leaves days and time zone free while nobody has a seat", () => {
    const wanted = draft([first, drawn, third], { timeZone: "UTC", days: [] });
    expect(faults(before, wanted, inLobbyMs)).toEqual([]);
  });

  test("may be turned on in the middle of a sale, but not with a beacon that is known by then", () => {
    const without = snapshot(0, 40);
    const nowMs = second.opensAtMs + MINUTE_MS;
    expect(faults(without, draft([first, undrawn, third]), nowMs)).toEqual([]);
    const late = ["sales[1].beacon: must be named before the lobby begins"];
    expect(faults(without, draft([first, drawn, third]), nowMs)).toEqual(late);
    expect(faults(without, draft([first, drawn, third]), fromMs)).toEqual(late);
    expect(faults(null, draft([first, drawn, third]), fromMs)).toEqual(late);
  });

  test("of a sale that is over is kept as it was, whatever the file says of those to come", () => {
    const later = { ...third, lobby: { fromMs: third.opensAtMs - MINUTE_MS } };
    const nowMs = drawn.closesAtMs;
    const turnedOff = decideChange(
      stored([first, drawn, later]),
      draft([first, second, third]),
      nowMs,
    );
    expect(turnedOff).toEqual({ kind: "write", draft: draft([first, drawn, third]) });
    const turnedOn = decideChange(snapshot(7, 7), draft([first, drawn, later]), nowMs);
    expect(turnedOn).toEqual({ kind: "write", draft: draft([first, second, later]) });
  });

  test("may be turned on for a sale that was over and is opened again", () => {
    const again = { ...undrawn, closesAtMs: second.closesAtMs + DAY_MS };
    const wanted = draft([first, again]);
    expect(decideChange(stored([first, second]), wanted, second.closesAtMs)).toEqual({
      kind: "write",
      draft: wanted,
    });
  });
});

test("a pause is of an event there is", () => {
  expect(decidePause(snapshot(), { slug: "river-songs", isPaused: true })).toEqual({
    kind: "pause",
    isPaused: true,
  });
  expect(decidePause(null, { slug: "sea-songs", isPaused: true })).toEqual({
    kind: "refuse",
    faults: ["there is no event sea-songs"],
  });
});
