/** A mistake someone could make in `commit_registrations`, as edits of its text. */
export interface PlantedBug {
  readonly name: string;
  readonly edits: readonly (readonly [text: string, changed: string])[];
}

/** The definition with the bug in it; throws where an edit no longer applies. */
export function plant(definition: string, { name, edits }: PlantedBug): string {
  return edits.reduce((planted, [from, to]) => {
    const count = planted.split(from).length - 1;
    if (count !== 1) throw new Error(`${name}: stands ${count} times in the function: ${from}`);
    return planted.replace(from, () => to);
  }, definition);
}

const EVENT_LOCK = "where s.id = for_sale_id for no key update of e;";
const SALE_LOCK = "where s.id = for_sale_id for no key update;";
const UNLOCKED = "where s.id = for_sale_id;";
const WINDOW = "m.taken_at_ms >= opens_at_ms and m.taken_at_ms < closes_at_ms";
const CUT = "limit sale.quota - sale.sold\n";
const INSTANT = "instant := greatest(clock_timestamp(), sale.last_committed_at);";
const OUTBOX = "from winner w order by w.ordinal;";
/** Counts seats where the outbox's rows are no longer as many. */
const GIVEN = [
  "get diagnostics given = row_count;",
  "select count(*) - sale.sold into given from registrations r where r.sale_id = sale.id;",
] as const;
const SOLD = "set sold = s.sold + given,";
/** Where members are drawn up, apart from where they are answered. */
const HELD_BEFORE = `as held on true
    where held.id is null`;

