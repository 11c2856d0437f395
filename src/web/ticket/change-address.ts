import { plainDigits } from "../attend/digits.ts";
import { problemPlace } from "../attend/problem-place.ts";
import type { EventApi, TicketApi } from "../parts/api.ts";
import { inSameLanguage } from "../parts/chosen-language.ts";
import { askProven } from "../proof/ask-proven.ts";
import { ProofSeeker } from "../proof/proof-seeker.ts";
import { ChangeForm, find } from "./change-form.ts";
import type { ChangeSpeech, Refused } from "./change-words.ts";
import { refusalCode, refusalSentence } from "./change-words.ts";

interface AddressApis {
  readonly ticket: TicketApi;
  readonly event: EventApi;
}

type FieldName = "email" | "phone" | "code";

const CODE_LENGTH = 6;

/** Asks for a code first; with it, the same button changes the address and goes on to the ticket's new link. */
export class AddressForm {
  readonly #element: HTMLFormElement;
  readonly #form: ChangeForm;
  readonly #apis: AddressApis;
  readonly #speech: ChangeSpeech;
  readonly #seeker: ProofSeeker;
  readonly #codePart: HTMLElement;
  /** Of the code that was sent last; null before, and when it can be used no more. */
  #challenge: string | null = null;

  constructor(element: HTMLFormElement, apis: AddressApis, speech: ChangeSpeech) {
    this.#element = element;
    this.#apis = apis;
    this.#speech = speech;
    this.#seeker = new ProofSeeker({
      requestProof: (body) => apis.event.requestProof(body),
      workerPath: speech.data.proofWorkerPath,
      clock: { nowMs: () => performance.now() },
      show: ({ kind }) => this.#form.say(speech.data.proof[kind]),
    });
    this.#codePart = find(element, ".change-code");
    this.#form = new ChangeForm(element, () => this.#goOn());
    this.#form.field("phone").addEventListener("input", () => this.#forgetCode());
    const again = find(this.#codePart, "button");
    again.addEventListener("click", () => void this.#form.work(() => this.#askCode()));
  }

  show(): void {
    this.#element.hidden = false;
  }

  async #goOn(): Promise<void> {
    if (this.#value("email") === "") return this.#complain("email", "invalid_email");
    if (this.#value("phone") === "") return this.#complain("phone", "invalid_phone");
    if (this.#challenge === null) return this.#askCode();
    return this.#correct(this.#challenge);
  }

  async #askCode(): Promise<void> {
    const phone = this.#value("phone");
    const [locale, challenge] = [this.#speech.language, this.#challenge];
    const body = { phone, purpose: "recover", locale, challenge } as const;
    const result = await askProven(
      (proven) => this.#apis.event.requestCode({ ...body, ...proven }),
      () => this.#seeker.seek(phone),
    );
    if (result.kind === "stopped") return;
    if (result.kind !== "ok") return this.#refuse(result);
    this.#challenge = result.body.challenge;
    this.#codePart.hidden = false;
    this.#form.label = this.#speech.data.change;
    this.#form.field("code").focus();
  }

  async #correct(challenge: string): Promise<void> {
    const code = plainDigits(this.#value("code"));
    if (code.length !== CODE_LENGTH) return this.#complain("code", "code_incomplete");
    const [email, phone] = [this.#value("email"), this.#value("phone")];
    const body = { email, phone, challenge, code };
    const result = await askProven(
      (proven) => this.#apis.ticket.correctAddress({ ...body, ...proven }),
      () => this.#seeker.seek(phone),
    );
    if (result.kind === "stopped") return;
    if (result.kind !== "ok") return this.#refuse(result);
    this.#form.say(this.#speech.data.words.moved);
    location.assign(inSameLanguage(result.body.ticketUrl));
  }

  #refuse(refused: Refused): void {
    const own = { not_found: this.#speech.data.words.notOfTicket };
    const said = refusalSentence(refused, own, this.#speech);
    const code = refusalCode(refused);
    if (code === "code_expired" || code === "code_exhausted" || code === "challenge_invalid") {
      this.#forgetCode();
    }
    const place = code === "resend_too_soon" ? "form" : problemPlace[code];
    if (place === "form" || place === "name") this.#form.complain(said);
    else this.#form.complainBeside(place, said);
  }

  #complain(name: FieldName, code: "invalid_email" | "invalid_phone" | "code_incomplete"): void {
    this.#form.complainBeside(name, this.#speech.data.problems[code]);
  }

  /** A code belongs to one number. */
  #forgetCode(): void {
    this.#challenge = null;
    this.#codePart.hidden = true;
    this.#form.field("code").value = "";
    this.#form.label = this.#speech.data.sendCode;
  }

  #value(name: FieldName): string {
    return this.#form.field(name).value.trim();
  }
}
