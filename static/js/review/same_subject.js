// Deciding a subject's other waiting cases together with this one. They are shown in small, under the same blur as on the
// table; the verdict is chosen, and then the number of cases is typed, so that it cannot happen by accident. What could not be
// shown is not decided.
/** @import { MenuParts } from "./parts.js" */
import { post } from "../shared/api.js";
import { config } from "../shared/config.js";
import { allOf, byId, h } from "../shared/dom.js";
import { blurSettingOf, blurredUrl } from "./picture/blur_filter.js";
import { keyHint, keymap } from "../shared/keymap.js";
import { asciiDigits, isComposing, keyOf } from "../shared/layout.js";
import { uuid } from "./buffer/outbox.js";
import { scoreOf } from "../shared/scores.js";
import { number, say, sayCount } from "../shared/strings.js";

const DOUBLE_PRESS_MS = 300; // a digit pressed this soon was meant for the reason

export class SameSubject {
  #task = null;
  #tiles = []; // {one, node}
  #chosen = null; // {act, arg, reason, at}

  /** @param {MenuParts} parts */
  constructor({ controller, browse, status }) {
    this.controller = controller;
    this.browse = browse;
    this.status = status;
    this.dialog = byId("stage-same-subject");
    this.field = byId("stage-same-subject-count");
    this.verdicts = byId("stage-same-subject-verdicts");
    this.said = byId("stage-same-subject-said");
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", (event) => this.#typed(event));
    this.verdicts.addEventListener("click", ({ target }) => this.#choose(target.closest("button")?.dataset));
    byId("stage-same-subject-thumbs").addEventListener("click", ({ target }) => this.#turn(target.closest("button")));
  }

  async open() {
    const { task } = this.controller;
    if (!task || this.browse.isAway) return this.status.say(say(task ? "guard.browsing" : "guard.nothing"));
    if (!task.subject?.waitingHere) return this.status.say(say("same_subject.none"));
    const answer = await post(config.urls.same_subject, { taskId: task.taskId }).catch(() => null);
    if (this.controller.task?.taskId !== task.taskId || this.browse.isAway || this.dialog.open) return undefined;
    if (!answer?.tasks?.length) return this.status.toast(this.#nothing(answer), { tone: "warn" });
    return this.#show(task, answer);
  }

  #nothing(answer) {
    if (!answer) return say("offline.title");
    return answer.left ? `${say("same_subject.none")} ${sayCount("same_subject.out", answer.left)}` : say("same_subject.none");
  }

  async #show(task, { tasks, left }) {
    this.#task = task;
    this.#tiles = tasks.map((one) => ({ one, node: tileOf(one) }));
    byId("stage-same-subject-thumbs").replaceChildren(...this.#tiles.map(({ node }) => h("li", {}, node)));
    this.verdicts.replaceChildren();
    this.#choose(null);
    this.dialog.showModal();
    const seen = await Promise.all(this.#tiles.map(({ node }) => shown(node.querySelector("img"))));
    this.#tiles = this.#tiles.filter(({ node }, at) => seen[at] || node.parentNode.remove());
    const out = left + tasks.length - this.#tiles.length;
    byId("stage-same-subject-left").textContent = out ? sayCount("same_subject.out", out) : "";
    this.verdicts.replaceChildren(...choices(task, this.controller.suggests));
    this.#tell();
  }

  get #wanted() {
    return this.#tiles.filter(({ node }) => node.getAttribute("aria-pressed") === "true").map(({ one }) => one);
  }

  /** One of them is left out, or decided with the others after all. */
  #turn(tile) {
    if (!tile) return;
    tile.setAttribute("aria-pressed", tile.getAttribute("aria-pressed") !== "true");
    this.#tell();
  }

  #choose(chosen) {
    this.#chosen = chosen ? { ...chosen, at: performance.now() } : null;
    for (const button of this.verdicts.children) button.setAttribute("aria-pressed", button.dataset.arg === chosen?.arg && button.dataset.to === chosen?.to);
    this.#tell();
    if (chosen) this.field.focus();
  }