/** Without the sale's lock alone nothing is broken: who changes a sale holds its event's. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "no lock at all",
    edits: [
      [EVENT_LOCK, UNLOCKED],
      [SALE_LOCK, UNLOCKED],
    ],
  },
  { name: "no lock on the event", edits: [[EVENT_LOCK, UNLOCKED]] },
  {
    name: "sold read before the lock",
    edits: [
      [
        "  select e.* into event\n",
        `  select s.* into sale from sales s where s.id = for_sale_id;
  select e.* into event\n`,
      ],
      [`select s.* into sale from sales s ${SALE_LOCK}`, ""],
    ],
  },
  {
    name: "holders looked up on a snapshot older than the lock",
    edits: [
      ["  given integer;\n", "  given integer;\n  held_phones bigint[];\n"],
      [
        "  select e.* into event\n",
        `  held_phones := array(
    select r.phone from registrations r join sales s on s.event_id = r.event_id
    where s.id = for_sale_id and r.phone = any (phones)
  );
  select e.* into event\n`,
      ],
      [HELD_BEFORE, "as held on true\n    where m.phone <> all (held_phones)"],
    ],
  },
  {
    name: "holders not looked up",
    edits: [[HELD_BEFORE, "as held on true\n    where true"]],
  },
  {
    name: "holders of other events looked up",
    edits: [
      [
        `r.event_id = event.id and r.phone = m.phone limit 1
    ) as held on true
    where`,
        `r.phone = m.phone limit 1
    ) as held on true
    where`,
      ],
    ],
  },
  { name: "one seat too many", edits: [[CUT, "limit sale.quota - sale.sold + 1\n"]] },
  { name: "one seat too few", edits: [[CUT, "limit greatest(sale.quota - sale.sold - 1, 0)\n"]] },
  { name: "the quota cuts each batch alone", edits: [[CUT, "limit sale.quota\n"]] },
  { name: "duplicates in a batch not dropped", edits: [["where m.attempt = 1", "where true"]] },
  {
    name: "ordinals numbered before duplicates are dropped",
    edits: [
      [
        "select m.*, row_number() over (",
        "select m.*, row_number() over (order by m.place) as line, row_number() over (",
      ],
      [
        "sale.sold + row_number() over (order by m.place) as ordinal",
        "sale.sold + m.line as ordinal",
      ],
    ],
  },
  {
    name: "ordinals from 0",
    edits: [
      [
        "sale.sold + row_number() over (order by m.place)",
        "sale.sold - 1 + row_number() over (order by m.place)",
      ],
    ],
  },
  {
    name: "the last of two with one phone wins",
    edits: [
      ["(partition by m.phone order by m.place)", "(partition by m.phone order by m.place desc)"],
    ],
  },
  {
    name: "attempts counted over those outside the window too",
    edits: [
      [`where held.id is null and ${WINDOW}\n`, "where held.id is null\n"],
      ["where m.attempt = 1", `where m.attempt = 1 and ${WINDOW}`],
    ],
  },
  { name: "the closing not judged", edits: [[WINDOW, "m.taken_at_ms >= opens_at_ms"]] },
  { name: "the opening not judged", edits: [[WINDOW, "m.taken_at_ms < closes_at_ms"]] },
  {
    name: "the instant of closing still open",
    edits: [[WINDOW, "m.taken_at_ms >= opens_at_ms and m.taken_at_ms <= closes_at_ms"]],
  },
  {
    name: "the instant of opening not yet open",
    edits: [[WINDOW, "m.taken_at_ms > opens_at_ms and m.taken_at_ms < closes_at_ms"]],
  },
  {
    name: "the window judged by the clock of the commit",
    edits: [[WINDOW, "instant >= sale.opens_at and instant < sale.closes_at"]],
  },
  {
    name: "the outbox forgotten",
    edits: [[OUTBOX, "from winner w where false;"], GIVEN],
  },
  {
    name: "an outbox row for the first of a batch alone",
    edits: [[OUTBOX, "from winner w where w.ordinal = sale.sold + 1;"], GIVEN],
  },
  { name: "outbox rows in reverse", edits: [[OUTBOX, "from winner w order by w.ordinal desc;"]] },
  { name: "sold not updated", edits: [[SOLD, "set"]] },
  { name: "sold counts those who asked", edits: [[SOLD, "set sold = s.sold + cardinality(ids),"]] },
  {
    name: "sold answered as it was before",
    edits: [["held.ordinal, sale.sold + given\n", "held.ordinal, sale.sold\n"]],
  },
  {
    name: "sold answered as it was before, to winners alone",
    edits: [["::integer, sale.sold + given\n", "::integer, sale.sold\n"]],
  },
  {
    name: "winners told ordinals from 0",
    edits: [["(sale.sold + w.place)::integer", "(sale.sold + w.place - 1)::integer"]],
  },
  {
    name: "all told that they won where one did",
    edits: [["if given = cardinality(ids) then", "if given > 0 then"]],
  },
  { name: "winners answered in another order", edits: [["order by w.place;", "order by w.id;"]] },
  {
    name: "the commit dated by the start of its transaction",
    edits: [[INSTANT, "instant := now();"]],
  },
  {
    name: "the commit dated by a clock that may go back",
    edits: [[INSTANT, "instant := clock_timestamp();"]],
  },
  { name: "the instant of the commit not kept", edits: [[", last_committed_at = instant", ""]] },
  {
    name: "a holder told full",
    edits: [
      [
        "      when held.id is not null then 'seat'\n",
        "      when given = 0 and sale.sold = sale.quota then 'full'\n      when held.id is not null then 'seat'\n",
      ],
    ],
  },
  {
    name: "a holder told closed",
    edits: [
      [
        `      when held.id is not null then 'seat'
      when m.taken_at_ms < opens_at_ms then 'not-open'
      when m.taken_at_ms >= closes_at_ms then 'closed'
`,
        `      when m.taken_at_ms < opens_at_ms then 'not-open'
      when m.taken_at_ms >= closes_at_ms then 'closed'
      when held.id is not null then 'seat'
`,
      ],
    ],
  },
  {
    name: "those outside the window told full",
    edits: [["      when m.taken_at_ms >= closes_at_ms then 'closed'\n", ""]],
  },
  {
    name: "outcomes in another order",
    edits: [["  order by m.place;\nend", "  order by m.phone;\nend"]],
  },
];
