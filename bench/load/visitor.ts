import { exponential } from "./distributions.ts";
import { type End, type Ending, Form, type Step } from "./form.ts";
import { HABITS } from "./habits.ts";
import { Outing } from "./outing.ts";
import type { Person } from "./person.ts";
import type { Scene } from "./scene.ts";
import { Tab } from "./tab.ts";
import { visitTicket } from "./ticket-visit.ts";

const FULL: End = { kind: "end", ending: "told that it is full" };

/** One of the crowd, from arrival to the end: looks, waits, proves the phone, registers, gives up, comes back. */
export class Visitor {
  readonly #outing: Outing;
  /** The proof of the phone, which the page keeps from one visit to the next. */
  #verification: string | null = null;
  #hasTypedDetails = false;

  constructor(person: Person, scene: Scene) {
    this.#outing = new Outing(person, scene);
  }

  /** Never rejects for what the service does. */
  async live(): Promise<Ending> {
    const { random } = this.#outing.person;
    const ending = await this.#visit();
    if (ending !== "gave up" || !random.chance(HABITS.comesBackShare)) return ending;
    await this.#outing.takeTime(HABITS.comesBackAfterMs);
    return this.#visit();
  }

  async #visit(): Promise<Ending> {
    const outing = this.#outing;
    outing.gatherPatience();
    using tab = new Tab(outing);
    while (!(await tab.openEvent())) {
      if (!(await outing.waitOut(outing.draw(HABITS.correctsMs)))) return "gave up";
    }
    await outing.takeTime(HABITS.readsPageMs);
    if (outing.person.random.chance(HABITS.onlyLooksShare)) return "only looked";
    const form = new Form(outing, tab);
    if (outing.person.random.chance(HABITS.waitsShare)) await this.#awaitOpening(tab);
    for (;;) {
      const step = await this.#fillIn(form, tab);
      if (step.kind === "end") return step.ending;
      if (step.kind === "on") return "registered";
    }
  }

  async #fillIn(form: Form, tab: Tab): Promise<Step<void>> {
    const outing = this.#outing;
    if (tab.isFull) return FULL;
    if (this.#verification === null) {
      const proved = await form.provePhone();
      if (proved.kind !== "on") return proved;
      this.#verification = proved.value;
    }
    if (!this.#hasTypedDetails) await outing.takeTime(HABITS.typesDetailsMs);
    this.#hasTypedDetails = true;
    await this.#awaitOpening(tab);
    if (tab.isFull) return FULL;
    const seated = await form.register(this.#verification);
    if (seated.kind !== "on") return seated;
    await visitTicket(seated.value.ticketKey, tab, outing);
    return { kind: "on", value: undefined };
  }

  /** Nobody lets go of the page: now and then it is loaded anew, and once more at the instant. */
  async #awaitOpening(tab: Tab): Promise<void> {
    const { person, scene, time } = this.#outing;
    const { random } = person;
    const { pace, opensAtMs } = scene;
    if (time.atMs >= opensAtMs) return;
    for (;;) {
      const nextMs = time.atMs + pace * exponential(random, HABITS.refreshEveryMs);
      if (nextMs >= opensAtMs) break;
      await time.restUntil(nextMs);
      await tab.openEvent();
    }
    await time.restUntil(opensAtMs);
    if (random.chance(HABITS.refreshesAtOpeningShare)) await tab.openEvent();
    await this.#outing.takeTime(HABITS.pressesAtOpeningMs);
  }
}
