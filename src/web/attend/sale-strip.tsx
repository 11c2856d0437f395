import type { SaleNow } from "./sale-now.ts";
import { useSpeech } from "./speech.ts";

/** One line that says how the sale stands, above whatever the form asks for. */
export function SaleStrip({ now }: { readonly now: SaleNow | null }) {
  const { texts } = useSpeech();
  const state = now?.state ?? "closed";
  return (
    <div class={`strip strip-${state}`}>
      <p class="strip-state" role="status">
        <span class="dot" aria-hidden="true" />
        {texts.states[state]}
      </p>
      {now !== null && <SeatsLeft now={now} />}
    </div>
  );
}

function SeatsLeft({ now: { sale, state, remaining } }: { readonly now: SaleNow }) {
  const { texts } = useSpeech();
  if (state === "full" || state === "closed") return null;
  const isSelling = state === "open" || (state === "paused" && remaining < sale.quota);
  return (
    <>
      <p class="strip-seats">{isSelling ? texts.seatsLeft(remaining) : texts.seats(remaining)}</p>
      {isSelling && (
        <progress
          class="strip-bar"
          max={sale.quota}
          value={sale.quota - remaining}
          aria-label={texts.seatsTaken}
        />
      )}
    </>
  );
}
