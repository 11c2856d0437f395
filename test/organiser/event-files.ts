/** A file without faults; `changes` are laid over its top level. */
export function eventFile(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    slug: "river-songs",
    name: "River Songs",
    venue: "The Old Harbour",
    timeZone: "Europe/Berlin",
    days: [
      { date: "2027-01-15", doorsAt: "10:00" },
      { date: "2027-01-16", doorsAt: "10:00" },
    ],
    sales: [
      sale(),
      sale({ opensAt: "2027-01-11T10:00", closesAt: "2027-01-12T09:00", quota: 60_000 }),
    ],
    ...changes,
  };
}

export function sale(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    opensAt: "2027-01-10T10:00",
    closesAt: "2027-01-11T09:00",
    quota: 60_000,
    ...changes,
  };
}
