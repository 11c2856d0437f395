import { exponential } from "./distributions.ts";
import { type Ending, Form, type Step } from "./form.ts";
import { HABITS } from "./habits.ts";
import { waitInLine } from "./line-visit.ts";
import { Outing } from "./outing.ts";
import type { Person } from "./person.ts";
import type { Scene } from "./scene.ts";
import { Tab } from "./tab.ts";
import { visitTicket } from "./ticket-visit.ts";

/** One of the crowd, from arrival to the end: looks, waits, proves the phone, registers, gives up, comes back. */
export class Visitor {
  readonly #outing: Outing;
  #hasTypedDetails = false;

  constructor(person: Person, scene: Scene) {
    this.#outing = new Outing(person, scene);
  }

  /** Never rejects for what the service does. */
  async live(): Promise<Ending> {
    const { random } = this.#outing.person;
    const ending = await this.#visit();
    const hasLeftLine = ending === "left the line";
    if (!hasLeftLine && ending !== "gave up") return ending;
    if (!random.chance(HABITS.comesBackShare)) return ending;
    this.#outing.time.catchUp();
    const { backInLineAfterMs, comesBackAfterMs } = HABITS;
    await this.#outing.takeTime(hasLeftLine ? backInLineAfterMs : comesBackAfterMs);
    return this.#visit();
  }

  async #visit(): Promise<Ending> {
    const outing = this.#outing;
    outing.gatherPatience();
    using tab = new Tab(outing);
    if (!(await tab.insistOnEvent())) return "gave up";
    await outing.takeTime(HABITS.readsPageMs);
    if (outing.person.random.chance(HABITS.onlyLooksShare)) return "only looked";
    const form = new Form(outing, tab);
    const hasLine = outing.scene.waitingRoom !== undefined;
    if (!hasLine && outing.person.random.chance(HABITS.waitsShare)) await this.#awaitOpening(tab);
    for (;;) {
      const step = await this.#fillIn(form, tab);
      if (step.kind === "end") return step.ending;
      if (step.kind === "on") return "registered";
    }
  }

  async #fillIn(form: Form, tab: Tab): Promise<Step<void>> {
    const outing = this.#outing;
    const { waitingRoom: room } = outing.scene;
    if (tab.isFull) return form.foundFull();
    if (room !== undefined) {
      const turn = await waitInLine({ outing, tab, form, room });
      if (turn.kind !== "on") return turn;
    }
    if (outing.verification === null) {
      const proved = await form.provePhone();
      if (proved.kind !== "on") return proved;
      outing.verification = proved.value;
    }
    if (!this.#hasTypedDetails) await outing.takeTime(HABITS.typesDetailsMs);
    this.#hasTypedDetails = true;
    if (room === undefined) await this.#awaitOpening(tab);
    if (tab.isFull) return form.foundFull();
    const seated = await form.register(outing.verification);
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
