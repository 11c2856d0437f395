import { serveParent } from "../harness/parent.ts";
import { waitAndPoll } from "./waiting-crowd.ts";

await serveParent(waitAndPoll);
process.exit();
