import { serveParent } from "../harness/parent.ts";
import type { PreparedAnswer } from "./rejection-cost.ts";

await serveParent(async ({ status, body, headers }: PreparedAnswer) => {
  const prepared = new Response(body, { status, headers });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    development: false,
    fetch: () => prepared.clone(),
  });
  return server.url.origin;
});
process.exit();
