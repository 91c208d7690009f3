// Choosing by typing which label would have been right. Without the server's list of labels there is nothing to choose
// from, and the label is just wrong.
import { get } from "./api.js";
import { config } from "./config.js";
import { h } from "./dom.js";
import { say } from "./words.js";

const QUIET_MS = 150;
const MOST = 8;
const url = config.urls.labels ?? config.urls.lease.replace(/lease$/, "labels");
const chinese = document.documentElement.lang.startsWith("zh");
let serial = 0;

const labelOf = ({ path, name, nameZh }) => {
  const [riskLabel1, riskLabel2 = "", riskLabel3 = ""] = path;
  return { riskLabel1, riskLabel2, riskLabel3, name: (chinese && nameZh) || name || path.filter(Boolean).join(" › ") };
};

export class Correction {
  static works = true;
  #found = [];
  #active = 0;
  #timer = 0;
  #query = "";

  /** `tell(text)` says what was chosen. `chosen` is the right label or null. */
  constructor(tell) {
    this.tell = tell;
    this.chosen = null;
    this.button = h("button", { type: "button", class: "quiet small" });
    this.button.addEventListener("click", () => this.#open());
    this.element = h("div", { class: "correction", hidden: true }, this.button);
    this.#close();
  }

  #open() {
    const id = `right-label-${(serial += 1)}`;
    this.listbox = h("ul", { id, role: "listbox", "aria-label": say("label.right") });
    this.field = h("input", { type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": id,
      "aria-autocomplete": "list", "aria-label": say("label.right"), placeholder: say("label.right.type") });
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("blur", () => this.#close());
    this.listbox.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.listbox.addEventListener("click", (event) => this.#choose(this.#found[event.target.closest("li")?.dataset.at]));
    this.element.replaceChildren(this.field, this.listbox);
    this.field.focus();
    this.#ask("");
  }

  #close() {
    clearTimeout(this.#timer);
    this.button.textContent = this.chosen ? say("label.right.is", { name: this.chosen.name }) : say("label.right.choose");
    this.element.replaceChildren(this.button);
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(this.field.value.trim()), QUIET_MS);
  }

  async #ask(query) {
    this.#query = query;
    const answer = await get(`${url}?q=${encodeURIComponent(query)}`).catch(() => null);
    if (!answer?.labels) return this.#giveUp();
    if (this.#query === query) this.#offer(answer.labels.slice(0, MOST).map(labelOf));
    return undefined;
  }

  #giveUp() {
    Correction.works = false;
    this.element.previousElementSibling?.querySelector("button")?.focus({ preventScroll: true }); // no key is lost in a hidden field
    this.element.hidden = true;
  }

  #offer(labels) {
    this.#found = labels;
    this.#active = 0;
    this.field.setAttribute("aria-expanded", labels.length > 0);
    this.listbox.replaceChildren(...labels.map((label, at) =>
      h("li", { id: `${this.listbox.id}-${at}`, role: "option", "data-at": at, dir: "auto" }, label.name,
        h("small", {}, [label.riskLabel1, label.riskLabel2, label.riskLabel3].filter(Boolean).join("/")))));
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
    if (event.isComposing || !(by || ["Enter", "Escape"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return this.#leave();
    if (event.key === "Enter") return this.#choose(this.#found[this.#active]);
    this.#active = (this.#active + by + this.#found.length) % (this.#found.length || 1);
    this.#mark();
  }

  #choose(label) {
    if (!label) return;
    this.chosen = label;
    this.tell(say("label.right.is", { name: label.name }));
    this.#leave();
  }

  #leave() {
    this.#close();
    this.button.focus({ preventScroll: true });
  }
}
