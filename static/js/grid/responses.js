// What the server's answers change on the page: verdicts that did not count, an undo, leases that ended, newer results.
/** @import { GridResponseParts } from "./parts.js" */
import { Refused, SignedOut, post } from "../shared/api.js";
import { config } from "../shared/config.js";
import { pathOf } from "../review/panel/labels.js";
import * as notices from "../review/notices.js";
import { tellEnds } from "../shared/page_outcome.js";
import { say } from "../shared/strings.js";
import { isCritical } from "./tile.js";

export class Responses {
  /** @param {GridResponseParts} parts */
  constructor({ controller, buffer, outbox, leases, large, head, strip, status, session }) {
    this.controller = controller;
    this.buffer = buffer;
    this.outbox = outbox;
    this.leases = leases;
    this.large = large;
    this.head = head;
    this.strip = strip;
    this.status = status;
    this.session = session;
    outbox.on("answered", (item, body, sentAt) => this.#answered(item, body, sentAt));
    outbox.on("refused", (item, error) => this.#refused(item, error));
    outbox.on("changed", (count, stalled) => head.pending(count, stalled));
    leases.on("came", (answer, again) => this.#came(answer, again));
    leases.on("failed", (error) => this.#failed(error));
    leases.on("lost", (taskIds) => this.#lost(taskIds));
    leases.on("changed", (tasks) => this.#changed(tasks));
    leases.on("counted", (waiting) => head.count(waiting));
  }

  #came(answer, again) {
    const { buffer, controller } = this;
    this.session.fine();
    this.head.count(answer.waiting, answer.leasedByOthers);
    const before = buffer.first;
    const more = buffer.add(answer, again);
    if (buffer.first !== before || !before) controller.present();
    else controller.loadAhead();
    if (again) controller.repaint();
    if (more && buffer.isShort) setTimeout(() => this.leases.ask()); // this answer's own asking is not over yet
  }

  #failed(error) {
    if (error instanceof SignedOut) this.session.ended(error);
    if (this.buffer.first) return;
    this.controller.showNothing(error instanceof Refused ? notices.refused(error.body.detail ?? "") : notices.unreachable());
  }

  #answered(item, body, sentAt) {
    this.session.fine();
    if (item.kind === "grid_decide") this.#decided(item, body, sentAt);
    else if (item.kind === "grid_undo") this.#undone(item, body);
    if (this.buffer.isShort) this.leases.ask();
  }

  /** Says what was not decided; what the grid does not take is given back, to be judged singly on the stage. */
  #decided({ pageId, tiles }, { tiles: ends }, sentAt) {
    this.strip.answered(pageId, sentAt);
    const page = this.buffer.past.find((other) => other.pageId === pageId);
    const keys = [];
    for (const end of ends.filter(({ outcome }) => outcome !== "decided")) {
      const { taskId, leaseToken } = tiles.find((other) => other.taskId === end.taskId);
      if (["not-for-grid", "refused"].includes(end.outcome)) keys.push({ taskId, leaseToken });
      const tile = page?.find(taskId);
      tile?.leave(keys.at(-1)?.taskId === taskId ? "changed" : "lost");
    }
    if (keys.length) this.#release(keys);
    const outcome = tellEnds(ends);
    if (outcome) this.status.toast(outcome, { tone: "warn" });
    if (outcome && page) this.strip.retell(pageId, page.did(page.counts));
  }

  /** What was taken back is leased under new tokens; the rest had left. */
  #undone({ pageId }, { tasks, left }) {
    const { buffer, controller } = this;
    for (const task of tasks) {
      this.outbox.retoken(task.taskId, task.leaseToken);
      const tile = buffer.find(task.taskId);
      tile?.comeBack(task);
    }
    for (const taskId of left) if (buffer.find(taskId)) controller.leave(buffer.find(taskId), "left");
    if (left.length) this.status.toast(say("grid.left", { n: tasks.length, m: left.length }), { tone: "warn" });
    if (buffer.first?.pageId === pageId) controller.tell();
  }

  #refused(item, { status, body }) {
    if (item.pageId) this.strip.drop(item.pageId);
    if (item.kind === "grid_undo") {
      for (const tile of this.buffer.first?.tiles ?? []) if (tile.returning) this.controller.leave(tile, "left");
    }
    if (body.outcome === "result-changed") return this.#resultChanged(item, body.task);
    const lost = body.outcome === "lease-lost" || body.outcome === "already-decided";
    this.status.toast(lost ? say("refused.lost") : say("refused.other", { why: body.detail || String(status) }), { tone: "warn" });
  }

  /** A verdict that the stage had left unsent: its case is judged there again. */
  #resultChanged({ note = "" }, { taskId, leaseToken }) {
    this.outbox.dropFor(taskId);
    this.#release([{ taskId, leaseToken }]);
    this.status.toast(`${say("refused.changed.later")} ${note ? say("refused.note") : ""}`, { tone: "warn", kept: note });
  }

  #lost(taskIds) {
    const { buffer, controller } = this;
    const sending = this.outbox.taskIds();
    const gone = taskIds.map((taskId) => buffer.find(taskId)).filter((tile) => tile && !tile.returning && !sending.includes(tile.taskId));
    if (!gone.length) return;
    if (controller.isFresh) {
      buffer.pages = [];
      this.leases.ask();
    } else {
      for (const tile of gone) controller.leave(tile, "lost");
      this.status.toast(say("lease.over"), { tone: "warn" });
    }
  }

  /** The machine says something new about pictures of ours: with other evidence they stay, under another suspected label they leave the page. */
  #changed(tasks) {
    const { buffer, controller } = this;
    for (const task of tasks) {
      const tile = buffer.find(task.taskId);
      if (!tile) continue;
      const before = pathOf(tile.task.result).join("/");
      tile.take(task);
      tile.load("high");
      if (isCritical(task) || pathOf(task.result).join("/") !== before) this.#giveBack(tile);
      else controller.redraw(tile);
      if (this.large.isOpen && tile === buffer.first.current) controller.enlarge();
    }
    controller.startle();
    this.status.toast(say("grid.changed"), { tone: "warn" });
  }

  #giveBack(tile) {
    const { taskId, task: { leaseToken } } = tile;
    this.#release([{ taskId, leaseToken }]);
    this.controller.leave(tile, "changed");
  }

  #release(keys) {
    post(config.urls.release, { leases: keys }).catch(() => null);
  }
}
