// What the person says about single labels of the machine: confirmed, wrong (and which would be right), absent.
import { byId, h } from "../../shared/dom.js";
import { Correction } from "./correction.js";
import { keyHint, keycap } from "../../shared/keymap.js";
import { say } from "../../shared/strings.js";

const SIGNS = { confirmed: "✓", wrong: "✕", absent: "∅" };
const TURNS = [null, ...Object.keys(SIGNS)];

const fieldsOf = ({ riskLabel1, riskLabel2, riskLabel3 }) => ({
  riskLabel1: riskLabel1 ?? "", riskLabel2: riskLabel2 ?? "", riskLabel3: riskLabel3 ?? "",
});
const keyOf = (label) => Object.values(fieldsOf(label)).join("/");

export class LabelVerdicts {
  #said = new Map(); // key of a label: confirmed, wrong or absent
  #parts = new Map(); // key of a label: {buttons, node, name, correction}

  /** `before` is a list that `list` gave for an older result: what still applies stays said. */
  constructor(labels, { say: tell, before = [] }) {
    this.tell = tell;
    const known = labels.map(keyOf);
    for (const { verdict, ...label } of before) if (known.includes(keyOf(label))) this.#said.set(keyOf(label), verdict);
  }

  /** As the interface takes it; the right label of a wrong one follows it as confirmed. */
  list() {
    return [...this.#said].flatMap(([key, verdict]) => {
      const { label, correction } = this.#parts.get(key);
      const right = verdict === "wrong" ? correction.chosen : null;
      const isKnown = right && this.#said.has(keyOf(right));
      return [{ ...fieldsOf(label), verdict }, ...(right && !isKnown ? [{ ...fieldsOf(right), verdict: "confirmed" }] : [])];
    });
  }

  /** The three buttons beside a label called `name`. They are for the pointer; keys turn the verdict on the label. */
  control(label, name) {
    const buttons = Object.entries(SIGNS).map(([verdict, sign]) => {
      const title = say(`label.${verdict}`);
      const keys = [keyHint("labels"), keycap("ArrowLeft"), keycap("ArrowRight")].filter(Boolean).join(" ");
      const button = h("button", { type: "button", class: verdict, tabindex: -1, "data-verdict": verdict,
        title: `${title} (${keys})`,
        "aria-label": `${title}: ${name}` }, sign);
      button.addEventListener("click", (event) => {
        this.#set(label, this.#said.get(keyOf(label)) === verdict ? null : verdict);
        this.#correct(label, { back: event.detail ? byId("stage") : button });
      });
      return button;
    });
    const node = h("span", { class: "label-said", role: "group", "aria-label": say("label.verdict", { name }) }, ...buttons);
    this.#parts.set(keyOf(label), { label, name, buttons, node, correction: new Correction(this.tell) });
    this.#draw(keyOf(label));
    return node;
  }

  /** Where the right label of a wrong one is chosen. */
  correction = (label) => this.#parts.get(keyOf(label)).correction.element;

  /** The next verdict in turn (+1), or the one before (−1). */
  turn(label, by) {
    const at = TURNS.indexOf(this.#said.get(keyOf(label)) ?? null);
    this.#set(label, TURNS[(at + by + TURNS.length) % TURNS.length]);
    this.#correct(label, { back: document.activeElement, turn: (more) => this.turn(label, more) });
  }

  /** Which one would be right is asked as soon as one is called wrong. */
  #correct(label, where) {
    if (this.#said.get(keyOf(label)) === "wrong" && Correction.works) this.#parts.get(keyOf(label)).correction.open(where);
  }

  #set(label, verdict) {
    const key = keyOf(label);
    if (verdict) this.#said.set(key, verdict);
    else this.#said.delete(key);
    this.#draw(key);
    this.tell(`${this.#parts.get(key).name}: ${verdict ? say(`label.${verdict}`) : say("label.none")}`);
  }

  #draw(key) {
    const { buttons, node, correction } = this.#parts.get(key);
    const said = this.#said.get(key);
    node.classList.toggle("said", Boolean(said));
    for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.verdict === said);
    correction.element.hidden = said !== "wrong" || !Correction.works;
  }
}
