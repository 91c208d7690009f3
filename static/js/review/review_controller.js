// The flow of work on the stage: which case is on the table, whether it may be judged yet, and what a decision, an undo
// and an answer change. A decision shows the next case in the frame of the key press; everything else happens behind it.
/** @import { Entry, SameSubjectCase } from "../shared/types.js" */
/** @import { WorkParts } from "./parts.js" */
import { config } from "../shared/config.js";
import { allOf, byId, afterPaint } from "../shared/dom.js";
import { blurSettingOf } from "./picture/blur_filter.js";
import { recordWait } from "./measure.js";
import { fetching } from "./notices.js";
import { uuid } from "./buffer/outbox.js";
import { say, sayCount } from "../shared/strings.js";

const SLOW_MS = 500; // a picture that takes longer may be skipped or passed on without being seen
const DOUBLE_CLICK_MS = 300;
const STARTLE_MS = 500; // a key pressed this soon after the machine's result changed was meant for the result before

export class ReviewController {
  /** @type {Entry | null} */
  #shown = null;
  #shownAt = 0;
  #readyAt = 0;
  #changedAt = -Infinity;
  #notice = null; // what the empty table says

  /** @param {WorkParts} parts */
  constructor({ view, buffer, outbox, strip, status, note, browse, figures, latency }) {
    this.view = view;
    this.table = view.table;
    this.buffer = buffer;
    this.outbox = outbox;
    this.strip = strip;
    this.status = status;
    this.note = note;
    this.browse = browse;
    this.figures = figures;
    this.latency = latency;
    browse.on("home", () => this.present());
    this.stage = byId("stage");
    this.verdicts = allOf(".verdict, .reasons", this.stage);
  }

  get isEmpty() {
    return this.#shown === null;
  }

  /** The case on the table, and whether `X` would reject it. */
  get task() {
    return this.#shown?.task ?? null;
  }
  get suggests() {
    return Boolean(this.#shown?.pages.suggests);
  }

  #state(state, task) {
    const { dataset } = this.stage;
    dataset.state = state;
    for (const part of this.verdicts) part.inert = state === "empty"; // there is nothing to judge
    dataset.requestId = task?.requestId ?? "";
    dataset.taskId = task?.taskId ?? "";
  }

