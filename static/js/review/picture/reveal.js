// Looking under the veil, for as long as a key or the button is held. Leaving the window, the case or the page ends it.
import { byId } from "../../shared/dom.js";
import { say } from "../../shared/strings.js";

export class Reveal {
  #looking = false;

  constructor({ table, status }) {
    Object.assign(this, { table, status });
    this.button = document.querySelector('#stage-table [data-act="reveal"]');
    const until = (type) => this.button.addEventListener(type, () => this.#set(false));
    this.button.addEventListener("pointerdown", (event) => event.button === 0 && this.#set(true));
    ["pointerup", "pointerleave", "pointercancel"].forEach(until);
    this.button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch would open it
    addEventListener("blur", () => this.#set(false));
    document.addEventListener("visibilitychange", () => this.#set(false));
  }

  /** A key is held (`down` true, then false). A click without a pointer has no end, so it toggles. */
  act(event, down) {
    if (down !== null) this.#set(down);
    else if (event.detail === 0) this.#set(!this.#looking);
  }

  async #set(looking) {
    if (looking === this.#looking) return;
    const looked = this.table.look(looking);
    this.#looking = looking && looked !== undefined;
    this.button.setAttribute("aria-pressed", this.#looking);
    byId("stage").classList.toggle("looking-under", this.#looking);
    if (looking && looked === undefined) return this.status.say(say("reveal.nothing"));
    if (this.#looking) this.status.say(say("reveal.on"));
    if ((await looked) === false && this.#looking) this.status.toast(say("reveal.failed"), { tone: "warn" });
  }

  /** Another case came to the table: it was not asked for. */
  end() {
    this.#set(false);
  }
}
