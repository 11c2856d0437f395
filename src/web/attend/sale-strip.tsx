import { countWords } from "../parts/dates.ts";
import type { SaleNow } from "./sale-now.ts";

const STATE_WORDS = {
  scheduled: "Not open yet",
  verifying: "Opens soon",
  open: "Open now",
  paused: "Paused",
  full: "All seats taken",
  closed: "Ended",
} as const;

/** One line that says how the sale stands, above whatever the form asks for. */
export function SaleStrip({ now }: { readonly now: SaleNow | null }) {
  const state = now?.state ?? "closed";
  return (
    <div class={`strip strip-${state}`}>
      <p class="strip-state" role="status">
        <span class="dot" aria-hidden="true" />
        {STATE_WORDS[state]}
      </p>
      {now !== null && <SeatsLeft now={now} />}
    </div>
  );
}

function SeatsLeft({ now: { sale, state, remaining } }: { readonly now: SaleNow }) {
  if (state === "full" || state === "closed") return null;
  const isSelling = state === "open" || (state === "paused" && remaining < sale.quota);
  return (
    <>
      <p class="strip-seats">
        <strong>{countWords(remaining)}</strong> {isSelling ? "seats left" : "seats"}
      </p>
      {isSelling && (
        <progress
          class="strip-bar"
          max={sale.quota}
          value={sale.quota - remaining}
          aria-label="Seats taken"
        />
      )}
    </>
  );
}
