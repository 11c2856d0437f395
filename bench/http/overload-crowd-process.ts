import { serveParent } from "../harness/parent.ts";
import { runCrowd } from "./overload-crowd.ts";

await serveParent(runCrowd);
process.exit();
