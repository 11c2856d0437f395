import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readEventFile } from "../../src/organiser/event-file.ts";
import type { EventDraft } from "../../src/organiser/ports.ts";
import { eventFile, sale } from "./event-files.ts";

const MINUTE_MS = 60_000;

function faultsOf(file: unknown): readonly string[] {
  const read = readEventFile(file);
  return read.kind === "faulty" ? read.faults : [];
}

function draftOf(file: unknown): EventDraft {
  const read = readEventFile(file);
  if (read.kind === "faulty") throw new Error(read.faults.join("\n"));
  return read.draft;
}

describe("a file without faults", () => {
  test("is read whole: local times in the event's zone, days and sales numbered from 1", () => {
    const draft = draftOf(eventFile({ description: "  Songs.\r\n\nAnd boats. " }));
    expect(draft).toEqual({
      slug: "river-songs",
      proof: "off",
      details: {
        name: "River Songs",
        venue: "The Old Harbour",
        description: "Songs.\n\nAnd boats.",
        timeZone: "Europe/Berlin",
        days: [
          { day: 1, date: "2027-01-15", doorsAt: "10:00" },
          { day: 2, date: "2027-01-16", doorsAt: "10:00" },
        ],
      },
      sales: [
        {
          number: 1,
          verifyFromMs: Date.UTC(2027, 0, 10, 9),
          opensAtMs: Date.UTC(2027, 0, 10, 9),
          closesAtMs: Date.UTC(2027, 0, 11, 8),
          quota: 60_000,
        },
        {
          number: 2,
          verifyFromMs: Date.UTC(2027, 0, 11, 9),
          opensAtMs: Date.UTC(2027, 0, 11, 9),
          closesAtMs: Date.UTC(2027, 0, 12, 8),
          quota: 60_000,
        },
      ],
    });
  });

  test("may say how its tickets look and what to bring", () => {
    const picture = pngUrl({});
    const look = { theme: { accent: "#0B6170" }, bring: " Water\r\nA coat ", picture };
    expect(draftOf(eventFile(look)).details).toMatchObject({
      theme: { accent: "#0b6170" },
      bring: "Water\nA coat",
      picture,
    });
  });

  test("may give an instant with an offset of its own", () => {
    for (const opensAt of [
      "2027-01-10T09:00:00Z",
      "2027-01-10T15:00+06:00",
      "2027-01-10T10:00:00.000",
    ]) {
      const draft = draftOf(eventFile({ sales: [sale({ opensAt })] }));
      expect(draft.sales[0]?.opensAtMs).toBe(Date.UTC(2027, 0, 10, 9));
    }
  });

  test("may name its zone in any case; the event keeps the zone's own spelling", () => {
    expect(draftOf(eventFile({ timeZone: "asia/dhaka" })).details.timeZone).toBe("Asia/Dhaka");
  });

  test("may open a lobby before every sale: a quarter of an hour before, unless it says when", () => {
    const [, second] = eventFile()["sales"] as unknown[];
    const first = sale({ lobbyFrom: "2027-01-10T09:30", beacon: " drand round 5512345 " });
    const draft = draftOf(eventFile({ waitingRoom: "on", sales: [first, second] }));
    expect(draft.sales.map(({ lobby }) => lobby)).toEqual([
      { fromMs: Date.UTC(2027, 0, 10, 8, 30), beacon: "drand round 5512345" },
      { fromMs: Date.UTC(2027, 0, 11, 8, 45) },
    ]);
    const off = draftOf(eventFile({ waitingRoom: "off" }));
    expect(off).toEqual(draftOf(eventFile()));
    expect(off.sales.some((one) => "lobby" in one)).toBe(false);
  });

  test("opens no lobby of its own accord before phones are verified, where they are early", () => {
    const lobbyFrom = (verifyFrom: string) =>
      draftOf(eventFile({ waitingRoom: "on", sales: [sale({ verifyFrom })] })).sales[0]?.lobby;
    const opensAtMs = Date.UTC(2027, 0, 10, 9);
    expect(lobbyFrom("2027-01-10T09:00")).toEqual({ fromMs: opensAtMs - 15 * MINUTE_MS });
    expect(lobbyFrom("2027-01-10T09:50")).toEqual({ fromMs: opensAtMs - 10 * MINUTE_MS });
    expect(lobbyFrom("2027-01-10T10:00")).toEqual({ fromMs: opensAtMs - 15 * MINUTE_MS });
  });

  test("may let a lobby begin at any of the instants it lies between", () => {
    const accepted = (changes: Record<string, unknown>) =>
      faultsOf(eventFile({ waitingRoom: "on", sales: [sale(), nextDay(changes)] }));
    expect(accepted({ lobbyFrom: "2027-01-11T09:00" })).toEqual([]);
    expect(accepted({ lobbyFrom: "2027-01-11T10:00" })).toEqual([]);
    expect(accepted({ lobbyFrom: "2027-01-11T09:20", verifyFrom: "2027-01-11T09:20" })).toEqual([]);
    expect(accepted({ lobbyFrom: "2027-01-11T09:57", beacon: "b".repeat(120) })).toEqual([]);
  });

  test("may let the next verification begin at the instant the sale before it closes", () => {
    const second = sale({
      verifyFrom: "2027-01-11T09:00",
      opensAt: "2027-01-11T10:00",
      closesAt: "2027-01-12T10:00",
    });
    expect(faultsOf(eventFile({ sales: [sale(), second] }))).toEqual([]);
  });
});

