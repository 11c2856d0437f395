import type { Sale } from "../../sale/event.ts";
import type { Tick } from "../parts/api.ts";
import type { Standing } from "./line/standing.ts";
import type { WaitEstimate } from "./line/wait-estimate.ts";
import type { Zones } from "./opening-words.ts";
import type { SaleNow } from "./sale-now.ts";
import type { StepProps } from "./steps.tsx";

/** All the card is drawn from. */
export interface AttendProps extends StepProps {
  readonly now: SaleNow | null;
  readonly sales: readonly Sale[];
  readonly zones: Zones;
  readonly tick: Tick;
  /** The last question for a tick got no answer. */
  readonly isLost: boolean;
  readonly standing: Standing;
  /** Of the wait for one's turn. */
  readonly estimate: WaitEstimate | null;
}
