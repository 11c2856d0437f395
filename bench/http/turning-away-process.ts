import { serve } from "../../test/http/serve.ts";
import { serveParent } from "../harness/parent.ts";

/** Claims that never end, more than it takes to tell that the database does not keep up. */
const STUCK_COUNT = 100;
const TRY_EVERY_MS = 50;

await serveParent(async ({ path }: { readonly path: string }) => {
  const stuck = Promise.withResolvers<never>();
  const { url } = serve({
    registration: {
      requestCode: () => stuck.promise,
      verify: () => stuck.promise,
      confirm: () => stuck.promise,
    },
  });
  const body = JSON.stringify({ verification: "sealed" });
  const headers = { "content-type": "application/json" };
  const ask = () => fetch(`${url}${path}`, { method: "POST", headers, body });
  // Nobody waits for them, and their connections fall silent in the end.
  for (let count = 0; count < STUCK_COUNT; count += 1) ask().catch(() => {});
  while ((await Promise.race([ask(), Bun.sleep(TRY_EVERY_MS)]))?.status !== 503) {
    await Bun.sleep(TRY_EVERY_MS);
  }
  return url;
});
process.exit();
