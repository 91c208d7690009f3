// Looking ahead at the cases we hold next, and back at the last decided ones, without deciding anything there.
import { byId, h } from "../shared/dom.js";
import { number, say } from "../shared/strings.js";

export class Look {
  #at = 0; // 0 is the case on the table, +n is n places ahead, −n the nth decision ago

  /** `parts`: line, status, and desk and practice (or null) once they exist. */
  constructor(parts) {
    Object.assign(this, parts);
    this.stage = byId("stage");
    this.banner = byId("stage-looking");
    this.verdicts = this.stage.querySelectorAll(".verdict, .reasons");
  }

  get isAway() {
    return this.#at !== 0;
  }

  /** Steps one case further ahead (+1) or back (−1). */
  step(by) {
    if (this.desk.isEmpty && !this.isAway && by > 0) return this.status.say(say("guard.nothing"));
    const target = this.#at + by;
    const entry = this.line.at(target);
    if (!entry) return this.status.say(say(by > 0 ? "look.end.ahead" : "look.end.back"));
    if (target === 0) return this.home();
    this.#at = target;
    return this.#show(this.line.ready(entry));
  }

  #show(entry) {
    const { dataset } = this.stage;
    dataset.looking = this.#at > 0 ? "ahead" : "back";
    dataset.requestId = entry.task.requestId;
    dataset.taskId = entry.task.taskId;
    entry.card.load("high");
    this.desk.lay(entry);
    const told = this.#told(entry);
    this.#mark(true);
    this.banner.firstElementChild.replaceChildren(...told);
    this.status.say(this.banner.firstElementChild.textContent);
    this.practice?.tell(entry);
  }

  #told(entry) {
    const n = number(Math.abs(this.#at));
    if (this.#at > 0) return [h("b", {}, say("look.ahead", { n })), ` ${say("look.ahead.why")}`];
    return [h("b", {}, say("look.back", { n })), " ", h("span", { class: `did ${entry.act ?? ""}` }, entry.said ?? ""),
      ` · ${say("look.back.why")}`];
  }

  /** Back to the case that waits for a verdict. */
  home() {
    if (!this.isAway) return;
    this.end();
    this.desk.present();
  }

  /** While away nothing can be decided, and it is seen. */
  #mark(away) {
    this.banner.hidden = !away;
    for (const part of this.verdicts) part.inert = away;
  }

  end() {
    if (!this.isAway) return;
    this.#at = 0;
    this.#mark(false);
    this.practice?.hide();
    delete this.stage.dataset.looking;
  }
}
