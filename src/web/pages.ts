import type { Pages } from "../http/pages.ts";
import type { PageAssets } from "./assets.ts";
import type { CallingCode } from "./attend/dialled-number.ts";
import { attendPage } from "./attend/page.ts";
import { inboxPage } from "./inbox/page.ts";
import { indexPage } from "./index/page.ts";
import { problemPage } from "./problem/page.ts";
import { receiptAheadPage, receiptPage } from "./receipt/page.ts";
import { ticketPage } from "./ticket/page.ts";

/** Every page of the service over one set of assets. Phones are served with these calling codes, the default first. */
export function createPages(
  { paths, files }: PageAssets,
  callingCodes: readonly CallingCode[],
): Pages {
  return {
    index: (views, language) => indexPage(views, paths, language),
    attendee: (view, language) => attendPage(view, { paths, callingCodes }, language),
    ticket: (page, language) => ticketPage(page, paths, language),
    inbox: (messages) => inboxPage(messages, paths),
    receipt: (page, language) => receiptPage(page, paths, language),
    receiptAhead: (page, language) => receiptAheadPage(page, paths, language),
    problem: (page, language) => problemPage(page, paths, language),
    assets: files,
  };
}
