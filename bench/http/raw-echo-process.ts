import { serveParent } from "../harness/parent.ts";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  development: false,
  fetch: async (request) => Response.json(await request.json()),
});

await serveParent(async () => server.url.origin);
process.exit();