/** A sale that opens an hour after the first has closed. */
function nextDay(changes: Record<string, unknown>): Record<string, unknown> {
  return sale({ opensAt: "2027-01-11T10:00", closesAt: "2027-01-12T10:00", ...changes });
}

/** The head of a PNG of one row, as much as an event's file is judged by. */
function pngUrl({ colourType = 2, width = 8, padding = 0 }): string {
  const bytes = Buffer.alloc(40 + padding);
  Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(1, 20);
  bytes.set([8, colourType, 0, 0, 0], 24);
  return `data:image/png;base64,${bytes.toString("base64")}`;
}

const tooEarly = "must not be before the sale before it closes, Mon 2027-01-11 09:00:00 +01:00";
const timeForm = "must be a time as in 2027-01-10T10:00 (local) or 2027-01-10T10:00:00+06:00";
const control = String.fromCharCode(0);

/** An event with the waiting room on and a first sale so changed. */
function lobbies(first: Record<string, unknown>, ...others: unknown[]): Record<string, unknown> {
  return { waitingRoom: "on", sales: [sale(first), ...others] };
}

const faultTable: readonly [changes: Record<string, unknown>, ...faults: string[]][] = [
  [{ slug: undefined }, "slug: is missing; must be a text"],
  [{ slug: "River Songs" }, "slug: must be 1 to 40 of a-z, 0-9 and -"],
  [{ slug: "r".repeat(41) }, "slug: must be 1 to 40 of a-z, 0-9 and -"],
  [{ slug: "" }, "slug: must not be empty"],
  [{ name: 7 }, "name: must be a text"],
  [{ name: null }, "name: must be a text"],
  [{ name: " " }, "name: must not be empty"],
  [{ name: "two\nlines" }, "name: must be one line"],
  [{ name: `zero${control}` }, "name: must hold no control characters"],
  [{ name: "lone \ud800" }, "name: must hold no control characters"],
  [{ venue: "turned \u202e round" }, "venue: must hold no control characters"],
  [{ venue: "v".repeat(121) }, "venue: must be at most 120 characters"],
  [{ description: "d".repeat(4_001) }, "description: must be at most 4000 characters"],
  [
    { timeZone: "Asia/Daka" },
    "timeZone: Asia/Daka is not an IANA time zone; did you mean Asia/Dhaka?",
  ],
  [{ timeZone: "Dhaka" }, "timeZone: Dhaka is not an IANA time zone; did you mean Asia/Dhaka?"],
  [{ timeZone: "+06:00" }, "timeZone: +06:00 is not an IANA time zone such as Asia/Dhaka"],
  [{ sale: [] }, "sale: no such key; did you mean sales?"],
  [
    { title: "x" },
    "title: no such key; known are slug, name, venue, description, timeZone, days, sales, theme, bring, picture, proof, waitingRoom",
  ],
  [{ proof: "yes" }, "proof: must be off, on or raised"],
  [{ waitingRoom: "yes" }, "waitingRoom: must be off or on"],
  [{ waitingRoom: true }, "waitingRoom: must be a text"],
  [
    { sales: [sale({ lobbyFrom: "2027-01-10T09:30", beacon: "drand" })] },
    "sales[0].lobbyFrom: needs waitingRoom to be on",
    "sales[0].beacon: needs waitingRoom to be on",
  ],
  [lobbies({ lobbyFrom: "2027-01-10T10:01" }), "sales[0].lobbyFrom: must not be after opensAt"],
  [
    lobbies({ lobbyFrom: "2027-01-10T10:01", beacon: "drand" }),
    "sales[0].lobbyFrom: must not be after opensAt",
  ],
  [lobbies({ lobbyFrom: "soon" }), `sales[0].lobbyFrom: ${timeForm}`],
  [
    lobbies({ verifyFrom: "2027-01-10T09:30", lobbyFrom: "2027-01-10T09:29" }),
    "sales[0].lobbyFrom: must not be before verifyFrom",
  ],
  [
    lobbies({ lobbyFrom: "2027-01-10T09:57:01", beacon: "drand" }),
    "sales[0].lobbyFrom: must be 3 minutes or more before opensAt, since a beacon is named",
  ],
  [
    lobbies({ verifyFrom: "2027-01-10T09:58", beacon: "drand" }),
    "sales[0].verifyFrom: must be 3 minutes or more before opensAt, since a beacon is named",
  ],
  [lobbies({ beacon: "two\nlines" }), "sales[0].beacon: must be one line"],
  [lobbies({ beacon: "b".repeat(121) }), "sales[0].beacon: must be at most 120 characters"],
  [lobbies({}, nextDay({ lobbyFrom: "2027-01-11T08:59" })), `sales[1].lobbyFrom: ${tooEarly}`],
  [
    lobbies({}, nextDay({ opensAt: "2027-01-11T09:10" })),
    `sales[1].lobbyFrom: is missing, which means 15 minutes before opensAt; ${tooEarly}`,
  ],
  [lobbies({}, nextDay({ opensAt: "2027-01-11T08:59" })), `sales[1].opensAt: ${tooEarly}`],
  [{ theme: { accent: "teal" } }, "theme.accent: must be a colour as in #0b6170"],
  [{ theme: {} }, "theme.accent: is missing; must be a text"],
  [{ bring: "b".repeat(401) }, "bring: must be at most 400 characters"],
  [
    { picture: "https://example.org/a.png" },
    "picture: must begin with data:image/png;base64, or data:image/jpeg;base64,",
  ],
  [{ picture: "data:image/jpeg;base64,iVBORw0K" }, "picture: is not a JPEG"],
  [
    { picture: pngUrl({ colourType: 6 }) },
    "picture: must be a PNG without transparency and interlacing, or a JPEG",
  ],
  [{ picture: pngUrl({ width: 4_097 }) }, "picture: must be 1 to 4096 pixels wide and high"],
  [{ picture: pngUrl({ padding: 65_536 }) }, "picture: must be at most 64 KiB, but is 65"],
  [{ days: {} }, "days: must be a list [ … ]"],
  [{ days: [] }, "days: must not be empty"],
  [{ days: ["2027-01-15"] }, "days[0]: must be an object { … }"],
  [
    { days: [{ date: "2027-02-30", doorsAt: "10:00" }] },
    "days[0].date: 2027-02-30 is not a date of the calendar, as in 2027-01-15",
  ],
  [
    { days: [{ date: "2027-01-15", doorsAt: "24:00" }] },
    "days[0].doorsAt: 24:00 is not a time of day, as in 10:00",
  ],
  [
    {
      days: ["2027-01-16", "2027-01-15", "2027-01-15"].map((date) => ({ date, doorsAt: "10:00" })),
    },
    "days[1].date: must be after the day before it, 2027-01-16",
    "days[2].date: must be after the day before it, 2027-01-15",
  ],
  [{ sales: [] }, "sales: must not be empty"],
  [{ sales: [sale({ quota: 0 })] }, "sales[0].quota: must be a whole number from 1 to 131071"],
  [
    { sales: [sale({ quota: 131_072 })] },
    "sales[0].quota: must be a whole number from 1 to 131071",
  ],
  [{ sales: [sale({ quota: "100" })] }, "sales[0].quota: must be a whole number from 1 to 131071"],
  [{ sales: [sale({ opens_at: "x" })] }, "sales[0].opens_at: no such key; did you mean opensAt?"],
  [{ sales: [sale({ opensAt: "10 January" })] }, `sales[0].opensAt: ${timeForm}`],
  [{ sales: [sale({ opensAt: "2027-01-10T10:00:60" })] }, `sales[0].opensAt: ${timeForm}`],
  [
    { sales: [sale({ opensAt: "2027-01-32T10:00" })] },
    "sales[0].opensAt: 2027-01-32T10:00 is not in the calendar",
  ],
  [{ sales: [sale({ opensAt: 1_799_553_600_000 })] }, "sales[0].opensAt: must be a text"],
  [
    { sales: [sale({ verifyFrom: "2027-01-10T10:01" })] },
    "sales[0].verifyFrom: must not be after opensAt",
  ],
  [{ sales: [sale({ closesAt: "2027-01-10T10:00" })] }, "sales[0].closesAt: must be after opensAt"],
  [
    { sales: [sale(), sale({ opensAt: "2027-01-11T08:59", closesAt: "2027-01-12T10:00" })] },
    `sales[1].opensAt: ${tooEarly}`,
  ],
  [
    {
      sales: [
        sale(),
        sale({
          verifyFrom: "2027-01-11T08:59",
          opensAt: "2027-01-11T10:00",
          closesAt: "2027-01-12T10:00",
        }),
      ],
    },
    `sales[1].verifyFrom: ${tooEarly}`,
  ],
];

