/** One form of the panel: its button, and the places where it says what happened. Its focus stays where it is. */
export class ChangeForm {
  readonly #form: HTMLFormElement;
  readonly #button: HTMLButtonElement;
  #isBusy = false;

  /** Without the browser's own bubbles and navigation: `run` is called in their place, once at a time. */
  constructor(form: HTMLFormElement, run: () => Promise<void>) {
    this.#form = form;
    this.#button = find(form, "button:not([type=button])");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      // What goes wrong in a call is its result, so this cannot reject.
      void this.work(run);
    });
    form.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLInputElement) this.#settle(target);
    });
  }

  set label(text: string) {
    this.#button.textContent = text;
  }

  /** Runs it, unless something runs already. */
  async work(run: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    this.#showBusy(true);
    this.say("");
    await run();
    this.#showBusy(false);
  }

  field(name: string): HTMLInputElement {
    return find(this.#form, `[name="${name}"]`);
  }

  /** What stands there already is not spoken again. */
  say(sentence: string): void {
    if (find(this.#form, ".notice-place").textContent === sentence) return;
    this.#tell(sentence, "notice");
  }

  complain(sentence: string): void {
    this.#tell(sentence, "notice notice-complaint");
  }

  /** In the place of the note under the field, which comes back when somebody types. */
  complainBeside(name: string, sentence: string): void {
    const input = this.field(name);
    const note = noteOf(input);
    note.dataset["note"] ??= note.textContent;
    const alert = document.createElement("span");
    alert.role = "alert";
    alert.textContent = sentence;
    note.replaceChildren(alert);
    note.classList.add("complaint");
    input.setAttribute("aria-invalid", "true");
    input.focus();
  }

  #settle(input: HTMLInputElement): void {
    const note = noteOf(input);
    if (note.dataset["note"] === undefined) return;
    note.textContent = note.dataset["note"];
    delete note.dataset["note"];
    note.classList.remove("complaint");
    input.removeAttribute("aria-invalid");
  }

  #tell(sentence: string, look: string): void {
    const place = find(this.#form, ".notice-place");
    place.replaceChildren();
    if (sentence === "") return;
    const notice = document.createElement("p");
    notice.className = look;
    notice.textContent = sentence;
    place.append(notice);
  }

  #showBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#form.ariaBusy = String(isBusy);
    this.#button.ariaDisabled = String(isBusy);
    this.#button.classList.toggle("busy", isBusy);
  }
}

/** What `change-panel.ts` has drawn is there. */
export function find<Found extends HTMLElement>(within: ParentNode, selector: string): Found {
  const found = within.querySelector<Found>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

function noteOf(input: HTMLInputElement): HTMLElement {
  return find(document, `#${input.id}-note`);
}
