/**
 * The lines that tell a calendar program how a zone's clocks stood at the local times given (`2027-01-15T17:00`),
 * as RFC 5545 section 3.6.5 wants it for every zone that is named.
 */
export function calendarTimeZone(
  timeZone: string,
  localTimes: readonly string[],
): readonly string[] {
  const observances = localTimes.map((localTime) => observance(timeZone, localTime));
  const different = new Map(observances.map((lines) => [lines.join(), lines]));
  return [
    "BEGIN:VTIMEZONE",
    `TZID:${timeZone}`,
    ...[...different.values()].flat(),
    "END:VTIMEZONE",
  ];
}

/** From the last change of the clocks before a local time: what they showed just before, and what they show since. */
function observance(timeZone: string, localTime: string): readonly string[] {
  const moment = Temporal.PlainDateTime.from(localTime).toZonedDateTime(timeZone);
  const change = moment.getTimeZoneTransition("previous");
  if (change === null) return offsetLines("19700101T000000", moment.offset, moment.offset);
  const offsetBefore = change.subtract({ nanoseconds: 1 }).offset;
  // A change is told in the time that the clocks showed until then.
  const onset = change.withTimeZone(offsetBefore).toPlainDateTime();
  const dtStart = onset.toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "");
  return offsetLines(dtStart, offsetBefore, change.offset);
}

/** Programs go by the offsets; that summer time should be called DAYLIGHT is a nicety `Temporal` cannot tell. */
function offsetLines(dtStart: string, offsetBefore: string, offset: string): readonly string[] {
  const kind = offset > offsetBefore ? "DAYLIGHT" : "STANDARD";
  return [
    `BEGIN:${kind}`,
    `DTSTART:${dtStart}`,
    `TZOFFSETFROM:${offsetBefore.replace(":", "")}`,
    `TZOFFSETTO:${offset.replace(":", "")}`,
    `END:${kind}`,
  ];
}