describe("each fault is a sentence at its path, and is the only one told", () => {
  for (const [changes, ...faults] of faultTable) {
    test(faults.join(" · "), () => expect(faultsOf(eventFile(changes))).toEqual(faults));
  }
});

test("all faults of a file are told at once", () => {
  const file = eventFile({
    slug: "X",
    timeZone: "Mars",
    sales: [sale({ quota: -1, opensAt: "" })],
  });
  expect(faultsOf(file).map((fault) => fault.split(":")[0])).toEqual([
    "slug",
    "timeZone",
    "sales[0].opensAt",
    "sales[0].quota",
  ]);
});

test("more than 16 days or sales are refused", () => {
  const days = Array.from({ length: 17 }, (_, index) => ({
    date: `2027-01-${index + 10}`,
    doorsAt: "10:00",
  }));
  expect(faultsOf(eventFile({ days }))).toEqual(["days: at most 16, but there are 17"]);
  expect(faultsOf(eventFile({ days: days.slice(1) }))).toEqual([]);
});

test("what is no event at all is refused with sentences, not exceptions", () => {
  for (const file of [null, [], "event", 7, true, JSON.parse('{"__proto__": {"slug": "x"}}')]) {
    expect(faultsOf(file)[0]).toMatch(/^(the file: must be an object|__proto__: no such key)/);
  }
});

