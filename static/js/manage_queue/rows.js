// The rows of the reasons: their order is the key that rejects for them.
import { allOf } from "../shared/dom.js";

const MOST = 9;
const keyOf = (row) => row.querySelector("input.key");

export class Rows {
  #dragged = null;

  /** `made(row)` is called for each row, `changed()` after each move. */
  constructor({ body, template, add, changed, made }) {
    this.body = body;
    this.template = template;
    this.add = add;
    this.changed = changed;
    this.made = made;
    for (const row of this.#rows()) this.#ready(row);
    add.hidden = false;
    add.addEventListener("click", () => this.#add());
    body.addEventListener("keydown", (event) => this.#key(event));
    body.addEventListener("dragover", (event) => this.#over(event));
    body.addEventListener("drop", (event) => event.preventDefault());
    this.#count();
  }

  #rows = () => allOf("tr[data-row]", this.body);

  #ready(row) {
    const grip = row.querySelector(".grip");
    grip.hidden = false;
    grip.addEventListener("dragstart", (event) => {
      this.#dragged = row;
      row.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(row, 0, 0);
    });
    grip.addEventListener("dragend", () => this.#dropped());
    this.made(row);
  }

  #key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest("tr[data-row]");
    if (!by || !event.altKey || !row) return;
    event.preventDefault();
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    const keys = this.#keys();
    if (by < 0) other.before(row);
    else other.after(row);
    event.target.focus();
    this.#number(keys);
  }

  #over(event) {
    const row = event.target.closest("tr[data-row]");
    if (!this.#dragged || !row) return;
    event.preventDefault();
    const { top, height } = row.getBoundingClientRect();
    this.keys ??= this.#keys();
    if (row !== this.#dragged) row[event.clientY < top + height / 2 ? "before" : "after"](this.#dragged);
  }

  #dropped() {
    this.#dragged?.classList.remove("dragged");
    this.#dragged = null;
    if (this.keys) this.#number(this.keys);
    this.keys = null;
  }

  #keys = () => this.#rows().map((row) => keyOf(row).value).filter(Boolean).sort();

  /** The keys stay the same digits, in the new order; a row without one stays without. */
  #number(keys) {
    const left = [...keys];
    for (const row of this.#rows()) if (keyOf(row).value) keyOf(row).value = left.shift();
    this.changed();
  }

  #add() {
    const total = this.#total();
    const made = this.template.content.cloneNode(true).firstElementChild;
    for (const field of made.querySelectorAll("[name]")) {
      field.name = field.name.replace("__prefix__", total.value);
      field.id = field.id.replace("__prefix__", total.value);
    }
    total.value = String(Number(total.value) + 1);
    this.body.append(made);
    this.#ready(made);
    this.#count();
    made.querySelector("input[name$='-name']").focus();
  }

  #total = () => this.body.closest("form").querySelector("input[name$='-TOTAL_FORMS']");

  #count() {
    this.add.disabled = this.#rows().length >= MOST;
  }
}
