import type { Lobby } from "../sale/event.ts";
import { readLine } from "./event-file-text.ts";
import type { FileValue } from "./file-value.ts";
import { parseInstant, tellLocal } from "./local-time.ts";
import type { SaleDraft } from "./ports.ts";

/** The ticket code gives the ordinal 17 bits, the short code the sale 4. */
const QUOTA_MAX = 131_071;
const SALE_COUNT_MAX = 16;
const LOBBY_MS = 15 * 60_000;
/** A list that waits for a beacon closes two minutes before the opening; a minute is left to come in. */
const LOBBY_WITH_BEACON_MS_MIN = 3 * 60_000;
const SALE_KEYS = ["verifyFrom", "lobbyFrom", "opensAt", "closesAt", "quota", "beacon"] as const;

type SaleValues = Record<(typeof SALE_KEYS)[number], FileValue>;

/** The sales in order, numbered from 1; with lobbies where the waiting room is on. */
export function readSales(
  list: FileValue,
  { timeZone, hasLobbies }: { readonly timeZone: string; readonly hasLobbies: boolean },
): SaleDraft[] {
  let previousClosesAtMs = Number.NaN;
  return list.list(SALE_COUNT_MAX).map((item, index) => {
    const values = item.members(SALE_KEYS);
    const window = { number: index + 1, ...readWindow(values, timeZone) };
    if (!hasLobbies) refuseLobby(values);
    const sale: SaleDraft = hasLobbies
      ? { ...window, lobby: readLobby(values, window, timeZone) }
      : window;
    refuseOverlap(values, sale, { closesAtMs: previousClosesAtMs, timeZone });
    previousClosesAtMs = sale.closesAtMs;
    return sale;
  });
}

function readWindow({ verifyFrom, opensAt, closesAt, quota }: SaleValues, timeZone: string) {
  const opensAtMs = readInstant(opensAt, timeZone);
  const closesAtMs = readInstant(closesAt, timeZone);
  const verifyFromMs = verifyFrom.isPresent ? readInstant(verifyFrom, timeZone) : opensAtMs;
  if (verifyFromMs > opensAtMs) verifyFrom.refuse("must not be after opensAt");
  if (closesAtMs <= opensAtMs) closesAt.refuse("must be after opensAt");
  return { verifyFromMs, opensAtMs, closesAtMs, quota: quota.whole(1, QUOTA_MAX) };
}

function readLobby(
  { verifyFrom, lobbyFrom, beacon }: SaleValues,
  { verifyFromMs, opensAtMs }: Pick<SaleDraft, "verifyFromMs" | "opensAtMs">,
  timeZone: string,
): Lobby {
  const fromMsMin = verifyFromMs < opensAtMs ? verifyFromMs : Number.NEGATIVE_INFINITY;
  const fromMs = lobbyFrom.isPresent
    ? readInstant(lobbyFrom, timeZone)
    : Math.max(fromMsMin, opensAtMs - LOBBY_MS);
  if (fromMs < fromMsMin) lobbyFrom.refuse("must not be before verifyFrom");
  if (fromMs > opensAtMs) lobbyFrom.refuse("must not be after opensAt");
  if (!beacon.isPresent) return { fromMs };
  if (fromMs <= opensAtMs && fromMs > opensAtMs - LOBBY_WITH_BEACON_MS_MIN) {
    const begin = lobbyFrom.isPresent ? lobbyFrom : verifyFrom;
    begin.refuse("must be 3 minutes or more before opensAt, since a beacon is named");
  }
  return { fromMs, beacon: readLine(beacon) };
}

function refuseLobby({ lobbyFrom, beacon }: SaleValues): void {
  for (const value of [lobbyFrom, beacon]) {
    if (value.isPresent) value.refuse("needs waitingRoom to be on");
  }
}

function refuseOverlap(
  { verifyFrom, opensAt, lobbyFrom }: SaleValues,
  { verifyFromMs, lobby }: SaleDraft,
  previous: { readonly closesAtMs: number; readonly timeZone: string },
): void {
  const isOverlap = (instantMs: number) => instantMs < previous.closesAtMs;
  const overlap = () =>
    `must not be before the sale before it closes, ${tellLocal(previous.closesAtMs, previous.timeZone)}`;
  if (isOverlap(verifyFromMs)) {
    (verifyFrom.isPresent ? verifyFrom : opensAt).refuse(overlap());
  } else if (lobby !== undefined && isOverlap(lobby.fromMs)) {
    const silence = lobbyFrom.isPresent
      ? ""
      : "is missing, which means 15 minutes before opensAt; ";
    lobbyFrom.refuse(`${silence}${overlap()}`);
  }
}

function readInstant(value: FileValue, timeZone: string): number {
  const text = value.text();
  if (text === "") return Number.NaN;
  const parsed = parseInstant(text, timeZone);
  if (parsed.kind === "instant") return parsed.epochMs;
  value.refuse(parsed.sentence);
  return Number.NaN;
}
