// Handing the case on the table to a colleague, who is chosen by typing: for a second opinion, or, by a lead, for good.
// The note written before goes along; the line goes on with the next picture.
import { post } from "../shared/api.js";
import { Combobox } from "../shared/combobox.js";
import { config } from "../shared/config.js";
import { byId } from "../shared/dom.js";
import { say } from "../shared/strings.js";

const KINDS = { ask: "second_opinion", assign: "assign" };

export class Hand {
  /** `parts`: desk, look, status. */
  constructor(parts) {
    Object.assign(this, parts);
    this.box = byId("stage-hand");
    this.place = byId("stage-hand-to");
    this.buttons = document.querySelectorAll('#stage [data-act="ask"], #stage [data-act="assign"]');
    byId("stage-hand-close").addEventListener("click", () => this.close());
    this.box.querySelector('[data-act="assign"]').hidden = !config.user.assigns;
  }

  /** `act` is "ask" or "assign". */
  open(act) {
    const { task } = this.desk;
    if (!task || this.look.isAway) return this.status.say(say(task ? "guard.looking" : "guard.nothing"));
    if (config.practice) return this.status.toast(say("lesson.judge"), { tone: "warn" });
    if (act === "assign" && !config.user.assigns) return this.status.toast(say("hand.leads"), { tone: "warn" });
    this.box.hidden = false;
    this.#mark(act);
    const all = post(config.urls.colleagues, { taskId: task.taskId }).then(({ colleagues }) => colleagues, () => null);
    const on = {
      chose: ({ email, name }, event) => this.#chose(event, act, { email, name, taskId: task.taskId }),
      left: () => this.close(),
      gaveUp: () => this.#giveUp(),
    };
    const find = async (query) => matching(await all, query, act);
    new Combobox({ label: say(`hand.${act}`), placeholder: say("hand.type"), find, on, waits: true }).openIn(this.place);
    return undefined;
  }

  #chose(event, act, { email, name, taskId }) {
    this.close();
    if (this.desk.task?.taskId !== taskId) return this.status.toast(say("hand.gone"), { tone: "warn" });
    return this.desk.hand(event, KINDS[act], { to: email, said: say(`did.${act}`, { who: name }) });
  }

  #giveUp() {
    this.close();
    this.status.toast(say("hand.nobody"), { tone: "warn" });
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.place.replaceChildren();
    this.#mark(null);
    byId("stage").focus({ preventScroll: true });
  }

  #mark(act) {
    for (const button of this.buttons) button.setAttribute(button.closest("#stage-hand") ? "aria-pressed" : "aria-expanded", button.dataset.act === act);
  }
}

/** Who fits what was typed; null when nobody can take the case. Who skipped it cannot be asked. */
function matching(colleagues, query, act) {
  const able = colleagues?.filter(({ hasSkipped }) => act === "assign" || !hasSkipped);
  if (!able?.length) return null;
  const typed = query.toLowerCase();
  const fits = able.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(typed));
  return fits.map((one) => ({ ...one, detail: one.name === one.email ? "" : one.email }));
}
