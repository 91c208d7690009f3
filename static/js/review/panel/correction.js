// Choosing by typing which label would have been right. Without the server's list of labels there is nothing to choose
// from, and the label is just wrong.
import { get } from "../../shared/api.js";
import { Combobox } from "../../shared/combobox.js";
import { config } from "../../shared/config.js";
import { h } from "../../shared/dom.js";
import { isComposing } from "../../shared/layout.js";
import { say } from "../../shared/strings.js";

const url = config.urls.labels ?? config.urls.lease.replace(/lease$/, "labels");
const chinese = document.documentElement.lang.startsWith("zh");

const labelOf = ({ path, riskLabel1, riskLabel2, riskLabel3, name, nameZh }) => (
  { riskLabel1, riskLabel2, riskLabel3, name: (chinese && nameZh) || name || path.replaceAll("/", " › "), detail: path }
);

async function find(query) {
  const answer = await get(`${url}?q=${encodeURIComponent(query)}`).catch(() => null);
  return answer?.labels?.map(labelOf) ?? null;
}

export class Correction {
  static works = true;

  /** `tell(text)` says what was chosen. `chosen` is the right label or null. */
  constructor(tell) {
    this.tell = tell;
    this.chosen = null;
    this.button = h("button", { type: "button", class: "quiet small" });
    this.button.addEventListener("click", () => this.open({ back: this.button }));
    this.element = h("div", { class: "correction combo", hidden: true }, this.button);
    this.element.addEventListener("keydown", (event) => this.#turn(event));
    this.#close();
  }

  /** Typing goes to the search at once; leaving it leads to `back`. While nothing is typed, left and right go on to
   *  `turn(by)` the verdict, for who came by these keys. */
  open({ back, turn = null }) {
    this.back = back;
    this.turn = turn;
    const on = { chose: (label) => this.#choose(label), left: () => this.#leave(), blurred: () => this.#close(), gaveUp: () => this.#giveUp() };
    new Combobox({ label: say("label.right"), placeholder: say("label.right.type"), find, on }).openIn(this.element);
  }

  #turn(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !this.turn || event.target.value || isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#leave();
    this.turn(by);
  }

  #close() {
    this.button.textContent = this.chosen ? say("label.right.is", { name: this.chosen.name }) : say("label.right.choose");
    this.element.replaceChildren(this.button);
  }

  #giveUp() {
    Correction.works = false;
    this.#leave(); // no key is lost in a hidden field
    this.element.hidden = true;
  }

  #choose(label) {
    this.chosen = label;
    this.tell(say("label.right.is", { name: label.name }));
    this.#leave();
  }

  #leave() {
    this.#close();
    this.back.focus({ preventScroll: true });
  }
}
