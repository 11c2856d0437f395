import type {
  AddressCorrectedBody,
  CorrectAddressBody,
  MailQueued,
} from "../../http/ticket-change-wire.ts";
import type {
  CodeSent,
  ProofIssued,
  RegisterBody,
  Registered,
  RequestCodeBody,
  RequestProofBody,
  Verified,
  VerifyBody,
} from "../../http/wire.ts";
import type { SaleState } from "../../sale/sale.ts";
import type { ProblemCode } from "./problem-code.ts";
import { isProblemCode } from "./problem-code.ts";

export type ApiResult<Body> =
  | { readonly kind: "ok"; readonly status: number; readonly body: Body }
  | { readonly kind: "problem"; readonly problem: Problem }
  /** No answer came: no network, or it was lost on the way. The request may have been served. */
  | { readonly kind: "unreachable" };

export interface Problem {
  readonly status: number;
  readonly code: ProblemCode;
  readonly retryAfterS: number | null;
  readonly attemptsLeft: number | null;
  readonly opensInS: number | null;
  /** A proof of the phone, where the code was right and only the seat or ticket could not be had. */
  readonly verification: string | null;
  /** The seat was kept and the time is over: only a new place in the line helps. */
  readonly hasLapsed: boolean;
}

/** What everyone is told once a second. Instants are milliseconds since the epoch. */
export interface Tick {
  readonly nowMs: number;
  readonly sale: TickSale | null;
  readonly remaining: number;
  /** Of the current sale's waiting line; null where there is none, or none is known yet. */
  readonly line: TickLine | null;
}

/** What everyone is told of the line, enough to work out one's own place in it. */
export interface TickLine {
  readonly phase: "lobby" | "closed" | "drawn";
  readonly lobbyCount: number;
  /** Whoever's place is below it has been let in. */
  readonly threshold: number;
  readonly heldCount: number;
  /** People let in per minute, lately. */
  readonly perMinute: number;
  /** Of 100 who were let in lately, how many registered. */
  readonly registeredShare: number;
  /** How often to ask. */
  readonly everyMs: number;
}

export interface TickSale {
  readonly number: number;
  readonly state: SaleState;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
}

export type JoinBody =
  | { readonly verification: string }
  | { readonly phone: string; readonly proof?: string }
  /** Of a place that is had already, how long its seat is kept. */
  | { readonly phone: string; readonly pass: string };

export interface Joined {
  readonly pass: string;
  /** Null until the lobby is drawn. */
  readonly place: number | null;
  readonly cost: PassCost;
  /** In seconds; null before its turn. */
  readonly keptForS: number | null;
}

/** What a place was bought with. */
export type PassCost = "verification" | "proof";

/** What the places of the lobby follow from; seed and root in base64url. */
export interface Drawn {
  readonly seed: string;
  readonly root: string;
  readonly beaconValue: string | null;
}

/** The calls of one event. None throws: what a network can do to a request is a value. */
export interface EventApi {
  tick(): Promise<ApiResult<Tick>>;
  /** Null until it has been drawn. */
  draw(): Promise<ApiResult<Drawn | null>>;
  join(body: JoinBody): Promise<ApiResult<Joined>>;
  requestProof(body: RequestProofBody): Promise<ApiResult<ProofIssued>>;
  requestCode(body: RequestCodeBody): Promise<ApiResult<CodeSent>>;
  verify(body: VerifyBody): Promise<ApiResult<Verified>>;
  register(body: RegisterBody): Promise<ApiResult<Registered>>;
}

export function createEventApi(eventSlug: string): EventApi {
  const root = `/api/v1/events/${encodeURIComponent(eventSlug)}`;
  return {
    tick: () => call(`${root}/tick`, readTick, {}),
    draw: () => call(`${root}/draw`, readDrawn, {}),
    join: (body) => post(`${root}/passes`, body, readJoined),
    requestProof: (body) => post(`${root}/proofs`, body, readProofIssued),
    requestCode: (body) => post(`${root}/codes`, body, readCodeSent),
    verify: (body) => post(`${root}/verifications`, body, readVerified),
    register: (body) => post(`${root}/registrations`, body, readRegistered),
  };
}

/** What the holder of a ticket may change of it; as little thrown as above. */
export interface TicketApi {
  resendMail(): Promise<ApiResult<MailQueued>>;
  correctAddress(body: CorrectAddressBody): Promise<ApiResult<AddressCorrectedBody>>;
}

/** The calls of one ticket, whose page is at that path. */
export function createTicketApi(ticketPath: string): TicketApi {
  return {
    resendMail: () => post(`${ticketPath}/mails`, {}, readMailQueued),
    correctAddress: (body) => post(`${ticketPath}/address`, body, readAddressCorrected),
  };
}

type Json = Readonly<Record<string, unknown>>;

/** Longer than the server's own deadline, so that its answer, even a refusal, is preferred to none. */
const CALL_TIMEOUT_MS = 15_000;

