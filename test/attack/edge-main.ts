import { serve } from "../http/serve.ts";

/** Five times what a ticket of three pages takes. */
const PDF_BYTES = 128 * 1024;

const pdf = Buffer.alloc(PDF_BYTES, "%PDF-1.7 ");
const served = serve({ renderer: { render: async () => ({ kind: "rendered", pdf }) } });
console.log(served.url);
// Whoever started it holds the other end, and takes it along.
process.stdin.on("end", () => process.exit()).resume();
