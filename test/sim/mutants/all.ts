import { databaseMutants } from "./database.ts";
import { deliveryMutants } from "./delivery.ts";
import type { Mutant } from "./mutant.ts";
import { otpMutants } from "./otp.ts";
import { seatMutants } from "./seats.ts";

/** Every bug that the simulator must find. */
export const MUTANTS: readonly Mutant[] = [
  ...seatMutants,
  ...otpMutants,
  ...deliveryMutants,
  ...databaseMutants,
];
