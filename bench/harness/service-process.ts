import type { App } from "../../src/app.ts";
import { serveParent } from "./parent.ts";
import { type StartOrder, startApp } from "./service-app.ts";

const apps: App[] = [];
await serveParent(async (order: StartOrder) => {
  const app = await startApp(order);
  apps.push(app);
  return app.url;
});
for (const app of apps) await app[Symbol.asyncDispose]();
process.exit();