describe("local times around a change of the clocks in Europe/Berlin", () => {
  const opening = (opensAt: string, closesAt: string) =>
    faultsOf(eventFile({ sales: [sale({ opensAt, closesAt })] }));

  test("a time the clocks skip in spring is a fault that says so", () => {
    expect(opening("2027-03-28T02:30", "2027-03-29T10:00")).toEqual([
      "sales[0].opensAt: 2027-03-28T02:30:00 does not exist in Europe/Berlin: the clocks go forward over it",
    ]);
    expect(opening("2027-03-28T02:00", "2027-03-29T10:00")).toHaveLength(1);
    expect(opening("2027-03-28T01:59", "2027-03-28T03:00")).toEqual([]);
  });

  test("a time the clocks show twice in autumn is a fault that says how to mean either", () => {
    expect(opening("2027-10-31T02:30", "2027-11-01T10:00")).toEqual([
      "sales[0].opensAt: 2027-10-31T02:30:00 comes twice in Europe/Berlin, where the clocks go back; write 2027-10-31T02:30:00+02:00 (the first) or 2027-10-31T02:30:00+01:00",
    ]);
    expect(opening("2027-10-31T02:00", "2027-11-01T10:00")).toHaveLength(1);
    expect(opening("2027-10-31T03:00", "2027-11-01T10:00")).toEqual([]);
    expect(opening("2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00")).toEqual([]);
  });

  test("ten in the morning is ten in the morning on both sides of the change", () => {
    const { sales } = draftOf(
      eventFile({
        sales: [
          sale({ opensAt: "2027-03-27T10:00", closesAt: "2027-03-28T10:00" }),
          sale({ opensAt: "2027-03-28T10:00", closesAt: "2027-03-29T10:00" }),
        ],
      }),
    );
    expect(sales.map(({ opensAtMs }) => new Date(opensAtMs).toISOString())).toEqual([
      "2027-03-27T09:00:00.000Z",
      "2027-03-28T08:00:00.000Z",
    ]);
  });
});

