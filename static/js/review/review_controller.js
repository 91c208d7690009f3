// The flow of work: what is on the table, may it be judged yet, what a decision, an undo and an answer change.
// A decision shows the next case in the frame of the key press; everything else happens behind it.
import { byId, afterPaint } from "../shared/dom.js";
import { veilOver } from "./picture/blur_filter.js";
import { recordWait } from "./measure.js";
import { uuid } from "./buffer/outbox.js";
import { say, sayCount } from "../shared/strings.js";

const SLOW_MS = 500; // a picture that takes longer may be skipped or passed on without being seen
const DOUBLE_CLICK_MS = 300;
const STARTLE_MS = 500; // a key pressed this soon after the machine's result changed was meant for the one before

export class Desk {
  #shown = null;
  #shownAt = 0;
  #readyAt = 0;
  #changedAt = -Infinity;
  #notice = null; // what the empty table says

  /** `parts`: line, outbox, table, panel, bar, strip, status, note, look, reveal, numbers, waits, practice (or null). */
  constructor(parts) {
    Object.assign(this, parts);
    this.stage = byId("stage");
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
    dataset.requestId = task?.requestId ?? "";
    dataset.taskId = task?.taskId ?? "";
  }

  /** Puts the first case of the line on the table. `since` is the time of the key press that asked for it. */
  present(since = null) {
    const { first } = this.line;
    this.look.end();
    if (!first) return this.#presentNothing();
    const entry = this.line.ready(first);
    const warm = entry.card.settled;
    const { card } = entry;
    this.#shown = entry;
    this.#shownAt = performance.now();
    this.#readyAt = 0;
    this.#state("loading", entry.task);
    card.load("high");
    this.note.put(entry.note, entry.task.taskId);
    this.lay(entry);
    const painted = () => afterPaint(() => this.#painted(entry, card, since, warm));
    if (warm) return painted();
    return card.ready.then(painted);
  }

  /** Shows an entry on table, panel and bar. */
  lay(entry) {
    this.reveal.end();
    this.table.show(entry.card);
    this.panel.show(entry.pages);
    this.bar.show(entry.task, entry.act ? null : entry);
  }

  #presentNothing() {
    if (this.#shown) this.showNothing(this.fetchingNotice(), "loading");
    else this.table.showNotice(this.#notice);
  }

  #painted(entry, card, since, warm) {
    if (this.#shown !== entry || entry.card !== card || this.look.isAway) return;
    this.#readyAt = performance.now();
    this.stage.dataset.state = "ready";
    entry.seen = true;
    if (since !== null) this.#waited(recordWait(since, warm), entry.task.queue, warm);
    setTimeout(() => this.#prepareNext(), 0);
  }

  #waited(milliseconds, queue, warm) {
    this.waits.add(queue, warm, milliseconds);
    this.strip.waited(milliseconds);
    this.numbers.tell();
  }

  #prepareNext() {
    this.line.prepare();
    const next = this.line.second?.card ?? null; // prepare() has built it
    this.table.clearAway(next);
    next?.ready.then(() => this.line.second?.card === next && this.table.stack(next));
  }

  /** New tasks came, or what is known of ours changed. */
  refill(tasks) {
    const changed = this.line.merge(tasks);
    for (const entry of changed) this.#renew(entry);
    if (this.line.first && (this.#shown !== this.line.first || changed.includes(this.line.first))) this.present();
    else if (this.stage.dataset.state === "ready" && !this.look.isAway) this.#prepareNext();
  }

  /** Another result of the machine: the same pixels under other evidence, unless it asks for another veil. */
  #renew(entry) {
    const { card, task, changes } = entry;
    const sameVeil = card && JSON.stringify(card.veil) === JSON.stringify(veilOver(task));
    if (!sameVeil) entry.card = null;
    else this.table.renew(card, task);
    if (!changes || entry !== this.#shown || !entry.seen) return void delete entry.changes;
    this.#changedAt = performance.now();
    const n = changes.labels.size + changes.gone.length;
    this.status.toast(`${say("changed")} ${n ? sayCount("changed.labels", n) : say("changed.else")}`, { tone: "warn" });
  }

  /** What lies over pictures, or a key, is another: everything is built anew, and what was under a veil leaves. */
  rebuild() {
    this.line.rebuild();
    this.strip.redraw();
    if (this.#shown) this.present();
    this.table.clearAway(null);
  }

  showNothing(notice, state = "empty") {
    this.#notice = notice;
    if (this.isEmpty && this.look.isAway) return; // who looks back goes on looking
    this.#shown = null;
    this.look.end();
    this.reveal.end();
    this.#state(state, null);
    this.table.showNotice(notice);
    this.panel.show();
    this.bar.show(null);
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
    if (this.look.isAway) return "guard.looking";
    if (this.stage.dataset.state !== "ready") return "guard.unseen";
    return event.timeStamp < this.#changedAt + STARTLE_MS ? "guard.changed" : "";
  }

  #maySetAside(event) {
    const slow = this.#shown && !this.look.isAway && performance.now() - this.#shownAt > SLOW_MS;
    return (slow && this.stage.dataset.state !== "ready") || this.#mayJudge(event);
  }

  /** One decision: `verdict` PASS or REJECT; `reason` a reason of the task, none for "as the machine suggests"; `along`
   *  are other cases of the subject that go along, {taskId, machineRevision, decisionId}. */
  decide(event, { verdict, reason = null, along = null }) {
    if (!this.#mayJudge(event)) return;
    const passed = verdict === "PASS";
    const what = passed ? say("did.pass") : reason ? say("did.reason", { reason: reason.name }) : say("did.reject");
    const said = along ? sayCount("did.along", along.length, { what }) : what;
    const labels = this.#shown.pages.verdicts();
    const item = { kind: "decide", decisionId: uuid(), verdict, reason: reason?.code, labels, along };
    this.#takeAlong(item, this.#send(event, item, passed ? "pass" : "reject", said));
  }

  /** They leave the line at once, as if each had been decided on the table. */
  #takeAlong({ decisionId, along }, taskId) {
    if (!along) return;
    for (const other of along) this.line.settle(other.taskId);
    this.outbox.add({ kind: "take_along", taskId, along, body: { decisionId, along, count: along.length } });
    this.drop(along.map((other) => other.taskId));
  }

  reject(event, along = null) {
    if (this.#shown && !this.#shown.pages.suggests) return this.status.toast(say("suggest.refused"), { tone: "warn" });
    return this.decide(event, { verdict: "REJECT", along });
  }

  rejectFor(event, key, along = null) {
    const reasons = this.#shown?.task.reasons ?? [];
    const reason = reasons.find((other) => String(other.key) === key) ?? reasons.find((other) => other.code === key);
    if (reason) this.decide(event, { verdict: "REJECT", reason, along });
    else if (this.#shown) this.status.say(say("reasons.unknown", { key }));
  }

  setAside(event, kind) {
    if (this.practice && kind !== "escalate") return this.status.toast(say("lesson.judge"));
    const decisionId = this.practice ? null : uuid(); // by which it can be taken back
    if (this.#maySetAside(event)) this.#send(event, { kind, decisionId }, kind, say(`did.${kind}`));
    return undefined;
  }

  /** To a colleague: it can be taken back too, so it has an id like a decision. */
  hand(event, kind, { to, said }) {
    if (this.#maySetAside(event)) this.#send(event, { kind, to, decisionId: uuid() }, kind, said);
  }

  #send(event, item, act, said) {
    const entry = this.line.take();
    const { task } = entry;
    const elapsedMs = Math.round(performance.now() - (this.#readyAt || this.#shownAt));
    const note = this.note.take();
    Object.assign(entry, { note, act, said, reason: item.reason });
    this.present(event.timeStamp);
    this.outbox.add({ ...item, taskId: task.taskId, leaseToken: task.leaseToken, note, elapsedMs });
    this.strip.add({ ...item, taskId: task.taskId, act, said, task, elapsedMs });
    this.status.say(said);
    if (this.practice) this.look.step(-1);
    return task.taskId;
  }

  /** Brings the last decision's case back to the table at once; the server is told in its turn. */
  undo() {
    const mark = this.#undoable();
    if (!mark) return;
    const { kind, decisionId, taskId, along } = mark;
    if (along) this.outbox.add({ kind: "undo_along", taskId, along, body: { decisionIds: along.map((other) => other.decisionId) } });
    this.outbox.add({ kind: kind === "decide" ? "undo" : "take_back", decisionId, taskId });
    this.strip.drop(mark.decisionId);
    if (this.#shown) this.#shown.note = this.note.take();
    const entry = this.line.bringBack(mark.taskId, 0);
    if (entry) {
      entry.returning = true;
      this.present();
    }
    this.status.say(say("did.undo", { what: mark.said }));
  }

  /** What is set aside in practice cannot be taken back; say so before an undo reaches past it to the decision before. */
  #undoable() {
    const { latest, undoable } = this.strip;
    if (latest && !latest.decisionId && !latest.told) {
      latest.told = true;
      this.status.toast(say(undoable ? "undo.past" : "undo.stays", { what: latest.said }), { tone: "info" });
      return undefined;
    }
    if (!undoable) this.status.say(say(latest ? "undo.over" : "undo.none"));
    return undoable;
  }

  /** Takes a case off the line wherever it is. */
  drop(taskIds) {
    this.line.drop(taskIds);
    if (this.#shown && taskIds.includes(this.#shown.task.taskId)) this.present();
  }

  /** A refused decision comes back as the next case, never under the person's hands. */
  bringBack(taskId) {
    if (!this.line.bringBack(taskId, this.line.length ? 1 : 0)) return;
    if (!this.#shown) this.present();
    else this.#prepareNext();
  }
}
