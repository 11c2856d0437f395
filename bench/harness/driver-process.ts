import { drive } from "./driver.ts";
import { serveParent } from "./parent.ts";

await serveParent(drive);
process.exit();
