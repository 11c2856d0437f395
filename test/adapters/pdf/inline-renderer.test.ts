import { InlineRenderer } from "../../../src/adapters/pdf/inline-renderer.ts";
import { rendererContract } from "../../contract/renderer.contract.ts";
import { testKeyRing } from "../../ticket/make-ticket-sheet.ts";

const renderer = new InlineRenderer(testKeyRing());

rendererContract("InlineRenderer", () => renderer);
