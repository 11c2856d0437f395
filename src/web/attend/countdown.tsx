const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** As in `2 d 04:05:06`, or `04:05` under an hour; never negative. */
export function countdownText(leftMs: number): string {
  const leftS = Math.max(0, Math.ceil(leftMs / 1000));
  const days = Math.floor(leftS / DAY_S);
  const hours = Math.floor((leftS % DAY_S) / HOUR_S);
  const minutes = Math.floor((leftS % HOUR_S) / MINUTE_S);
  const clock = [minutes, leftS % MINUTE_S].map(twoDigits).join(":");
  const long = days > 0 || hours > 0 ? `${twoDigits(hours)}:${clock}` : clock;
  return days > 0 ? `${days} d ${long}` : long;
}

/** As in `8 s`, or `04:05` from a minute on: a short wait within a sentence. */
export function waitText(leftMs: number): string {
  const leftS = Math.max(0, Math.ceil(leftMs / 1000));
  return leftS < MINUTE_S ? `${leftS} s` : countdownText(leftMs);
}

/** The time left in words that a screen reader can say without hurry. */
export function countdownWords(leftMs: number): string {
  const leftMinutes = Math.ceil(Math.max(0, leftMs) / 1000 / MINUTE_S);
  const days = Math.floor(leftMinutes / (24 * 60));
  const hours = Math.floor((leftMinutes % (24 * 60)) / 60);
  const parts = [counted(days, "day"), counted(hours, "hour"), counted(leftMinutes % 60, "minute")];
  return parts.filter((part) => part !== null).join(" ") || "less than a minute";
}

export function Countdown({ label, leftMs }: { readonly label: string; readonly leftMs: number }) {
  return (
    <p class="figure">
      <span class="figure-label">{label}</span>
      <span class="figure-value" aria-hidden="true">
        {countdownText(leftMs)}
      </span>
      <span class="hidden-text">{countdownWords(leftMs)}</span>
    </p>
  );
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

function counted(count: number, noun: string): string | null {
  if (count === 0) return null;
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
