// Assigning the case on the table to a colleague, who is chosen by typing: for a second opinion, or, by a lead, for good.
// The note written before is sent with it, and the next case comes to the table.
/** @import { MenuParts } from "./parts.js" */
import { post } from "../shared/api.js";
import { Combobox } from "../shared/combobox.js";
import { config } from "../shared/config.js";
import { allOf, byId } from "../shared/dom.js";
import { say } from "../shared/strings.js";

const KINDS = { ask: "second_opinion", assign: "assign" };

export class AssignMenu {
  /** @param {MenuParts} parts */
  constructor({ controller, browse, status }) {
    this.controller = controller;
    this.browse = browse;
    this.status = status;
    this.box = byId("stage-assign");
    this.place = byId("stage-assign-to");
    this.buttons = allOf('#stage [data-act="ask"], #stage [data-act="assign"]');
    byId("stage-assign-close").addEventListener("click", () => this.close());
    this.box.querySelector('[data-act="assign"]').hidden = !config.user.assigns;
  }

  /** `act` is "ask" or "assign". */
  open(act) {
    const { task } = this.controller;
    if (!task || this.browse.isAway) return this.status.say(say(task ? "guard.browsing" : "guard.nothing"));
    if (config.practice) return this.status.toast(say("lesson.judge"), { tone: "warn" });
    if (act === "assign" && !config.user.assigns) return this.status.toast(say("assign.leads"), { tone: "warn" });
    this.box.hidden = false;
    this.#mark(act);
    const all = post(config.urls.colleagues, { taskId: task.taskId }).then(({ colleagues }) => colleagues, () => null);
    const on = {
      chose: ({ email, name }, event) => this.#chose(event, act, { email, name, taskId: task.taskId }),
      left: () => this.close(),
      gaveUp: () => this.#giveUp(),
    };
    const find = async (query) => matching(await all, query, act);
    new Combobox({ label: say(`assign.${act}`), placeholder: say("assign.type"), find, on, waits: true }).openIn(this.place);
    return undefined;
  }

  #chose(event, act, { email, name, taskId }) {
    this.close();
    if (this.controller.task?.taskId !== taskId) return this.status.toast(say("assign.gone"), { tone: "warn" });
    return this.controller.assign(event, KINDS[act], { to: email, said: say(`did.${act}`, { who: name }) });
  }

  #giveUp() {
    this.close();
    this.status.toast(say("assign.nobody"), { tone: "warn" });
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.place.replaceChildren();
    this.#mark(null);
    byId("stage").focus({ preventScroll: true });
  }

  #mark(act) {
    for (const button of this.buttons) {
      const state = button.closest("#stage-assign") ? "aria-pressed" : "aria-expanded";
      button.setAttribute(state, button.dataset.act === act);
    }
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