  #tell() {
    const n = this.#wanted.length;
    const { to, name } = this.#chosen ?? {};
    byId("stage-same-subject-heading").textContent = sayCount("same_subject.more", n);
    byId("stage-same-subject-says").textContent = to ? sayCount(`same_subject.${to}`, n, { reason: name }) : say("same_subject.choose");
    this.said.textContent = "";
    this.field.value = "";
    this.field.disabled = !to || !n;
  }

  /** The keys of the stage choose the verdict; in the field they are digits. */
  #key(event) {
    if (event.target === this.field) return event.repeat && event.key.length === 1 && event.preventDefault();
    if (isComposing(event)) return undefined;
    const key = keyOf(event);
    const act = event.ctrlKey || event.altKey || event.metaKey || event.repeat ? null : keymap.entryOf(key)?.act;
    const button = [...this.verdicts.children].find(({ dataset }) => dataset.to === act && (act !== "reason" || dataset.key === key));
    if (!button) return undefined;
    event.preventDefault();
    return this.#choose(button.dataset);
  }

  #typed(event) {
    const n = String(this.#wanted.length);
    if (performance.now() - this.#chosen.at < DOUBLE_PRESS_MS) this.field.value = "";
    const value = asciiDigits(this.field.value);
    if (value === n) return this.#take(event);
    this.said.textContent = "";
    if (value.length < n.length) return undefined;
    this.field.value = "";
    this.said.textContent = say("same_subject.wrong", { typed: value, n });
    return undefined;
  }

  #take(event) {
    const { to, arg } = this.#chosen;
    const sameSubject = this.#wanted.map(({ taskId, machineRevision }) => ({ taskId, machineRevision, decisionId: uuid() }));
    this.dialog.close();
    byId("stage").focus({ preventScroll: true });
    if (this.controller.task?.taskId !== this.#task.taskId) return this.status.toast(say("assign.gone"), { tone: "warn" });
    if (to === "pass") return this.controller.decide(event, { verdict: "PASS", sameSubject });
    return to === "reject" ? this.controller.reject(event, sameSubject) : this.controller.rejectFor(event, arg, sameSubject);
  }
}

function tileOf(one) {
  const { blur, grayscale } = blurSettingOf(one);
  const picture = h("img", { alt: "", src: blur ? blurredUrl(one.image, blur) : one.image.thumbnailUrl, draggable: "false" });
  const also = one.decides > 1 ? h("b", { class: "num" }, `+${number(one.decides - 1)}`) : null;
  const [label] = one.labels ?? [];
  const named = label ? [label.name, scoreOf(label) ?? ""].join(" ").trim() : "";
  const name = named ? h("span", { class: "tile-label num" }, named) : null;
  return h("button", { type: "button", class: `tile${grayscale ? " grey" : ""}`, "aria-pressed": "true", "aria-label": [named, say("bar.case", { id: one.requestId })].filter(Boolean).join(", "), title: one.requestId }, picture, name, also);
}

const shown = (img) => (img.getAttribute("src") ? img.decode().then(() => true, () => false) : false);

/** The verdicts of the stage, as buttons: `to` is the act, `arg` and `key` are of a reason. */
function choices(task, suggests) {
  const choice = (to, name, key, more = {}) =>
    h("button", { type: "button", "data-to": to, "data-name": name, "aria-pressed": "false", ...more }, h("span", { dir: "auto" }, name), h("kbd", { "aria-hidden": "true" }, key));
  const reasons = (task.reasons ?? []).map(({ name, key, code }) => choice("reason", name, key || "·", { "data-arg": code, "data-key": key || null }));
  const plain = suggests ? [choice("reject", say("act.reject"), keyHint("reject"))] : [];
  return [choice("pass", say("act.pass"), keyHint("pass")), ...plain, ...reasons];
}
