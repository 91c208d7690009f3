// The last five decided, and the text that says what an undo would take back and for how long.
/** @import { Config } from "../shared/types.js" */
/** @import { Run } from "./run.js" */
import { allOf, byId, h } from "../shared/dom.js";
import { blurSettingOf } from "./picture/blur_filter.js";
import { number, say } from "../shared/strings.js";

const KEPT = 5;
const GLYPHS = { pass: "✓", reject: "✕", escalate: "↑", skip: "↷", snooze: "‖", second_opinion: "?", assign: "→" };
const SAMPLE = 50; // how many of the latest times the median is taken from

/** The words before and after what was decided. */
function around(what, key, n) {
  const [before, after] = say(key, { what: "\0", n }).split("\0");
  return [before, what, after];
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** A decided case in small, under the same blur as on the table: with blur only the blurred copy is asked for. */
function thumbOf({ act, said, task }) {
  const { blur, grayscale } = blurSettingOf(task);
  const url = blur ? task.image.blurredUrl : task.image.thumbnailUrl ?? task.image.previewUrl;
  const picture = url ? h("img", { alt: "", src: url, draggable: "false" }) : null;
  const glyph = h("b", { role: "img", "aria-label": said }, GLYPHS[act]);
  return h("li", { class: `thumb ${act}${blur ? " blurred" : ""}${grayscale ? " grey" : ""}`, title: said }, picture, glyph);
}

const tasksOf = ({ taskId, sameSubject }) => [taskId, ...(sameSubject ?? []).map((other) => other.taskId)];

export class UndoStrip {
  #marks = []; // newest first: {kind, decisionId, taskId, act, said, sameSubject, node, until: ms | null, final}
  #times = [];
  #waits = [];
  #decided = 0;
  #undone = ""; // what was taken back last, until the next decision

  /** `today` is what this person had decided before: {decided, times in milliseconds}; none in practice.
   * @param {Config} config
   * @param {Run | null} run is told what was decided, and what was not after all */
  constructor({ undoSeconds, today, practice }, run = null) {
    this.run = run;
    this.practice = practice; // practice is never sent, so there is no time to show
    this.undoMs = undoSeconds * 1000;
    this.#decided = today?.decided ?? NaN;
    this.#times = today?.times ?? [];
    this.thumbs = byId("stage-thumbs");
    this.undoText = byId("stage-undo-line");
    this.button = allOf('#stage [data-act="undo"]')[0];
    setInterval(() => this.tell(), 250);
    this.#draw();
  }

  get latest() {
    return this.#marks[0];
  }

  /** The latest decision that can still be taken back. A decision not yet answered always can. */
  get undoable() {
    const mark = this.#marks.find(({ decisionId }) => decisionId);
    return mark && !mark.final && (mark.until === null || mark.until > performance.now()) ? mark : undefined;
  }

  /** `sameSubject` are cases of the same subject decided with it: one undo takes all of them back. */
  add({ kind, decisionId = null, taskId, act, said, task, elapsedMs, sameSubject = null }) {
    const mark = { kind, decisionId, taskId, act, said, task, sameSubject, until: null, final: false };
    this.#undone = "";
    this.#marks.unshift({ ...mark, node: thumbOf(mark) });
    this.#marks.length = Math.min(this.#marks.length, KEPT);
    if (kind === "decide") this.#count(elapsedMs);
    this.run?.took(tasksOf(mark), act);
    this.#draw();
  }

  /** The blur setting changed: no thumbnail may show more than it allows. */
  redraw() {
    for (const mark of this.#marks) mark.node = thumbOf(mark);
    this.run?.announce("changed");
    this.#draw();
  }

  #count(elapsedMs) {
    this.#decided += 1;
    this.#times.push(elapsedMs);
    this.#times = this.#times.slice(-SAMPLE);
  }

  /** The server has it: the undo window runs from when it was sent. */
  answered(decisionId, sentAt) {
    const mark = this.#marks.find((other) => other.decisionId === decisionId);
    if (mark) mark.until = sentAt + this.undoMs;
    this.tell();
  }

  /** Taken back by the person. */
  undone(decisionId) {
    this.#undone = this.#marks.find((mark) => mark.decisionId === decisionId)?.said ?? "";
    this.drop(decisionId);
  }

  /** Taken back, or refused by the server: it was no decision. */
  drop(decisionId) {
    const mark = this.#marks.find((other) => other.decisionId === decisionId);
    if (mark?.kind === "decide") this.#decided -= 1;
    if (mark) this.run?.reopened(tasksOf(mark));
    this.#marks = this.#marks.filter((mark) => mark.decisionId !== decisionId);
    this.#draw();
  }

  /** Another description, when less was decided than was asked for. */
  retell(decisionId, said) {
    const mark = this.#marks.find((other) => other.decisionId === decisionId);
    if (mark) mark.said = said;
    this.tell();
  }

  waited(milliseconds) {
    this.#waits = [...this.#waits, milliseconds].slice(-SAMPLE);
    this.#tellPace();
  }

  #draw() {
    const free = Array.from({ length: KEPT - this.#marks.length }, () => h("li", { class: "thumb free", "aria-hidden": "true" }));
    this.thumbs.replaceChildren(...this.#marks.map(({ node }) => node), ...free);
    this.#tellPace();
    this.tell();
  }

  tell() {
    const mark = this.undoable;
    for (const other of this.#marks) other.node.classList.toggle("undo", other === mark);
    this.button.disabled = !mark && !this.latest;
    this.button.classList.toggle("live", Boolean(mark));
    const seconds = mark?.until ? Math.ceil((mark.until - performance.now()) / 1000) : null;
    const key = seconds === null ? "undo.unsent" : mark.kind === "decide" ? "undo.leaves" : "undo.handed";
    this.#write(...(mark && !this.practice ? around(mark.said, key, seconds) : ["", mark?.said ?? this.#nothing(), ""]));
  }

  /** Why nothing can be taken back. */
  #nothing() {
    if (this.#undone) return say("undo.done", { what: this.#undone });
    return say(this.latest ? "undo.over" : "undo.none");
  }

  /** What it is may be cut where there is no room, the time never is. */
  #write(before, what, after) {
    if (this.undoText.textContent === before + what + after) return;
    this.undoText.replaceChildren(before, h("span", { class: "undo-what", title: what }, what), h("span", { class: "undo-when" }, after));
  }

  /** Private figures of today: nobody else sees them. */
  #tellPace() {
    if (!this.#decided) return byId("stage-pace").replaceChildren();
    const parts = [say("pace.decided", { n: number(this.#decided) })];
    if (this.#times.length) parts.push(say("pace.each", { n: (median(this.#times) / 1000).toFixed(1) }));
    if (this.#waits.length) parts.push(say("pace.next", { n: Math.round(median(this.#waits)) }));
    byId("stage-pace").textContent = parts.join(" · ");
  }
}
