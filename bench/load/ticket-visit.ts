import type { HttpAnswer } from "../harness/response-reader.ts";
import type { Loaded } from "./browser.ts";
import { HABITS, PAGE_RHYTHM } from "./habits.ts";
import type { Outing } from "./outing.ts";
import { textIn } from "./page-files.ts";
import type { Tab } from "./tab.ts";
import { sleep } from "./timeline.ts";

/** The page of the ticket: looked at for a while, its delivery followed, the PDF downloaded by some. */
export async function visitTicket(ticketKey: string, tab: Tab, outing: Outing): Promise<void> {
  const { person, time } = outing;
  const path = `/t/${ticketKey}`;
  const page = await insist(outing, () => tab.openPage("ticket", path));
  if (page === null) return;
  const untilMs = time.atMs + outing.draw(HABITS.looksAtTicketMs);
  const everyMs = askAgainMs(page);
  const following =
    everyMs === null ? null : followDelivery(`${path}/status`, { tab, outing, everyMs, untilMs });
  if (person.random.chance(HABITS.downloadsShare)) {
    await outing.takeTime(HABITS.pressesDownloadMs);
    await download(`${path}/tickets.pdf`, tab, outing);
  }
  await time.restUntil(untilMs);
  await following;
}

/** As `src/web/ticket/status-watch.ts`; a visit is too short for the server's word to change much after the page. */
async function followDelivery(
  path: string,
  { tab, outing, everyMs, untilMs }: FollowOptions,
): Promise<void> {
  const { scene, person } = outing;
  for (;;) {
    const jitter = 1 + person.random.fraction() * PAGE_RHYTHM.statusJitter;
    const dueAtMs = performance.now() + scene.pace * everyMs * jitter;
    if (dueAtMs >= untilMs) return;
    await sleep(dueAtMs - performance.now());
    await tab.askStatus(path, dueAtMs);
  }
}

interface FollowOptions {
  readonly tab: Tab;
  readonly outing: Outing;
  readonly everyMs: number;
  readonly untilMs: number;
}

/** What the page says of its first question; null where nothing more will be heard. */
function askAgainMs(page: HttpAnswer): number | null {
  const said = /data-ask-again="(\d+)"/.exec(textIn(page));
  return said === null ? null : Number(said[1]) * 1_000;
}

async function download(path: string, tab: Tab, outing: Outing): Promise<void> {
  const document = await insist(outing, () => tab.download(path));
  if (document === null || isPdf(document)) return;
  outing.scene.faults.push(`the PDF of ${outing.person.phone} is none`);
}

/** Tries again after the time told, or after a moment where nothing came; null when it never did. */
async function insist(outing: Outing, load: () => Promise<Loaded>): Promise<HttpAnswer | null> {
  const { person, scene, time } = outing;
  for (let tries = 1; tries <= HABITS.loadTriesMax; tries += 1) {
    const loaded = await load();
    switch (loaded.kind) {
      case "loaded":
        return loaded.document;
      case "later":
        await time.rest(loaded.retryAfterS * 1_000 * (1 + person.random.fraction() / 2));
        break;
      case "unreachable":
        await outing.takeTime(HABITS.correctsMs);
        break;
      case "refused":
        scene.faults.push(`the ticket of ${person.phone} was answered ${loaded.status}`);
        return null;
    }
  }
  return null;
}

function isPdf({ body }: HttpAnswer): boolean {
  const text = Buffer.from(body).toString("latin1");
  return text.startsWith("%PDF-") && text.trimEnd().endsWith("%%EOF");
}
