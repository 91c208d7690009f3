// Choosing from a list by typing: arrows move, Enter or a click chooses, Escape leaves.
import { h } from "./dom.js";
import { isComposing } from "./layout.js";

const QUIET_MS = 150;
const MOST = 8;
let serial = 0;

export class Combobox {
  #found = [];
  #active = 0;
  #timer = 0;
  #query = null;

  /** `find(query)` answers, at once or later, with items {name, detail}, or null when there is no list.
   *  `waits`: Enter looks for what was typed just now before it chooses; else it chooses what is seen.
   *  `on`: chose(item, event), left(), and perhaps blurred() and gaveUp(). */
  constructor({ label, placeholder, find, on, waits = false }) {
    this.find = find;
    this.on = on;
    this.waits = waits;
    const id = `choice-${(serial += 1)}`;
    this.listbox = h("ul", { id, role: "listbox", "aria-label": label });
    this.field = h("input", { type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": id,
      "aria-autocomplete": "list", "aria-label": label, placeholder });
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("blur", () => this.close());
    this.listbox.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.listbox.addEventListener("click", (event) => this.#choose(this.#found[event.target.closest("li")?.dataset.at], event));
  }

  /** Shows itself in `place`, with the focus. */
  openIn(place) {
    place.replaceChildren(this.field, this.listbox);
    this.field.focus();
    this.#ask("");
  }

  close() {
    clearTimeout(this.#timer);
    this.#query = null;
    this.on.blurred?.();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(this.field.value.trim()), QUIET_MS);
  }

  async #ask(query) {
    this.#query = query;
    const found = await this.find(query);
    if (!found) return this.on.gaveUp?.();
    if (this.#query === query) this.#offer(found.slice(0, MOST));
    return undefined;
  }

  #offer(found) {
    this.#found = found;
    this.#active = 0;
    this.field.setAttribute("aria-expanded", found.length > 0);
    this.listbox.replaceChildren(...found.map(({ name, detail }, at) =>
      h("li", { id: `${this.listbox.id}-${at}`, role: "option", "data-at": at, dir: "auto" }, name, h("small", {}, detail))));
    this.#mark();
  }

  #mark() {
    [...this.listbox.children].forEach((option, at) => option.setAttribute("aria-selected", at === this.#active));
    const active = this.listbox.children[this.#active];
    this.field.setAttribute("aria-activedescendant", active?.id ?? "");
    active?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (isComposing(event) || !(by || ["Enter", "Escape"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return this.on.left();
    if (event.key === "Enter") return event.repeat || this.#enter(event);
    this.#active = (this.#active + by + this.#found.length) % (this.#found.length || 1);
    this.#mark();
  }

  async #enter(event) {
    const query = this.field.value.trim();
    if (this.waits && query !== this.#query) {
      clearTimeout(this.#timer);
      await this.#ask(query);
    }
    this.#choose(this.#found[this.#active], event);
  }

  #choose(item, event) {
    if (item) this.on.chose(item, event);
  }
}
