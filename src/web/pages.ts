import type { Pages } from "../http/pages.ts";
import type { PageAssets } from "./assets.ts";
import { attendPage } from "./attend/page.ts";
import { inboxPage } from "./inbox/page.ts";
import { indexPage } from "./index/page.ts";
import { problemPage } from "./problem/page.ts";
import { ticketPage } from "./ticket/page.ts";

/** Every page of the service over one set of assets. */
export function createPages({ paths, files }: PageAssets): Pages {
  return {
    index: (views) => indexPage(views, paths),
    attendee: (view) => attendPage(view, paths),
    ticket: (page) => ticketPage(page, paths),
    inbox: (messages) => inboxPage(messages, paths),
    problem: (page) => problemPage(page, paths),
    assets: files,
  };
}
