import { join } from "node:path";
import { RawEcho } from "../http/raw-echo.ts";
import type { Bombardment } from "./bombardment.ts";
import { Driver } from "./driver.ts";
import { writeRequestLines } from "./http-request.ts";
import { TemporaryFolder } from "./temporary-folder.ts";
import { bombard, generator } from "./throughput.ts";

/** What our own driver gets out of the raw echo, beside what a generator in C or Rust gets out of it. */
export interface DriverCheck {
  readonly driverPerS: number;
  readonly referencePerS: number;
  /** Where it is not, a throughput found with the driver is void: it may be the driver's own. */
  readonly isFair: boolean;
  /** The same as a sentence. */
  readonly note: string;
}

const SHARE_MIN = 0.9;
const CONNECTION_COUNT = 64;
const TIMEOUT_MS = 10_000;

/** Takes `2 × durationS`. To be run beside every throughput that is found with the driver. */
export async function checkDriver({
  durationS,
}: Pick<Bombardment, "durationS">): Promise<DriverCheck> {
  await using echo = await RawEcho.start();
  await using driver = new Driver();
  using folder = new TemporaryFolder();
  const requestFile = join(folder.path, "echo");
  const body = JSON.stringify({ phone: "+8801712345678", code: "123456" });
  await writeRequestLines(requestFile, [{ method: "POST", path: "/", headers: {}, body }]);
  const load = {
    url: echo.url,
    connectionCount: CONNECTION_COUNT,
    requestFile,
    lines: "again",
  } as const;
  const { requestsPerS: referencePerS } = await bombard({ ...load, durationS });
  const { achievedPerS: driverPerS } = await driver.drive({
    ...load,
    pace: { kind: "closed" },
    durationMs: durationS * 1_000,
    timeoutMs: TIMEOUT_MS,
  });
  const share = driverPerS / referencePerS;
  const isFair = share >= SHARE_MIN;
  const percent = `${Math.round(share * 100)} % of ${generator()}'s on the raw echo`;
  const note = `our driver reaches ${percent}${isFair ? "" : ": a throughput found with it is VOID"}`;
  return { driverPerS, referencePerS, isFair, note };
}
