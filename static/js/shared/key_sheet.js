// The sheet of keys, drawn from the same list that handles them; a key is changed by pressing its cap, then another key.
/** @import { Handlers } from "./types.js" */
import { byId, h } from "./dom.js";
import { ACTS, PARTS } from "./keys.js";
import { Taken, keycap, keymap } from "./keymap.js";
import { isComposing, keyOf } from "./layout.js";
import { prefer, preferences } from "./preferences.js";
import { say } from "./strings.js";

const GROUPS = ["decide", "labels", "evidence", "picture", "page"];

export class KeySheet {
  #asking = null; // {act, index, cap}: whose new key the next press is

  /** `figures()` shows or hides the stage's own figures; the grid has none. */
  constructor({ figures = null } = {}) {
    this.figures = figures;
    this.acts = {};
    this.dialog = byId("stage-keys");
    this.list = byId("stage-keys-list");
    this.said = byId("stage-keys-said");
    this.letters = byId("stage-letters");
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("cancel", (event) => this.#asking && event.preventDefault());
    this.dialog.addEventListener("close", () => (this.#asking = null));
    this.list.addEventListener("click", (event) => this.#ask(event.target.closest("[data-change]")));
    this.letters.addEventListener("change", () => this.#save({ letters: this.letters.checked }));
    byId("stage-keys-reset").addEventListener("click", () => this.#save({ keys: {} }, say("keys.reset.done")));
  }

  /** Shows those of `acts`, which are all of this page.
   * @param {Handlers} acts */
  open(acts) {
    this.acts = acts;
    this.said.textContent = keymap.problem ? say("keys.conflict", { why: keymap.problem }) : "";
    this.draw();
    this.dialog.showModal();
  }

  draw() {
    this.list.replaceChildren(...GROUPS.map((name) => this.#group(name)).filter(Boolean));
    this.letters.checked = preferences().letters !== false;
    byId("stage-keys-reset").disabled = !Object.keys(keymap.changes).length;
  }

  #group(name) {
    const here = ACTS.filter((entry) => entry.group === name && entry.act in this.acts);
    if (!here.length) return null;
    const rows = here.map((entry) =>
      h("tr", {}, h("td", {}, entry.held ? `${say("keys.held")} ` : "", ...this.#caps(entry)), h("td", {}, say(`act.${entry.act}`))));
    const parts = PARTS.filter(({ group, of }) => group === name && of in this.acts).map(({ part, keys }) =>
      h("tr", {}, h("td", {}, ...keys.flatMap((key) => [h("kbd", {}, keycap(key)), " "])), h("td", {}, say(`keys.${part}`))));
    return h("table", {}, h("caption", {}, say(`keys.${name}`)), h("tbody", {}, ...rows, ...parts));
  }

  /** @param {{act: string, fixed?: boolean}} entry */
  #caps({ act, fixed }) {
    const keys = keymap.keysOf(act);
    if (act === "reason") return [h("kbd", {}, keys[0]), " – ", h("kbd", {}, keys.at(-1))];
    if (!keys.length) return [this.#cap(act, "–", 0)]; // its own key is a person's key for something else
    return keys.flatMap((key, index) => [index ? " " : "", fixed ? h("kbd", {}, keycap(key)) : this.#cap(act, key, index)]);
  }

  #cap(act, key, index) {
    const name = say("keys.change", { act: say(`act.${act}`), key: keycap(key) });
    const off = keymap.works(key) ? "" : "off";
    return h("button", { type: "button", class: off, "data-change": act, "data-index": index, "aria-label": name, title: name },
      h("kbd", { "aria-hidden": "true" }, keycap(key)));
  }

  /** The next key pressed is the new one, until one is taken or Escape leaves. */
  #ask(cap) {
    if (!cap) return;
    this.draw();
    const { change, index } = cap.dataset;
    const fresh = this.list.querySelector(`[data-change="${change}"][data-index="${index}"]`);
    fresh.classList.add("asking");
    fresh.firstChild.textContent = "…";
    fresh.focus();
    this.#asking = { act: change, index: Number(index) };
    this.said.textContent = say("keys.press", { act: say(`act.${change}`) });
  }

  #key(event) {
    if (this.#asking) return isComposing(event) || this.#answer(event);
    if (!this.figures || keyOf(event) !== "l" || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    event.preventDefault();
    this.dialog.close();
    return this.figures();
  }

  #answer(event) {
    event.preventDefault();
    event.stopPropagation();
    const key = keyOf(event);
    if (event.repeat || ["Shift", "Control", "Alt", "AltGraph", "Meta"].includes(key)) return;
    const { act, index } = this.#asking;
    if (key === "Escape") return this.#leave(act, index, "");
    try {
      this.#save({ keys: keymap.with(act, index, key) }, say("keys.changed", { act: say(`act.${act}`), key: keycap(key) }));
      this.#leave(act, index, this.said.textContent);
    } catch (problem) {
      if (!(problem instanceof Taken)) throw problem;
      this.said.textContent = problem.message;
      this.list.querySelector(".asking").firstChild.textContent = keymap.keysOf(act).map(keycap)[index] ?? "–"; // still asking
    }
  }

  #leave(act, index, text) {
    this.#asking = null;
    this.said.textContent = text;
    this.draw();
    this.#focus(act, index);
  }

  #focus(act, index) {
    const caps = this.list.querySelectorAll(`[data-change="${act}"]`);
    (caps[index] ?? caps[0])?.focus();
  }

  async #save(changes, done = "") {
    this.said.textContent = done;
    const kept = prefer(changes);
    this.draw();
    if (!(await kept)) this.said.textContent = say("preferences.unkept");
  }
}
