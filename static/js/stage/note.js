// The note that goes along with the next decision. It opens over the reasons, so that nothing moves.
import { byId } from "./dom.js";

export class Note {
  constructor() {
    this.box = byId("stage-note-box");
    this.field = byId("stage-note");
    this.button = document.querySelector('#stage [data-act="note"]');
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#mark());
    byId("stage-note-done").addEventListener("click", () => this.close());
  }

  open() {
    this.box.hidden = false;
    this.field.focus();
  }

  close() {
    this.box.hidden = true;
    this.button.focus({ preventScroll: true });
    this.#mark();
  }

  /** The text so far, which is then gone. */
  take() {
    const text = this.field.value.trim();
    this.field.value = "";
    this.box.hidden = true;
    this.#mark();
    return text;
  }

  put(text) {
    this.field.value = text;
    this.#mark();
  }

  #mark() {
    this.button.classList.toggle("has-note", this.field.value.trim() !== "");
    this.button.setAttribute("aria-expanded", !this.box.hidden);
  }

  /** Escape or Enter goes back to the keys; Shift+Enter is a new line. */
  #key(event) {
    if (event.isComposing || !["Escape", "Enter"].includes(event.key) || event.shiftKey) return;
    event.preventDefault();
    this.close();
  }
}
