import { PAGE } from "../../src/http/headers.ts";
import { chooseLanguage } from "../../src/http/language.ts";
import type { Language } from "../../src/language/language.ts";
import { LANGUAGES } from "../../src/language/language.ts";
import { documentHtml } from "../../src/web/parts/document.ts";
import { html } from "../../src/web/parts/html.ts";
import { changePanel } from "../../src/web/ticket/change-panel.ts";
import type { FakeAnswer, FakeRequest } from "./fake-service.ts";

export const TICKET_PATH = "/t/AAAAAAAAAAAAAAAAAAAAAA";
export const NEW_TICKET_PATH = "/t/BBBBBBBBBBBBBBBBBBBBBA";
const EVENT_SLUG = "river-songs";

const CALLS = [
  `${TICKET_PATH}/mails`,
  `${TICKET_PATH}/address`,
  `/api/v1/events/${EVENT_SLUG}/codes`,
  `/api/v1/events/${EVENT_SLUG}/proofs`,
];
const WEB = `${import.meta.dir}/../../src/web`;
const STYLES = ["parts/tokens", "parts/base", "attend/attend", "ticket/ticket", "ticket/change"];

/** The panel on a page of its own, as browsers get it: styles, script and policy are real, the answers scripted. */
export class TicketChangePage implements AsyncDisposable {
  readonly requests: FakeRequest[] = [];
  readonly #server: Bun.Server<undefined>;
  readonly #scripted = new Map<string, FakeAnswer[]>();

  constructor() {
    this.#server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => this.#answer(request),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}${TICKET_PATH}`;
  }

  /** The next calls of that name get these, in order. */
  script(name: "mails" | "address" | "codes" | "proofs", ...answers: readonly FakeAnswer[]): void {
    this.#scripted.set(name, [...answers]);
  }

  bodiesOf(name: string): FakeRequest["body"][] {
    return this.requests.filter((request) => request.name === name).map(({ body }) => body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const name = pathname.split("/").at(-1) ?? "";
    if (CALLS.includes(pathname)) return this.#scriptedAnswer(name, request);
    if (name === "style.css") {
      return new Response(await styles, { headers: { "content-type": "text/css" } });
    }
    if (name.endsWith(".js")) {
      const script = (await scripts).get(name.slice(0, 2) as Language);
      return new Response(script ?? null, { headers: { "content-type": "text/javascript" } });
    }
    const { language } = chooseLanguage(request);
    return new Response(document(language, EVENT_SLUG), { headers: PAGE });
  }

  async #scriptedAnswer(name: string, request: Request): Promise<Response> {
    const text = await request.text();
    const isJson = request.headers.get("content-type") === "application/json";
    const body = (isJson ? JSON.parse(text) : {}) as FakeRequest["body"];
    this.requests.push({ name, body });
    const answer = this.#scripted.get(name)?.shift();
    if (answer === undefined) throw new Error(`nothing is scripted for ${name}`);
    const { status, headers = {} } = answer;
    return Response.json(answer.body, { status, headers });
  }
}

function document(language: Language, eventSlug: string | null): string {
  const attend = Object.fromEntries(LANGUAGES.map((each) => [each, ""])) as Record<
    Language,
    string
  >;
  const proofWorker = "/proof.js";
  const paths = {
    styles: "/style.css",
    icon: "data:,",
    ticket: "",
    inbox: "",
    proofWorker,
    attend,
  };
  return documentHtml({
    language,
    title: "Ticket",
    paths,
    script: `/${language}.js`,
    body: html`<main class="tickets"><header class="event"><h1>River Songs</h1>
${changePanel({ ticketPath: TICKET_PATH, eventSlug, proofWorkerPath: proofWorker }, language)}</header></main>`,
  });
}

const styles = Promise.all(STYLES.map((name) => Bun.file(`${WEB}/${name}.css`).text())).then(
  (sheets) => sheets.join("\n"),
);

const scripts = Promise.all(LANGUAGES.map(bundle)).then((bundles) => new Map(bundles));

async function bundle(language: Language): Promise<readonly [Language, string]> {
  const entry = `${WEB}/ticket/entry-${language}.ts`;
  const text = `import { startTicketChanges } from "./change-main.ts"; startTicketChanges("${language}");`;
  const built = await Bun.build({
    entrypoints: [entry],
    files: { [entry]: text },
    target: "browser",
    minify: true,
  });
  const [output] = built.outputs;
  if (output === undefined) throw new Error("the script of the panel was not built");
  return [language, await output.text()];
}
