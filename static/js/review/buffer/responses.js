// What the server's answers to our decisions, undos and leases change on the stage. Losing a lease is a normal outcome: the
// page says whose verdict stood, keeps what was typed, and shows the next case.
/** @import { ResponseParts } from "../parts.js" */
import { Refused, SignedOut } from "../../shared/api.js";
import { BATCH, MOST_AT_ONCE } from "../../shared/config.js";
import { byId } from "../../shared/dom.js";
import { leasedInOtherTabs } from "./other_tabs.js";
import * as notices from "../notices.js";
import { runEnd } from "../run_banner.js";
import { tellEnds } from "../../shared/page_outcome.js";
import { number, say, sayCount } from "../../shared/strings.js";

const isUndo = ({ kind }) => kind === "undo" || kind === "take_back";

export class Responses {
  /** @param {ResponseParts} parts */
  constructor({ controller, buffer, outbox, leases, bar, strip, status, session, run }) {
    this.run = run;
    this.ends = ""; // how the run had ended when it was last told
    this.controller = controller;
    this.buffer = buffer;
    this.outbox = outbox;
    this.leases = leases;
    this.bar = bar;
    this.strip = strip;
    this.status = status;
    this.session = session;
    outbox.on("answered", (item, body, sentAt) => this.#answered(item, body, sentAt));
    outbox.on("refused", (item, error) => this.#refused(item, error));
    outbox.on("changed", (count, stalled) => bar.pending(count, stalled));
    leases.on("came", (answer) => this.#came(answer));
    leases.on("over", () => this.#over());
    leases.on("failed", (error) => this.#failed(error));
    leases.on("lost", (taskIds) => this.#lost(taskIds));
    leases.on("changed", (tasks) => controller.refill(tasks));
    leases.on("counted", (waiting, answer) => this.#counted(waiting, answer));
  }

  /** A decision, undo, skip, … was taken. */
  #answered(item, body, sentAt) {
    this.session.fine();
    if (body.tiles) return this.#pageSent(body);
    if (isUndo(item)) return this.#undone(item, body);
    if (item.sameSubject && item.kind !== "decide") this.#sameSubject(item, body);
    else if (item.decisionId) this.strip.answered(item.decisionId, sentAt);
    this.controller.refill(body.tasks ?? []);
    if (this.buffer.length < BATCH - 1 && !this.outbox.count) this.leases.ask();
    return undefined;
  }

  /** A page that a closed grid had left unsent. */
  #pageSent({ tiles }) {
    const outcome = tellEnds(tiles);
    if (outcome) this.status.toast(outcome, { tone: "warn" });
  }

  /** Cases of the same subject were decided with another, or taken back with it. What was left out may come to the table
   *  by itself. */
  #sameSubject({ sameSubject }, { left = sameSubject, undone }) {
    for (const { taskId } of left) this.buffer.unsettle(taskId);
    if (undone) return this.status.toast(sayCount("same_subject.undone", undone.length));
    if (!left.length) return this.status.say(sayCount("same_subject.taken", sameSubject.length));
    const why = left.map((one) => say(`same_subject.left.${one.why}`, { who: one.by ?? say("somebody") }));
    const counted = [...new Set(why)].map((text) => `${number(why.filter((other) => other === text).length)} × ${text}`);
    const taken = sayCount("same_subject.taken", sameSubject.length - left.length);
    return this.status.toast(`${taken} ${say("same_subject.left", { why: counted.join("; ") })}`, { tone: "warn" });
  }

  /** Without a task when what arrived since the decision has settled the case. */
  #undone({ taskId }, { task }) {
    if (!task) {
      this.outbox.dropFor(taskId);
      this.controller.drop([taskId]);
      return this.#tell(say("undo.settled"));
    }
    this.outbox.retoken(taskId, task.leaseToken);
    if (this.buffer.regain(task) || !this.outbox.taskIds().includes(taskId)) this.controller.refill([task]);
  }

  #refused(item, { status, body }) {
    if (isUndo(item)) return this.#undoRefused(item, body);
    if (item.sameSubject && item.kind !== "decide") return this.#sameSubjectRefused(item, body);
    if (item.decisionId) this.strip.drop(item.decisionId);
    if (status === 422 || status === 400) {
      this.controller.bringBack(item.taskId);
      return this.#tell(say("refused.invalid", { why: reasonsOf(body) }), item);
    }
    if (body.outcome === "result-changed") return this.#resultChanged(item, body.task);
    this.outbox.dropFor(item.taskId);
    this.controller.drop([item.taskId]);
    return this.#tell(outcomeText(body, status), item);
  }

  /** The verdict was about an older result: it is not sent, nor what was to follow it. */
  #resultChanged(item, task) {
    for (const { decisionId, sameSubject } of this.outbox.dropFor(item.taskId)) {
      if (decisionId) this.strip.drop(decisionId);
      for (const { taskId } of sameSubject ?? []) this.buffer.unsettle(taskId);
    }
    this.controller.bringBackChanged(item, task);
    this.#tell(say("refused.changed"));
    if (item.sameSubject) this.leases.ask();
  }

  #undoRefused(item, body) {
    this.outbox.dropFor(item.taskId);
    this.controller.drop([item.taskId]);
    this.#tell(body.outcome === "window-closed" ? say("refused.window") : say("refused.undo", { why: reasonsOf(body) }));
  }

