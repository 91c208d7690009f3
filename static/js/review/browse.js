// Browsing to the cases leased next, and back to the last decided ones, without deciding anything there.
/** @import { Status } from "../shared/status.js" */
/** @import { TaskBuffer } from "./buffer/task_buffer.js" */
/** @import { CaseView } from "./case_view.js" */
import { Announcer } from "../shared/announcer.js";
import { allOf, byId, h } from "../shared/dom.js";
import { number, say } from "../shared/strings.js";

/** Announces shown(entry), ended() and home() when the case that waits for a verdict is wanted back. */
export class Browse extends Announcer {
  #at = 0; // 0 is the case on the table, +n is n places ahead, −n the nth decision ago

  /** @param {{view: CaseView, buffer: TaskBuffer,
   *   status: Status}} parts */
  constructor({ view, buffer, status }) {
    super();
    this.view = view;
    this.buffer = buffer;
    this.status = status;
    this.stage = byId("stage");
    this.banner = byId("stage-browsing");
    this.verdicts = allOf(".verdict, .reasons", this.stage);
  }

  get isAway() {
    return this.#at !== 0;
  }

  /** Steps one case further ahead (+1) or back (−1). */
  step(by) {
    if (!this.buffer.first && !this.isAway && by > 0) return this.status.say(say("guard.nothing"));
    const target = this.#at + by;
    const entry = this.buffer.at(target);
    if (!entry) return this.status.say(say(by > 0 ? "browse.end.ahead" : "browse.end.back"));
    if (target === 0) return this.home();
    this.#at = target;
    return this.#show(this.buffer.ready(entry));
  }

  #show(entry) {
    const { dataset } = this.stage;
    dataset.browsing = this.#at > 0 ? "ahead" : "back";
    dataset.requestId = entry.task.requestId;
    dataset.taskId = entry.task.taskId;
    entry.card.load("high");
    this.view.show(entry);
    this.#mark(true);
    this.banner.firstElementChild.replaceChildren(...this.#description(entry));
    this.status.say(this.banner.firstElementChild.textContent);
    this.announce("shown", entry);
  }

  #description(entry) {
    const n = number(Math.abs(this.#at));
    if (this.#at > 0) return [h("b", {}, say("browse.ahead", { n })), ` ${say("browse.ahead.why")}`];
    return [h("b", {}, say("browse.back", { n })), " ", h("span", { class: `did ${entry.act ?? ""}` }, entry.said ?? ""),
      ` · ${say("browse.back.why")}`];
  }

  /** Back to the case that waits for a verdict. */
  home() {
    if (!this.isAway) return;
    this.end();
    this.announce("home");
  }

  /** While away nothing can be decided, and the page shows that. */
  #mark(away) {
    this.banner.hidden = !away;
    for (const part of this.verdicts) part.inert = away;
  }

  end() {
    if (!this.isAway) return;
    this.#at = 0;
    this.#mark(false);
    delete this.stage.dataset.browsing;
    this.announce("ended");
  }
}