function post<Body>(path: string, body: object, read: (json: Json) => Body) {
  const headers = { "content-type": "application/json" };
  return call(path, read, { method: "POST", headers, body: JSON.stringify(body) });
}

async function call<Body>(
  path: string,
  read: (json: Json) => Body,
  init: RequestInit,
): Promise<ApiResult<Body>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), CALL_TIMEOUT_MS);
  try {
    const response = await fetch(path, { ...init, signal: abort.signal });
    const json = readObject(await response.text());
    if (!response.ok) return { kind: "problem", problem: readProblem(response, json) };
    return { kind: "ok", status: response.status, body: read(json) };
  } catch {
    // Lost, cut off or unreadable (a hotel's login page answers 200 with HTML): all the same to a person.
    return { kind: "unreachable" };
  } finally {
    clearTimeout(timer);
  }
}

function readObject(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Json) : {};
  } catch {
    return {};
  }
}

/** What stands between us and the server answers without a code of ours; its status tells enough. */
function readProblem(response: Response, json: Json): Problem {
  const { status } = response;
  const other = status >= 502 ? "overloaded" : "internal";
  const code = json["code"];
  const headerS = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  return {
    status,
    code: isProblemCode(code) ? code : status === 429 ? "rate_limited" : other,
    retryAfterS: optionalNumber(json["retryAfterS"]) ?? (Number.isNaN(headerS) ? null : headerS),
    attemptsLeft: optionalNumber(json["attemptsLeft"]),
    opensInS: optionalNumber(json["opensInS"]),
    verification: optionalText(json["verification"]),
    hasLapsed: json["lapsed"] === true,
  };
}

function readTick(json: Json): Tick {
  const sale = json["sale"] as Json | null;
  return {
    nowMs: instant(json["now"]),
    sale:
      sale === null
        ? null
        : {
            number: number(sale["number"]),
            state: text(sale["state"]) as SaleState,
            opensAtMs: instant(sale["opensAt"]),
            closesAtMs: instant(sale["closesAt"]),
          },
    remaining: optionalNumber(json["remaining"]) ?? 0,
    line: readLine(json["line"]),
  };
}

/** An answer without a line is one of a sale without a waiting room. */
function readLine(value: unknown): TickLine | null {
  if (typeof value !== "object" || value === null) return null;
  const line = value as Json;
  return {
    phase: text(line["phase"]) as TickLine["phase"],
    lobbyCount: number(line["size"]),
    threshold: number(line["to"]),
    heldCount: number(line["held"]),
    perMinute: number(line["rate"]),
    registeredShare: number(line["share"]),
    everyMs: number(line["every"]) * 1000,
  };
}

function readJoined(json: Json): Joined {
  return {
    pass: text(json["pass"]),
    place: optionalNumber(json["place"]),
    cost: text(json["cost"]) as PassCost,
    keptForS: optionalNumber(json["keptForS"]),
  };
}

function readDrawn(json: Json): Drawn | null {
  if (json["seed"] === null) return null;
  const beacon = (json["beacon"] ?? {}) as Json;
  return {
    seed: text(json["seed"]),
    root: text(json["root"]),
    beaconValue: optionalText(beacon["value"]),
  };
}

function readCodeSent(json: Json): CodeSent {
  return {
    challenge: text(json["challenge"]),
    expiresInS: number(json["expiresInS"]),
    resendInS: number(json["resendInS"]),
    leavesInS: optionalNumber(json["leavesInS"]) ?? 0,
  };
}

function readProofIssued(json: Json): ProofIssued {
  const challenge = json["challenge"] as Json;
  return {
    challenge: {
      algorithm: "SHA-256",
      challenge: text(challenge["challenge"]),
      maxnumber: number(challenge["maxnumber"]),
      salt: text(challenge["salt"]),
      signature: text(challenge["signature"]),
    },
    waitS: number(json["waitS"]),
  };
}

function readVerified(json: Json): Verified {
  return { verification: text(json["verification"]) };
}

function readRegistered(json: Json): Registered {
  return {
    registrationId: text(json["registrationId"]),
    ordinal: number(json["ordinal"]),
    ticketUrl: text(json["ticketUrl"]),
    pdfUrl: text(json["pdfUrl"]),
  };
}

function readMailQueued(json: Json): MailQueued {
  return { mailsLeftToday: number(json["mailsLeftToday"]) };
}

function readAddressCorrected(json: Json): AddressCorrectedBody {
  return { ticketUrl: text(json["ticketUrl"]), pdfUrl: text(json["pdfUrl"]) };
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("an answer lacks a text");
  return value;
}

function number(value: unknown): number {
  if (typeof value !== "number") throw new TypeError("an answer lacks a number");
  return value;
}

function optionalText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function optionalNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function instant(value: unknown): number {
  return typeof value === "number" ? value : Date.parse(text(value));
}
