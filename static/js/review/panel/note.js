// The note that is sent with the next decision. It opens over the reasons, so that nothing moves. What is typed is
// kept for its case until it is sent, so that a reload or a lost lease does not lose it.
import { byId } from "../../shared/dom.js";
import { isComposing } from "../../shared/layout.js";

const PREFIX = "second-look.note.";

/** Storage of this tab; when it is forbidden a draft lasts as long as the page. */
function draft(taskId, text) {
  try {
    if (text === undefined) return sessionStorage.getItem(PREFIX + taskId) ?? "";
    if (text.trim()) sessionStorage.setItem(PREFIX + taskId, text);
    else sessionStorage.removeItem(PREFIX + taskId);
  } catch {
    // Nothing was kept.
  }
  return text ?? "";
}

export class Note {
  #taskId = null;
  #from = null; // what had the focus before

  constructor() {
    this.box = byId("stage-note-box");
    this.field = byId("stage-note");
    this.button = document.querySelector('#stage [data-act="note"]');
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#typed());
    byId("stage-note-done").addEventListener("click", () => this.close());
  }

  #typed() {
    if (this.#taskId !== null) draft(this.#taskId, this.field.value);
    this.#mark();
  }

  open() {
    this.#from = document.activeElement;
    this.box.hidden = false;
    this.field.focus();
  }

  close() {
    this.box.hidden = true;
    (this.#from?.isConnected && this.#from !== document.body ? this.#from : byId("stage")).focus({ preventScroll: true });
    this.#mark();
  }

  /** The text so far, which is then gone; `keep` leaves the draft for when the case comes back. */
  take({ keep = false } = {}) {
    const text = this.field.value.trim();
    if (!keep && this.#taskId !== null) draft(this.#taskId, "");
    this.#taskId = null;
    this.field.value = "";
    this.box.hidden = true;
    this.#mark();
    return text;
  }

  /** The case on the table is another: its text so far, or its draft. */
  put(text, taskId) {
    if (taskId !== this.#taskId) this.box.hidden = true;
    else if (this.field.value) return;
    this.#taskId = taskId;
    this.field.value = text || draft(taskId);
    this.#mark();
  }

  /** A case that is not on the table yet: its draft, for when it comes. */
  keep(text, taskId) {
    if (text) draft(taskId, text);
  }

  #mark() {
    this.button.classList.toggle("has-note", this.field.value.trim() !== "");
    this.button.setAttribute("aria-expanded", String(!this.box.hidden));
  }

  /** Escape or Enter goes back to the keys; Shift+Enter is a new line. */
  #key(event) {
    if (isComposing(event) || !["Escape", "Enter"].includes(event.key) || event.shiftKey) return;
    event.preventDefault();
    this.close();
  }
}