  #sameSubjectRefused({ kind, sameSubject }, body) {
    for (const { taskId } of sameSubject) this.buffer.unsettle(taskId);
    const text = kind === "undo_these" ? say("same_subject.window") : say("same_subject.refused", { why: reasonsOf(body) });
    this.status.toast(text, { tone: "warn" });
    this.leases.ask();
  }

  #tell(text, { note = "" } = {}) {
    this.status.toast(note ? `${text} ${say("refused.note")}` : text, { tone: "warn", kept: note });
  }

  #came({ tasks, waiting, leasedByOthers, skipped = [], paused = [], unavailable = [] }) {
    this.buffer.depth.waiting = waiting;
    this.session.fine();
    if (!this.outbox.stopped) this.outbox.retry(); // the server is there
    this.bar.count(waiting, leasedByOthers);
    this.controller.refill(tasks);
    if (this.run) return this.#cameOfRun(tasks, unavailable);
    this.#tellUnavailable(unavailable);
    if (this.buffer.length) return;
    if (this.outbox.count) this.controller.showNothing(notices.fetching(), "loading");
    else this.controller.showNothing(notices.empty({ waiting, leasedByOthers, otherTabs: leasedInOtherTabs().length, skipped, paused, lookAgain: () => this.#lookAgain(skipped) }));
  }

  /** What another tab of ours has is told as leased. Places of those that could not be had go to the next ones. */
  #cameOfRun(tasks, unavailable) {
    const [ours, others] = [true, false].map((here) => tasks.filter(({ taskId }) => Boolean(this.buffer.find(taskId)) === here));
    const inOtherTab = others.map(({ taskId }) => ({ taskId, outcome: "leased", by: say("run.tab") }));
    this.#tellUnavailable(this.run.came(ours, [...unavailable, ...inOtherTab]));
    if (this.buffer.isShort && this.run.hasNext(this.buffer, this.outbox.taskIds())) setTimeout(() => this.leases.ask());
    else this.#over();
  }

  /** Nothing more of the run can be leased now. What is said of it stays as long as it is true. */
  #over() {
    if (this.buffer.length || !this.run) return;
    const ends = JSON.stringify([this.outbox.count > 0, this.run.ends()]);
    if (byId("stage").dataset.state === "empty" && this.ends === ends) return;
    this.ends = ends;
    if (this.outbox.count) this.controller.showNothing(notices.fetching(), "loading");
    else this.controller.showNothing(runEnd(this.run, () => this.leases.leaveFor(this.run.back)));
  }

  /** At what this person skipped, which nobody else has taken. */
  #lookAgain(skipped) {
    const first = skipped.slice(0, MOST_AT_ONCE);
    for (const taskId of first) this.buffer.unsettle(taskId);
    this.leases.want(first);
  }

  /** Of the cases that a link led to, those that could not be had. */
  #tellUnavailable(unavailable) {
    for (const { outcome, by } of unavailable) {
      this.status.toast(say(`unavailable.${outcome}`, { who: by ?? say("somebody") }), { tone: "warn" });
    }
  }

  #counted(waiting, answer) {
    this.buffer.depth.waiting = waiting;
    this.bar.count(waiting);
    this.bar.tellReviewing(answer);
  }

  /** A lease could not be had; what is on the table stays there. */
  #failed(error) {
    if (error instanceof SignedOut) this.session.ended(error);
    if (!this.controller.isEmpty && this.buffer.length) return;
    const notice = error instanceof Refused ? notices.refused(reasonsOf(error.body)) : notices.unreachable();
    this.controller.showNothing(notice);
  }

  #lost(taskIds) {
    const shown = this.buffer.first?.task.taskId;
    const sending = this.outbox.taskIds();
    const gone = taskIds.filter((taskId) => !sending.includes(taskId) && !this.buffer.find(taskId)?.returning);
    if (gone.includes(shown)) this.status.toast(say("lease.over"), { tone: "warn", kept: this.controller.note.take({ keep: true }) });
    this.controller.drop(gone);
    if (gone.length) this.leases.ask();
  }
}

function outcomeText(body, status) {
  if (body.outcome === "already-decided") {
    return say("refused.decided", { who: body.by || say("somebody"), verdict: say(`verdict.${body.verdict}`) });
  }
  if (body.outcome === "lease-lost") return body.leasedBy ? say("refused.leased", { who: body.leasedBy }) : say("refused.lost");
  return say("refused.other", { why: reasonsOf(body) || String(status) });
}

/** A problem document's sentences. */
function reasonsOf(body) {
  const details = (body.errors ?? []).map(({ pointer, detail }) => (pointer ? `${detail} (${pointer})` : detail));
  return details.join("; ") || body.detail || body.title || "";
}
