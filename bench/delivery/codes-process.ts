import { ok as assert } from "node:assert";
import { systemClock } from "../../src/actor/clock.ts";
import { SmppGateway } from "../../src/adapters/sms/smpp-gateway.ts";
import { SmsBudget } from "../../src/delivery/sms-budget.ts";
import { SmsDispatcher } from "../../src/delivery/sms-dispatcher.ts";
import { SmsSender } from "../../src/delivery/sms-sender.ts";
import { chooseCodeTexts } from "../../src/delivery/sms-texts.ts";
import { limits } from "../../src/limits.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { UNLIMITED_BUDGET } from "../../test/delivery/make.ts";
import { BudgetTable, MemoryBudgetStore } from "../../test/support/memory-budget-store.ts";
import { Random } from "../../test/support/random.ts";
import { serveParent } from "../harness/parent.ts";
import { readMainThread, type ThreadTime } from "../harness/processor.ts";
import type { CodeContract } from "./code-contract.ts";
import { CodeCrowd, type ServedPerson } from "./code-crowd.ts";

export interface CodesOrder {
  /** Of the SMSC. */
  readonly port: number;
  readonly contract: CodeContract;
  readonly personCount: number;
}

export interface CodesReport {
  /** The first asked then, since the epoch. */
  readonly startedAtMs: number;
  readonly people: readonly ServedPerson[];
  readonly refusalCount: number;
  /** Of this process, start included; null where the system does not tell. */
  readonly thread: ThreadTime | null;
}

const RESPONSE_TIMEOUT_MS = 5_000;
const SEGMENTS_PER_DAY = 200_000;
const SEED = 6;

await serveParent(async ({ port, contract, personCount }: CodesOrder): Promise<CodesReport> => {
  const random = new Random(SEED);
  await using gateway = openGateway(port, contract, random);
  await gateway.start();
  const sender = openSender(gateway, contract, random);
  const crowd = new CodeCrowd({ sender, clock: systemClock, personCount, text: codeText() });
  const startedAtMs = systemClock.nowMs();
  const people = await crowd.ask();
  const { refusalCount } = crowd;
  return { startedAtMs, people, refusalCount, thread: readMainThread(process.pid) };
});
process.exit();

function openGateway(port: number, contract: CodeContract, random: Random): SmppGateway {
  return new SmppGateway({
    settings: {
      name: "smsc",
      host: "127.0.0.1",
      port,
      isTls: false,
      systemId: "bench",
      password: "bench",
      systemType: "",
      sourceAddress: "MELA",
      sourceTon: 5,
      sourceNpi: 0,
      windowMax: contract.inFlightMax,
      responseTimeoutMs: RESPONSE_TIMEOUT_MS,
      enquireLinkMs: 30_000,
      registeredDelivery: false,
      validityMs: null,
    },
    clock: systemClock,
    random: () => random.fraction(),
    certificateAuthority: null,
    onReport: () => {},
    observer: () => {},
  });
}

/** Wired up as in src/core.ts. */
function openSender(gateway: SmppGateway, contract: CodeContract, random: Random): SmsSender {
  const shared = { clock: systemClock, random: () => random.fraction() };
  const budget = new SmsBudget({
    ...shared,
    limits: { ...UNLIMITED_BUDGET, segmentsPerDay: SEGMENTS_PER_DAY },
    store: new MemoryBudgetStore(new BudgetTable(), systemClock),
    observer: {
      onRoom: () => dispatcher.refilled(),
      onReached: () => {},
      onStoreFailed: (error) => {
        throw error;
      },
    },
  });
  const dispatcher = new SmsDispatcher({
    routes: [{ gateway, ...contract, priceMicros: 0 }],
    spending: budget,
    clock: systemClock,
    limits,
    onRouteChanged: () => {},
  });
  return new SmsSender({ ...shared, dispatcher, limits });
}

function codeText(): (code: string) => string {
  const parse = chooseCodeTexts({
    host: "tickets.example.org",
    validForMs: OTP_POLICY.codeTtlMs,
    segmentsMax: 1,
  });
  assert(parse.kind === "texts", "a short host leaves room");
  return (code) => parse.texts.text(code, "en");
}
