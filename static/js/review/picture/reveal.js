// Shows the picture without blur, for as long as a key or the button is held down. Leaving the window, the case or the page
// ends it. Grey stays, unless Shift asks for colours too, or the button of a picture that is only grey.
import { byId } from "../../shared/dom.js";
import { keyHint } from "../../shared/keymap.js";
import { say } from "../../shared/strings.js";

export class Reveal {
  #revealing = false;
  #colours = false;

  constructor({ table, status }) {
    this.table = table;
    this.status = status;
    this.button = /** @type {HTMLButtonElement} */ (document.querySelector('#stage-table [data-act="reveal"]'));
    /** @param {string} type */
    const until = (type) => this.button.addEventListener(type, () => this.#set(false));
    this.button.addEventListener("pointerdown", (event) => event.button === 0 && this.#set(true, event));
    ["pointerup", "pointerleave", "pointercancel"].forEach(until);
    this.button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch would open it
    addEventListener("blur", () => this.#set(false));
    document.addEventListener("visibilitychange", () => this.#set(false));
  }

  /** A key is held down (`down` true, then false). A click without a pointer has no end, so it toggles. */
  act(event, down) {
    if (down !== null) this.#set(down, event);
    else if (event.detail === 0) this.#set(!this.#revealing, event);
  }

  /** @param {boolean} revealing
   *  @param {any} [event] the key or the press on the button that asked for it */
  async #set(revealing, event) {
    if (revealing === this.#revealing) return;
    const picture = this.table.card?.picture;
    const pressed = event?.type !== "keydown";
    const colours = this.#revealing ? this.#colours : Boolean(event?.shiftKey || (pressed && picture?.onlyGrey));
    this.#colours = colours;
    const revealed = this.table.reveal(revealing, colours);
    this.#revealing = revealing && revealed !== undefined;
    this.button.setAttribute("aria-pressed", String(this.#revealing));
    byId("stage").classList.toggle("revealing", this.#revealing);
    if (revealing && revealed === undefined)
      return this.status.say(picture?.onlyGrey ? say("reveal.grey", { key: keyHint("reveal") }) : say("reveal.nothing"));
    if (this.#revealing) this.status.say(say(colours ? "reveal.colours" : "reveal.on"));
    if ((await revealed) === false && this.#revealing) this.status.toast(say("reveal.failed"), { tone: "warn" });
  }

  /** Another case came to the table: nobody asked to see that one without blur. */
  end() {
    this.#set(false);
  }
}
