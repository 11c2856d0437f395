import { expect, setDefaultTimeout, test } from "bun:test";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { saleDraft, storeEvent } from "../support/harness.ts";
import type { TestCluster } from "../support/postgres.ts";
import { freshCluster, freshFolder } from "../support/postgres.ts";
import { ServiceProcess } from "../support/service-process.ts";
import { LeakyGateway, leakyMailServer } from "./leaky-providers.ts";
import { findPlanted } from "./sinks.ts";

setDefaultTimeout(120_000);

const PHONES = ["+8801712345678", "+8801819876543", "+8801911223344", "+8801555667788"] as const;
const SECRETS = {
  SECRET: Buffer.from("planted: thirty-two bytes or more of a secret").toString("base64url"),
  TICKET_KEYS: `1:${Buffer.from("planted: a seed of 32 bytes, yes").toString("base64url")}`,
  METRICS_TOKEN: "planted-metrics-token-of-24",
  SMS_TOKEN: "planted-sms-token-of-24-characters",
  SMS_REPORT_SECRET: "planted-report-secret-of-24",
  MAIL_WEBHOOK_KEY: "planted-mail-webhook-key-of-24",
};
const MAIL_PASSWORD = "planted mail/password";
/** What the gateway has been given once the story is over. */
const TOLD = [
  ...PHONES.map((_phone, index) => `phone ${index}`),
  "code 0",
  "recover code",
  "ticket key 0",
  "ticket key 1",
  "moved ticket key",
];

type Body = Readonly<Record<string, unknown>>;

test("the scanner finds a value in every spelling, and no number within another", () => {
  const planted = { name: "Zoë Plänted", phone: "+8801712345678", key: "wTw5IyMyWpFsBvv16u91Uw" };
  const spelled = [
    "zoë plänted",
    "Zo%C3%AB%20Pl%C3%A4nted",
    "Zo%C3%AB+Pl%C3%A4nted",
    String.raw`Zo\u00eb Pl\u00e4nted`,
    Buffer.from("Zoë Plänted").toString("base64url"),
    Buffer.from("Zoë Plänted").toString("hex"),
    "at 8801712345678.",
    "01712345678".slice(1),
    "c13c3923-2332-5a91-6c06-fbf5eaef7553",
  ];
  for (const text of spelled) expect(findPlanted(planted, { text }), text).toHaveLength(1);
  expect(findPlanted(planted, { text: "18801712345678 Zoe Planted" })).toEqual([]);
});

/** Two lives of the service, in which everything goes wrong, and all that others may ever read of it. */
test("invariant 10: nothing planted leaves but to its owner, whatever fails", async () => {
  await using story = await Story.open();
  await story.firstLife();
  await story.secondLife();
  const { planted } = story;
  expect(Object.keys(planted).length).toBeGreaterThan(25);
  // What the story is about has happened: the providers were told all of it.
  expect(findPlanted(planted, { gateway: story.gateway.texts })).toEqual(
    expect.arrayContaining(TOLD.map((what) => `gateway: ${what}`)),
  );
  expect(findPlanted(planted, await story.sinks())).toEqual([]);
});

class Story implements AsyncDisposable {
  readonly gateway: LeakyGateway;
  readonly planted: Record<string, string> = { ...SECRETS, MAIL_PASSWORD };
  readonly #cluster: TestCluster;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #resources: AsyncDisposableStack;
  /** What anyone may come to read. */
  readonly #sinks: Record<string, string> = { problems: "", metrics: "", stdout: "", stderr: "" };
  #url = "";

  private constructor(
    parts: { readonly gateway: LeakyGateway; readonly cluster: TestCluster },
    environment: Readonly<Record<string, string>>,
    resources: AsyncDisposableStack,
  ) {
    this.gateway = parts.gateway;
    this.#cluster = parts.cluster;
    this.#environment = environment;
    this.#resources = resources;
    this.planted["database password"] = new URL(parts.cluster.url).password;
    this.planted["ticket seed"] = SECRETS.TICKET_KEYS.slice(2);
    for (const [index, phone] of PHONES.entries()) this.planted[`phone ${index}`] = phone;
  }

