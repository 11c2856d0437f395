import { Elysia } from "elysia";
import type { DeliveryReports } from "../../delivery/delivery-reports.ts";
import type {
  MailEvents,
  ReportReader,
  ReportRefusal,
  TakeOutcome,
} from "../../delivery/report-ports.ts";
import { personalJson } from "../answers.ts";
import type { EdgeRefusal, Refusal } from "../problem.ts";
import { problem } from "../problem.ts";
import type { BodyLimits } from "../request-body.ts";
import { readJsonObject } from "../request-body.ts";

export interface WebhookRoutesOptions {
  readonly reports: Pick<DeliveryReports, "take">;
  /** Of each SMS gateway whose provider reports, by the gateway's name. */
  readonly reportReaders: ReadonlyMap<string, ReportReader>;
  /** Null where no mail provider tells anything. */
  readonly mailEvents: MailEvents | null;
  readonly bodyLimits: BodyLimits;
  /** Null while requests are taken, else how they are refused. */
  readonly refusal: () => Refusal | null;
  /** Origin of the addresses given to providers, without a slash at the end. */
  readonly publicUrl: string;
  readonly retryAfterS: number;
}

/**
 * Where providers tell what became of messages. What is durable is answered 200, the only success Mailgun knows; what
 * could not be kept is 503, so that it is told again. A proof in the request shows who asks, so it may come from anywhere.
 */
export function webhookRoutes(options: WebhookRoutesOptions) {
  return new Elysia()
    .post(
      "/webhooks/sms/:gateway",
      ({ request, params: { gateway } }) => takeReports(request, gateway, options),
      { parse: "none" },
    )
    .get("/webhooks/sms/:gateway", ({ request, params: { gateway } }) =>
      takeReports(request, gateway, options),
    )
    .post("/webhooks/mail", ({ request }) => takeMailEvent(request, options), { parse: "none" });
}

async function takeReports(
  request: Request,
  gateway: string,
  options: WebhookRoutesOptions,
): Promise<Response> {
  const refusal = options.refusal();
  if (refusal !== null) return problem(refusal);
  const read = options.reportReaders.get(gateway);
  if (read === undefined) return problem({ kind: "not-found" });
  const came = await readBytes(request, options.bodyLimits);
  if (came.kind !== "bytes") return problem(came);
  const { method, headers } = request;
  const url = options.publicUrl + targetOf(request);
  const reading = read({ method, url, headers, body: came.bytes });
  return reading.kind === "reports"
    ? answer(options.reports.take(gateway, reading.reports), options)
    : problem(refusalOf(reading));
}

async function takeMailEvent(request: Request, options: WebhookRoutesOptions): Promise<Response> {
  const refusal = options.refusal();
  if (refusal !== null) return problem(refusal);
  if (options.mailEvents === null) return problem({ kind: "not-found" });
  const body = await readJsonObject(request, options.bodyLimits);
  return body.kind === "object"
    ? answer(options.mailEvents.take(body.object), options)
    : problem(body);
}

async function answer(
  taking: Promise<TakeOutcome | ReportRefusal>,
  { bodyLimits, retryAfterS }: WebhookRoutesOptions,
): Promise<Response> {
  const outcome = await bodyLimits.readDeadline.race(taking);
  switch (outcome.kind) {
    case "taken":
      return personalJson({ status: "ok" });
    case "unproven":
    case "invalid":
      return problem(refusalOf(outcome));
    case "unavailable":
    case "timed-out":
      return problem({ kind: "overloaded", retryAfterS });
  }
}

function refusalOf(refused: ReportRefusal): Refusal {
  switch (refused.kind) {
    case "unproven":
      return { kind: "report-unproven" };
    case "invalid":
      return { kind: "invalid-body", detail: `This cannot be understood: ${refused.reason}.` };
  }
}

/** Path and query as they came: what stands before them is made of the Host header. */
function targetOf({ url }: Request): string {
  return url.slice(url.indexOf("/", "https://".length));
}

type BytesRead = { readonly kind: "bytes"; readonly bytes: Uint8Array } | EdgeRefusal;

/** A body of any type, refused at once when it says that it is too large and in the end when it turns out to be. */
async function readBytes(request: Request, limits: BodyLimits): Promise<BytesRead> {
  const declared = Number(request.headers.get("content-length"));
  if (declared > limits.bodyBytesMax) return { kind: "body-too-large" };
  const read = await limits.readDeadline.race(gathered(request, limits.bodyBytesMax));
  return read.kind === "timed-out" ? { kind: "timeout" } : read;
}

async function gathered({ body }: Request, bytesMax: number): Promise<BytesRead> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) return { kind: "body-too-large" };
      chunks.push(chunk);
    }
  } catch {
    // The client went away; whatever is answered, nobody hears it.
    return { kind: "timeout" };
  }
  return { kind: "bytes", bytes: Buffer.concat(chunks) };
}
