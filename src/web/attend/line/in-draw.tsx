import { timeOfDay } from "../../../language/dates.ts";
import type { Sale } from "../../../sale/event.ts";
import type { AttendProps } from "../attend-props.ts";
import { Countdown } from "../countdown.tsx";
import type { Zones } from "../opening-words.ts";
import { openingWords } from "../opening-words.ts";
import type { SaleNow } from "../sale-now.ts";
import type { Speech } from "../speech.ts";
import { useSpeech } from "../speech.ts";

interface InDrawProps extends AttendProps {
  readonly now: SaleNow;
}

/** A place in the lobby: nothing to do, and nothing to gain by doing anything. */
export function InDraw({ now, nowMs, tick, zones }: InDrawProps) {
  const speech = useSpeech();
  const { draw } = speech.texts.line;
  const { opensAtMs } = now.sale;
  const leftMs = opensAtMs - nowMs;
  if (leftMs <= 0) return <p role="status">{draw.drawing}</p>;
  const { line } = tick;
  return (
    <>
      <Countdown label={draw.drawnIn} leftMs={leftMs} />
      <p>
        {draw.drawnAt(openingWords(opensAtMs, zones, speech))}{" "}
        {fairnessText(now.sale, zones, speech)}
      </p>
      {line !== null && <p>{draw.people(line.lobbyCount)}</p>}
      <p class="soft">{draw.stay}</p>
    </>
  );
}

/** A list that waits for a public value is closed before that value can be known. */
const BEACON_LEAD_MS = 120_000;

/** That it does not matter when one joins, and until when that holds. */
export function fairnessText(
  { opensAtMs, lobby }: Sale,
  { event }: Zones,
  { language, texts }: Speech,
): string {
  const { sameChance, listCloses } = texts.line.draw;
  if (lobby?.beacon === undefined) return sameChance;
  return `${sameChance} ${listCloses(timeOfDay(opensAtMs - BEACON_LEAD_MS, event, language))}`;
}