  /** Puts the first case of the buffer on the table. `since` is the time of the key press that asked for it. */
  present(since = null) {
    const { first } = this.buffer;
    this.browse.end();
    if (!first) return this.#presentNothing();
    const entry = this.buffer.ready(first);
    const warm = entry.card.settled;
    const { card } = entry;
    this.#shown = entry;
    this.#shownAt = performance.now();
    this.#readyAt = 0;
    this.#state("loading", entry.task);
    card.load("high");
    this.note.put(entry.note, entry.task.taskId);
    this.view.show(entry);
    const painted = () => afterPaint(() => this.#painted(entry, card, since, warm));
    if (warm) return painted();
    return card.ready.then(painted);
  }

  #presentNothing() {
    if (this.#shown) this.showNothing(fetching(), "loading");
    else this.table.showNotice(this.#notice);
  }

  #painted(entry, card, since, warm) {
    if (this.#shown !== entry || entry.card !== card || this.browse.isAway) return;
    this.#readyAt = performance.now();
    this.stage.dataset.state = "ready";
    entry.seen = true;
    if (since !== null) this.#waited(recordWait(since, warm), entry.task.queue, warm);
    setTimeout(() => this.#prepareNext(), 0);
  }

  #waited(milliseconds, queue, warm) {
    this.latency.add(queue, warm, milliseconds);
    this.strip.waited(milliseconds);
    this.figures.tell();
  }

  #prepareNext() {
    this.buffer.prepare();
    const next = this.buffer.second?.card ?? null; // prepare() has built it
    this.table.clearAway(next);
    next?.ready.then(() => this.buffer.second?.card === next && this.table.stack(next));
  }

  /** New tasks came, or what is known of ours changed. */
  refill(tasks) {
    const changed = this.buffer.merge(tasks);
    for (const entry of changed) this.#renew(entry);
    if (this.buffer.first && (this.#shown !== this.buffer.first || changed.includes(this.buffer.first))) this.present();
    else if (this.stage.dataset.state === "ready" && !this.browse.isAway) this.#prepareNext();
  }

  /** Another result of the machine: the same pixels under other evidence, unless its labels ask for another blur. */
  #renew(entry) {
    const { card, task, changes } = entry;
    const sameSetting = card && JSON.stringify(card.setting) === JSON.stringify(blurSettingOf(task));
    if (!sameSetting) entry.card = null;
    else this.table.renew(card, task);
    if (!changes || entry !== this.#shown || !entry.seen) return void delete entry.changes;
    this.#changedAt = performance.now();
    const n = changes.labels.size + changes.gone.length;
    this.status.toast(`${say("changed")} ${n ? sayCount("changed.labels", n) : say("changed.else")}`, { tone: "warn" });
  }

  /** The blur setting or a key changed: every card and panel is built anew, and the cards stacked below leave. */
  rebuild() {
    this.buffer.rebuild();
    this.strip.redraw();
    if (this.#shown) this.present();
    this.table.clearAway(null);
  }

  showNothing(notice, state = "empty") {
    this.#notice = notice;
    if (this.isEmpty && this.browse.isAway) return; // who browses back goes on doing so
    this.#shown = null;
    this.browse.end();
    this.#state(state, null);
    this.view.showNothing(notice);
  }

  /** Whether a verdict counts: the picture (or the card that says there is none) has been painted. */
  #mayJudge(event) {
    if (event.type === "click" && event.detail > 1 && performance.now() - this.#readyAt < DOUBLE_CLICK_MS) return false;
    const why = this.#objection(event);
    if (why) this.status.say(say(why));
    return !why;
  }

  #objection(event) {
    if (!this.#shown) return "guard.nothing";
    if (this.browse.isAway) return "guard.browsing";
    if (this.stage.dataset.state !== "ready") return "guard.unseen";
    return event.timeStamp < this.#changedAt + STARTLE_MS ? "guard.changed" : "";
  }

  #mayDefer(event) {
    const slow = this.#shown && !this.browse.isAway && performance.now() - this.#shownAt > SLOW_MS;
    return (slow && this.stage.dataset.state !== "ready") || this.#mayJudge(event);
  }

  /** One decision: `verdict` PASS or REJECT; `reason` a reason of the task, none for "as the machine suggests";
   *  `sameSubject` are other cases of the subject, decided with it.
   * @param {Event} event
   * @param {{verdict: string, reason?: any, sameSubject?: SameSubjectCase[] | null}} judgement */
  decide(event, { verdict, reason = null, sameSubject = null }) {
    if (!this.#mayJudge(event)) return;
    const passed = verdict === "PASS";
    const what = passed ? say("did.pass") : reason ? say("did.reason", { reason: reason.name }) : say("did.reject");
    const said = sameSubject ? sayCount("did.same_subject", sameSubject.length, { what }) : what;
    const labels = this.#shown.pages.verdicts();
    const item = { kind: "decide", decisionId: uuid(), verdict, reason: reason?.code, labels, sameSubject };
    this.#decideSameSubject(item, this.#send(event, item, passed ? "pass" : "reject", said));
  }

  /** They leave the buffer at once, as if each had been decided on the table. */
  #decideSameSubject({ decisionId, sameSubject }, taskId) {
    if (!sameSubject) return;
    for (const other of sameSubject) this.buffer.settle(other.taskId);
    const body = { decisionId, tasks: sameSubject, count: sameSubject.length };
    this.outbox.add({ kind: "decide_these", taskId, sameSubject, body });
    this.drop(sameSubject.map((other) => other.taskId));
  }

  reject(event, sameSubject = null) {
    if (this.#shown && !this.#shown.pages.suggests) return this.status.toast(say("suggest.refused"), { tone: "warn" });
    return this.decide(event, { verdict: "REJECT", sameSubject });
  }

  rejectFor(event, key, sameSubject = null) {
    const reasons = this.#shown?.task.reasons ?? [];
    const reason = reasons.find((other) => String(other.key) === key) ?? reasons.find((other) => other.code === key);
    if (reason) this.decide(event, { verdict: "REJECT", reason, sameSubject });
    else if (this.#shown) this.status.say(say("reasons.unknown", { key }));
  }

  /** Escalate, skip or snooze. */
  defer(event, kind) {
    if (config.practice && kind !== "escalate") return this.status.toast(say("lesson.judge"));
    const decisionId = config.practice ? null : uuid(); // by which it can be taken back
    if (this.#mayDefer(event)) this.#send(event, { kind, decisionId }, kind, say(`did.${kind}`));
    return undefined;
  }

  /** To a colleague: it can be taken back too, so it has an id like a decision. */
  assign(event, kind, { to, said }) {
    if (this.#mayDefer(event)) this.#send(event, { kind, to, decisionId: uuid() }, kind, said);
  }

  #send(event, item, act, said) {
    const entry = this.buffer.take();
    const { task } = entry;
    const elapsedMs = Math.round(performance.now() - (this.#readyAt || this.#shownAt));
    const note = this.note.take();
    entry.note = note;
    entry.act = act;
    entry.said = said;
    entry.reason = item.reason;
    this.present(event.timeStamp);
    const { taskId, leaseToken, machineRevision } = task;
    this.outbox.add({ ...item, taskId, leaseToken, machineRevision, note, elapsedMs });
    this.strip.add({ ...item, taskId: task.taskId, act, said, task, elapsedMs });
    this.status.say(said);
    if (config.practice) this.browse.step(-1);
    return task.taskId;
  }

  /** Brings the last decision's case back to the table at once; the server learns of it in its turn. */
  undo() {
    const mark = this.#undoable();
    if (!mark) return;
    const { kind, decisionId, taskId, sameSubject } = mark;
    if (sameSubject) this.#undoSameSubject(taskId, sameSubject);
    this.outbox.add({ kind: kind === "decide" ? "undo" : "take_back", decisionId, taskId });
    this.strip.undone(mark.decisionId);
    if (this.#shown) this.#shown.note = this.note.take();
    const entry = this.buffer.bringBack(mark.taskId, 0);
    if (entry) {
      entry.returning = true;
      this.present();
    }
    this.status.say(say("did.undo", { what: mark.said }));
  }

  #undoSameSubject(taskId, sameSubject) {
    const body = { decisionIds: sameSubject.map((other) => other.decisionId) };
    this.outbox.add({ kind: "undo_these", taskId, sameSubject, body });
  }

  /** What is deferred in practice cannot be taken back; say so before an undo reaches past it to the decision before. */
  #undoable() {
    const { latest, undoable } = this.strip;
    if (latest && !latest.decisionId && !latest.announced) {
      latest.announced = true;
      this.status.toast(say(undoable ? "undo.past" : "undo.stays", { what: latest.said }), { tone: "info" });
      return undefined;
    }
    if (!undoable) this.status.say(say(latest ? "undo.over" : "undo.none"));
    return undoable;
  }

  /** Takes cases out of the buffer wherever they are. */
  drop(taskIds) {
    this.buffer.drop(taskIds);
    if (this.#shown && taskIds.includes(this.#shown.task.taskId)) this.present();
  }

  /** The case of a refused decision comes back as the next one; the case on the table is not replaced. */
  bringBack(taskId) {
    if (this.buffer.bringBack(taskId, this.#next)) this.#presentLater();
  }

  /** The same when the machine has said something else since: under the new result, with what was typed and what was said
   *  about labels. */
  bringBackChanged({ taskId, note = "", labels }, task) {
    if (this.#shown?.task.taskId === taskId && this.buffer.regain(task)) return this.refill([task]);
    const entry = this.buffer.comeBack(task, this.#next);
    entry.note ||= note;
    entry.verdicts ??= labels;
    this.note.keep(entry.note, taskId);
    this.#presentLater();
  }

  get #next() {
    return this.buffer.length ? 1 : 0;
  }

  #presentLater() {
    if (!this.#shown) this.present();
    else this.#prepareNext();
  }
}