test("every accepted file has sales in order that do not overlap", () => {
  const hour = fc
    .integer({ min: 0, max: 96 })
    .map((hours) => new Date(Date.UTC(2027, 2, 26, hours)).toISOString().slice(0, 16));
  const anyHours = fc.tuple(hour, hour, hour, hour);
  const hours = fc.oneof(
    anyHours,
    anyHours.map((some) => some.toSorted()),
  );
  const candidate = fc
    .tuple(hours, fc.integer({ min: 0, max: 5 }), fc.boolean(), fc.boolean())
    .map(([[verifyFrom, lobbyFrom, opensAt, closesAt], quota, isEarly, isTold]) => ({
      ...(isEarly && { verifyFrom }),
      ...(isTold && { lobbyFrom }),
      opensAt,
      closesAt,
      quota,
    }));
  const sales = fc.array(candidate, { maxLength: 3 });
  let acceptedCount = 0;
  fc.assert(
    fc.property(sales, (candidates) => {
      const read = readEventFile(eventFile({ sales: candidates, waitingRoom: "on" }));
      if (read.kind === "faulty") return read.faults.length > 0;
      acceptedCount += 1;
      let previousClosesAtMs = Number.NEGATIVE_INFINITY;
      return read.draft.sales.every((one, index) => {
        const fromMs = one.lobby?.fromMs ?? Number.NaN;
        const isOrdered =
          previousClosesAtMs <= Math.min(one.verifyFromMs, fromMs) &&
          (one.verifyFromMs <= fromMs || one.verifyFromMs === one.opensAtMs) &&
          fromMs <= one.opensAtMs &&
          one.opensAtMs < one.closesAtMs;
        previousClosesAtMs = one.closesAtMs;
        return isOrdered && one.number === index + 1 && one.quota >= 1;
      });
    }),
    { numRuns: 3_000 },
  );
  expect(acceptedCount).toBeGreaterThan(100);
});
