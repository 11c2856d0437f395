import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

/** Debian's name of it; a test that opens pages `needs` it. */
export const BROWSER = "chromium";

/** A headless Chromium that talks to nobody but the page's own server. The caller closes it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: Bun.which(BROWSER) ?? BROWSER,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Another name than localhost, so that without TLS it is none that a browser trusts.
      "--host-resolver-rules=MAP *.test 127.0.0.1",
    ],
  });
}
