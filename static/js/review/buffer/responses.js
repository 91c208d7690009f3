// What the server's answers to our decisions, undos and leases change on the desk. Losing a hold is a normal outcome:
// the person is told whose verdict stood, keeps what they typed, and the line goes on.
import { Refused, SignedOut } from "../../shared/api.js";
import { BATCH } from "../../shared/config.js";
import { leasedElsewhere } from "./other_tabs.js";
import * as notices from "../notices.js";
import { tellEnds } from "../../shared/page_outcome.js";
import { number, say, sayCount } from "../../shared/strings.js";

const isUndo = ({ kind }) => kind === "undo" || kind === "take_back";

export class Answers {
  /** `parts`: desk, line, outbox, bar, strip, status, session; `lease` is set once it exists. */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** A decision, undo, skip, … was taken. */
  answered(item, body, sentAt) {
    this.session.fine();
    if (body.tiles) return this.#pageSent(body);
    if (isUndo(item)) return this.#undone(item, body);
    if (item.along && item.kind !== "decide") this.#along(item, body);
    else if (item.decisionId) this.strip.answered(item.decisionId, sentAt);
    this.desk.refill(body.tasks ?? []);
    if (this.line.length < BATCH - 1 && !this.outbox.count) this.lease.ask();
    return undefined;
  }

  /** A page that a closed grid had left unsent. */
  #pageSent({ tiles }) {
    const told = tellEnds(tiles);
    if (told) this.status.toast(told, { tone: "warn" });
  }

  /** Cases that went along with a decision, or were taken back with it. What stayed may come to the table by itself. */
  #along({ along }, { left = along, undone }) {
    for (const { taskId } of left) this.line.unsettle(taskId);
    if (undone) return this.status.toast(sayCount("along.undone", undone.length));
    if (!left.length) return this.status.say(sayCount("along.taken", along.length));
    const why = left.map((one) => say(`along.left.${one.why}`, { who: one.by ?? say("somebody") }));
    const told = [...new Set(why)].map((text) => `${number(why.filter((other) => other === text).length)} × ${text}`);
    const taken = sayCount("along.taken", along.length - left.length);
    return this.status.toast(`${taken} ${say("along.left", { why: told.join("; ") })}`, { tone: "warn" });
  }

  #undone({ taskId }, { task }) {
    this.outbox.retoken(taskId, task.leaseToken);
    if (!this.line.regain(task) && !this.outbox.taskIds().includes(taskId)) this.desk.refill([task]);
  }

  refused(item, { status, body }) {
    if (isUndo(item)) return this.#undoRefused(item, body);
    if (item.along && item.kind !== "decide") return this.#alongRefused(item, body);
    if (item.decisionId) this.strip.drop(item.decisionId);
    if (status === 422 || status === 400) {
      this.desk.bringBack(item.taskId);
      return this.#tell(say("refused.invalid", { why: reasonsOf(body) }), item);
    }
    this.outbox.dropFor(item.taskId);
    this.desk.drop([item.taskId]);
    return this.#tell(outcomeText(body, status), item);
  }

  #undoRefused(item, body) {
    this.outbox.dropFor(item.taskId);
    this.desk.drop([item.taskId]);
    this.#tell(body.outcome === "window-closed" ? say("refused.window") : say("refused.undo", { why: reasonsOf(body) }), {});
  }

  #alongRefused({ kind, along }, body) {
    for (const { taskId } of along) this.line.unsettle(taskId);
    const text = kind === "undo_along" ? say("along.window") : say("along.refused", { why: reasonsOf(body) });
    this.status.toast(text, { tone: "warn" });
    this.lease.ask();
  }

  #tell(text, { note }) {
    this.status.toast(note ? `${text} ${say("refused.note")}` : text, { tone: "warn", kept: note });
  }

  came({ tasks, waiting, leasedByOthers }) {
    this.session.fine();
    if (!this.outbox.stopped) this.outbox.retry(); // the server is there
    this.bar.count(waiting, leasedByOthers);
    this.desk.refill(tasks);
    if (this.line.length) return;
    if (this.outbox.count) this.desk.showNothing(notices.fetching(), "loading");
    else this.desk.showNothing(notices.empty({ waiting, leasedByOthers, elsewhere: leasedElsewhere().length }));
  }

  /** A lease could not be had; what is on the table stays there. */
  failed(error) {
    if (error instanceof SignedOut) this.session.ended(error);
    if (!this.desk.isEmpty && this.line.length) return;
    const notice = error instanceof Refused ? notices.refused(reasonsOf(error.body)) : notices.unreachable();
    this.desk.showNothing(notice);
  }

  lost(taskIds) {
    const shown = this.line.first?.task.taskId;
    const sending = this.outbox.taskIds();
    const gone = taskIds.filter((taskId) => !sending.includes(taskId) && !this.line.find(taskId)?.returning);
    if (gone.includes(shown)) this.status.toast(say("lease.over"), { tone: "warn", kept: this.desk.note.take({ keep: true }) });
    this.desk.drop(gone);
    if (gone.length) this.lease.ask();
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
