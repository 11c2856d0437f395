import { serveParent } from "../harness/parent.ts";
import type { StaticAnswer } from "./raw-static.ts";

await serveParent(async ({ path, body, headers }: StaticAnswer) => {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    development: false,
    routes: { [path]: new Response(body, { headers }) },
  });
  return server.url.origin;
});
process.exit();
