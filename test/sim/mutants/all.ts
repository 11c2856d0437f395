import { databaseMutants } from "./database.ts";
import { deliveryMutants } from "./delivery.ts";
import { lineMutants } from "./line.ts";
import type { Mutant } from "./mutant.ts";
import { otpMutants } from "./otp.ts";
import { seatMutants } from "./seats.ts";
import { smsMutants } from "./sms.ts";

/** Seeds, from 1 on, within which the simulator must find each. */
export const MUTANT_SEED_COUNT = 300;

/** Every bug that the simulator must find. */
export const MUTANTS: readonly Mutant[] = [
  ...seatMutants,
  ...otpMutants,
  ...deliveryMutants,
  ...smsMutants,
  ...databaseMutants,
  ...lineMutants,
];