  static async open(): Promise<Story> {
    await using opening = new AsyncDisposableStack();
    const cluster = opening.use(await freshCluster());
    const gateway = opening.use(new LeakyGateway());
    const mail = leakyMailServer();
    const port = await opening.use(mail.server).listen();
    const folder = freshFolder();
    opening.defer(() => folder.release());
    const authority = join(folder.path, "authority.pem");
    await Bun.write(authority, mail.authority);
    await storeEvent(cluster.url, [saleDraft(Date.now())]);
    const environment = {
      ...SECRETS,
      DATABASE_URL: cluster.url,
      FLOODGATE_DATA: folder.path,
      SMS_GATEWAY: gateway.setting,
      SMTP_URL: `smtps://planted:${encodeURIComponent(MAIL_PASSWORD)}@localhost:${port}`,
      MAIL_FROM: "tickets@example.org",
      NODE_EXTRA_CA_CERTS: authority,
      DEV_INBOX: "off",
      LOG_LEVEL: "trace",
    };
    return new Story({ gateway, cluster }, environment, opening.move());
  }

  /** A seat whose mail is refused; wrong codes; gateways that refuse, hang and throttle; a database that dies. */
  async firstLife(): Promise<void> {
    await this.#live(async () => {
      const [first, second, third, fourth] = PHONES;
      await this.#register(first, 0, "refused");
      await this.#post("codes", { phone: first });
      const challenge = await this.#ask(second, 1);
      for (const code of ["000000", "999999", "x"]) {
        await this.#post("verifications", { phone: second, challenge, code });
      }
      const code = await this.gateway.codeOf(second);
      const proof = { phone: second, challenge, code };
      const proved = await this.#post("verifications", proof, "own");
      const verification = this.#plant("verification 1", String(proved["verification"]));
      for (const [status, phone] of [
        [400, third],
        [null, fourth],
        [503, third],
        [429, fourth],
      ] as const) {
        this.gateway.status = status;
        await this.#post("codes", { phone }, "own");
        await Bun.sleep(300);
      }
      this.gateway.status = 200;
      await this.#cluster.kill();
      const person = this.#person(1, "busy");
      await this.#post("registrations", { ...person, verification }, "own");
      await this.#get(`/t/${this.planted["ticket key 0"]}`);
      await this.#get(`/t/${this.planted["ticket key 0"]}/status`);
      await this.#cluster.start();
      for (let status = 503; status === 503; await Bun.sleep(100)) {
        const answer = await this.#call("registrations", { ...person, verification });
        status = answer.status;
        // 200 when the call that met the outage was committed all the same.
        if (answer.ok) this.#plantTicket(1, (await answer.json()) as Body);
      }
      await this.gateway.wasTold(String(this.planted["ticket key 1"]));
      await this.#meddle();
    });
  }

  /** The code of the first life is used up in the second, and the address that was refused is corrected. */
  async secondLife(): Promise<void> {
    await this.#live(async () => {
      const [first] = PHONES;
      const asked = await this.#post("codes", { phone: first, purpose: "recover" }, "own");
      const challenge = this.#plant("recover challenge", String(asked["challenge"]));
      const code = this.#plant("recover code", await this.gateway.codeOf(first, 1));
      const email = this.#plant("corrected mail", "zoe.corrected+planted@example.org");
      const change = { email, phone: first, challenge, code };
      const path = `/t/${this.planted["ticket key 0"]}/address`;
      await this.#post(path, { ...change, code: "000000" });
      await this.#post(path, { ...change, email: `${email},x` });
      const moved = await this.#post(path, change, "own");
      const key = String(moved["ticketUrl"]).split("/").at(-1) ?? "";
      this.#plant("moved ticket key", key);
      await this.gateway.wasTold(key);
      await this.#get(path.replace("/address", ""));
      await this.#settle();
    });
  }

  /** Everything but what was said to the owners of it. */
  async sinks(): Promise<Readonly<Record<string, string>>> {
    await using sql = this.#sql();
    const rows = await sql.all`
      select sms_error, mail_error from outbox union all select reason, null from mail_suppressions`;
    expect(rows.some((row) => row["mail_error"] !== null)).toBe(true);
    const [setting] = await sql.all`show data_directory`;
    const log = join(dirname(String(setting?.["data_directory"])), "log");
    return {
      ...this.#sinks,
      "columns of errors": JSON.stringify(rows),
      "PostgreSQL's log": await Bun.file(log).text(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  async #live(story: () => Promise<void>): Promise<void> {
    await using service = await new ServiceProcess(this.#environment).ready();
    this.#url = service.url;
    await story();
    await this.#get("/metrics", { authorization: `Bearer ${SECRETS.METRICS_TOKEN}` });
    const { exitCode, output, errors } = await service.end();
    expect(exitCode).toBe(0);
    this.#sinks["stdout"] += output;
    this.#sinks["stderr"] += errors;
  }

  async #register(phone: string, index: number, mailbox: string): Promise<void> {
    const challenge = await this.#ask(phone, index);
    const code = this.#plant(`code ${index}`, await this.gateway.codeOf(phone));
    const proof = { ...this.#person(index, mailbox), phone, challenge, code };
    this.#plantTicket(index, await this.#post("registrations", proof, "own"));
  }

  async #ask(phone: string, index: number): Promise<string> {
    const { challenge } = await this.#post("codes", { phone }, "own");
    return this.#plant(`challenge ${index}`, String(challenge));
  }

  #person(index: number, mailbox: string): Body {
    const name = this.#plant(`name ${index}`, `Zoë Plänted ${"ABCD"[index]}`);
    const email = this.#plant(`mail ${index}`, `${mailbox}.planted${index}@example.org`);
    return { name, email };
  }

  /** What strangers and broken programs send: planted values in every place where an error could quote them. */
  async #meddle(): Promise<void> {
    const values = Object.values(this.planted);
    for (const value of values) {
      await this.#post("codes", { phone: value, purpose: value });
      await this.#post("registrations", { name: value, email: value, verification: value });
      await this.#post("verifications", { phone: PHONES[0], challenge: value, code: value });
      await this.#get(`/t/${encodeURIComponent(`${value}x`)}?key=${encodeURIComponent(value)}`);
      await this.#post(`/webhooks/sms/leaky?token=${encodeURIComponent(`${value}x`)}`, {
        id: value,
      });
      await this.#post("/webhooks/mail", { signature: { token: value }, "event-data": value });
    }
    const report = { id: PHONES[0], state: PHONES[1] };
    await this.#post(`/webhooks/sms/leaky?token=${SECRETS.SMS_REPORT_SECRET}`, report);
    const [first] = PHONES;
    const headers = { "content-type": "application/json" };
    for (const body of [`{"phone": "${first}`, `["${first}"]`, `{"phone": 1${first.slice(1)}}`]) {
      await this.#keep(
        fetch(`${this.#url}/api/v1/events/mela/codes`, { method: "POST", headers, body }),
      );
    }
  }

  /** Until each mail is at its end or has had a try. */
  async #settle(): Promise<void> {
    await using sql = this.#sql();
    for (;;) {
      const [row] =
        await sql.all`select count(*)::int as count from outbox where mail_state = 'sent'`;
      if (Number(row?.["count"]) > 0) return;
      await Bun.sleep(50);
    }
  }

  #sql() {
    const all = postgres(this.#cluster.url, { max: 1, onnotice: () => {} });
    return { all, [Symbol.asyncDispose]: () => all.end() };
  }

  #plant(what: string, value: string): string {
    expect(value.length, what).toBeGreaterThan(5);
    this.planted[what] = value;
    return value;
  }

  #plantTicket(index: number, { ticketUrl }: Body): void {
    this.#plant(`ticket key ${index}`, String(ticketUrl).split("/").at(-1) ?? "");
  }

  #call(call: string, body: Body): Promise<Response> {
    const path = call.startsWith("/") ? call : `/api/v1/events/mela/${call}`;
    return fetch(this.#url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** An answer to the owner may hold what is theirs. */
  async #post(call: string, body: Body, whose: "own" | "other's" = "other's"): Promise<Body> {
    const answer = this.#call(call, body);
    if (whose === "own") return (await (await answer).json()) as Body;
    await this.#keep(answer);
    return {};
  }

  async #get(path: string, headers: Record<string, string> = {}): Promise<void> {
    const answer = await fetch(this.#url + path, { headers });
    const text = await answer.text();
    const sink = path === "/metrics" ? "metrics" : "problems";
    if (sink === "metrics") expect(answer.status).toBe(200);
    if (sink === "metrics" || !answer.ok) this.#sinks[sink] += `${text}\n`;
  }

  async #keep(answer: Promise<Response>): Promise<void> {
    const response = await answer;
    const { status, headers } = response;
    this.#sinks["problems"] +=
      `${status} ${JSON.stringify([...headers])} ${await response.text()}\n`;
  }
}
