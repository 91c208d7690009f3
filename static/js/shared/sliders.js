// Two sliders, remembered in this browser: how strongly evidence is drawn, and from which score on boxes are drawn at all.
import { byId } from "./dom.js";
import { recall, remember } from "./local_memory.js";
import { scoreOf } from "./scores.js";
import { number, say, sayCount } from "./strings.js";

const START = { opacity: 100, score: 0 };

export class Sliders {
  /** `changed()` is called after every move. */
  constructor(changed) {
    this.chosen = { ...START, ...recall("evidence-sliders", {}) };
    for (const name of Object.keys(START)) this.#listen(name, byId(`stage-${name}`), changed);
    this.#draw();
  }

  /** Whether a box's score is high enough; a box without a score always is. */
  passes = (box) => (scoreOf(box) ?? Infinity) >= this.chosen.score;

  #listen(name, input, changed) {
    input.value = this.chosen[name];
    input.addEventListener("input", () => {
      this.chosen[name] = Number(input.value);
      remember("evidence-sliders", this.chosen);
      this.#draw();
      changed();
    });
  }

  #draw() {
    const { opacity, score } = this.chosen;
    byId("stage").style.setProperty("--evidence", String(opacity / 100));
    byId("stage-opacity-now").textContent = `${number(opacity)} %`;
    byId("stage-score-now").textContent = number(score);
  }

  /** What the chip says: the score, and how many boxes of this case it keeps back. */
  tell(items) {
    const { score } = this.chosen;
    const back = items.filter((item) => !this.passes(item)).length;
    const said = score ? say("sliders.from", { n: number(score) }) : say("sliders.all");
    byId("stage-sliders-text").textContent = said + (back ? ` · ${sayCount("sliders.hidden", back)}` : "");
    byId("stage-sliders-button").classList.toggle("warn", back > 0);
  }
}
