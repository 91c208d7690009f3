// One picture of a page in small, under the blur that is in force, with its label, its score and its mark.
/** @import { Task } from "../shared/types.js" */
import { h } from "../shared/dom.js";
import { blurSettingOf } from "../review/picture/blur_filter.js";
import { pathOf, readPath } from "../review/panel/labels.js";
import { leaseTimes } from "../review/buffer/task_buffer.js";
import { fetchInto } from "../review/picture/clear_picture.js";
import { scoreOf } from "../shared/scores.js";
import { knows, number, say, sayCount } from "../shared/strings.js";

/** The label the machine suspects, with its score out of 1000 where it gave one. */
function suspicion({ result, resultLevels, labels }) {
  const own = pathOf(result).join("/");
  const label = labels.find((other) => pathOf(other).join("/") === own);
  const path = readPath({ ...result, levels: resultLevels });
  return { path: path.join(" › "), name: path.at(-1), score: label ? scoreOf(label) : null };
}

export const isCritical = ({ labels }) => labels.some(({ severity, riskLevel }) => severity === "critical" && riskLevel !== "PASS");

export class Tile {
  #loading = false;

  /** @param {Task} task */
  constructor(task) {
    this.mark = null; // {reason: one of the task's, or null for "as suggested"}
    this.away = ""; // why it takes no part: skip, escalate, lost, changed, left
    this.returning = false; // an undo is on its way: no token is known to be good
    this.settled = false; // painted, or known to have no picture
    this.picture = h("span", { class: "tile-picture" });
    this.sign = h("span", { class: "tile-sign" });
    this.facts = h("span", { class: "tile-facts num", dir: "auto" });
    this.decides = h("span", { class: "chip act tile-decides num" });
    this.button = h("button", { type: "button", class: "cell", tabindex: -1, "data-act": "mark" }, this.picture, this.sign, this.decides, this.facts);
    this.larger = h("button", { type: "button", class: "tile-larger", tabindex: -1, "data-act": "larger", "aria-label": say("act.zoomIn") }, "⤢");
    this.element = h("li", {}, this.button, this.larger);
    this.take(task);
  }

  /** The task as the server has it now; another picture or blur is loaded anew. */
  take(task) {
    const { image } = this.task ?? {};
    this.task = task;
    const { leasedUntil, leaseMs } = leaseTimes(task);
    this.leasedUntil = leasedUntil;
    this.leaseMs = leaseMs;
    this.suspected = suspicion(task);
    if (!image || image.state !== task.image.state || image.url !== task.image.url) this.cover();
    this.draw();
  }

  /** It takes part no longer; `away` says why. */
  leave(away) {
    this.away = away;
    this.mark = null;
    this.returning = false;
    this.draw();
  }

  /** An undo gave it back, with a new token. */
  comeBack(task) {
    this.returning = false;
    this.take(task);
  }

  get taskId() {
    return this.task.taskId;
  }
  get isOpen() {
    return !this.away;
  }
  get isPending() {
    return this.isOpen && this.task.image.state === "pending";
  }

  /** Forgets the picture: it is loaded anew under the present blur setting. */
  cover() {
    this.setting = blurSettingOf(this.task);
    this.#loading = false;
    this.settled = false;
    this.picture.replaceChildren();
  }

  /** Fetches and decodes what is judged on; under blur that is the blurred copy and nothing else. */
  async load(priority) {
    if (this.#loading) return;
    this.#loading = true;
    const { setting, task: { image } } = this;
    if (image.state !== "ready") return this.#note(say(image.nextTryAt ? "picture.unavailable" : `picture.${image.state}`), knows(`why.${image.why}`) ? say(`why.${image.why}`) : "");
    const url = setting.blur ? image.blurredUrl : image.thumbnailUrl ?? image.url;
    const img = h("img", { alt: "", decoding: "sync", draggable: "false", fetchpriority: priority, class: setting.blur ? `blurred blur-${setting.blur}` : null });
    const fetched = Boolean(url) && (await fetchInto(img, url));
    if (setting !== this.setting || image !== this.task.image) return undefined;
    this.picture.className = `tile-picture${setting.grayscale ? " grey" : ""}`;
    if (!fetched) return this.#note(say(setting.blur ? "picture.blurred" : "picture.failed"));
    this.picture.replaceChildren(img, image.incomplete ? h("span", { class: "incomplete" }, say("picture.incomplete")) : "");
    return this.#settle();
  }

  #note(text, why = "") {
    this.picture.replaceChildren(h("span", { class: "tile-note" }, h("b", {}, text), why && h("small", {}, why)));
    if (!this.isPending) this.#settle();
  }

  #settle() {
    this.settled = true;
    this.element.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
  }

  get verdict() {
    if (this.away) return say(`tile.${this.away}`);
    if (!this.mark) return say("tile.pass");
    return this.mark.reason ? this.mark.reason.name : say("tile.reject");
  }

  draw() {
    const { name, score } = this.suspected;
    const { decides } = this.task;
    this.button.className = `cell${this.away ? " away" : this.mark ? " bad" : ""}`;
    this.button.dataset.taskId = this.taskId;
    this.button.setAttribute("aria-pressed", Boolean(this.mark));
    this.button.setAttribute("aria-disabled", Boolean(this.away));
    this.sign.textContent = this.away ? this.verdict : this.mark ? `✕ ${this.verdict}` : "";
    this.facts.textContent = score === null ? name : `${name} ${number(score)}`;
    this.decides.textContent = decides > 1 ? sayCount("decides", decides) : "";
    this.button.setAttribute("aria-label", [this.facts.textContent, this.decides.textContent, this.verdict].filter(Boolean).join(", "));
  }
}
