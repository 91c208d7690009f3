// What the server's answers change on the page: verdicts that came to nothing, an undo, holds that ended, newer results.
import { Refused, SignedOut, post } from "../shared/api.js";
import { config } from "../shared/config.js";
import { pathOf } from "../review/panel/labels.js";
import * as notices from "../review/notices.js";
import { tellEnds } from "../shared/page_outcome.js";
import { say } from "../shared/strings.js";
import { isCritical } from "./tile.js";

export class Answers {
  /** `parts`: sitting, book, outbox, large, head, strip, status, session; `lease` is set once it exists. */
  constructor(parts) {
    Object.assign(this, parts);
  }

  came(answer, again) {
    const { book, sitting } = this;
    this.session.fine();
    this.head.count(answer.waiting, answer.leasedByOthers);
    const before = book.first;
    const more = book.add(answer, again);
    if (book.first !== before || !before) sitting.present();
    else sitting.loadAhead();
    if (again) sitting.repaint();
    if (more && book.isShort) setTimeout(() => this.lease.ask()); // this answer's own asking is not over yet
  }

  failed(error) {
    if (error instanceof SignedOut) this.session.ended(error);
    if (this.book.first) return;
    this.sitting.showNothing(error instanceof Refused ? notices.refused(error.body.detail ?? "") : notices.unreachable());
  }

  answered(item, body, sentAt) {
    this.session.fine();
    if (item.kind === "grid_decide") this.#decided(item, body, sentAt);
    else if (item.kind === "grid_undo") this.#undone(item, body);
    if (this.book.isShort) this.lease.ask();
  }

  /** What was not decided is told; what the grid does not take is given back, for somebody to look at it singly. */
  #decided({ pageId, tiles }, { tiles: ends }, sentAt) {
    this.strip.answered(pageId, sentAt);
    const page = this.book.past.find((other) => other.pageId === pageId);
    const keys = [];
    for (const end of ends.filter(({ outcome }) => outcome !== "decided")) {
      const { taskId, leaseToken } = tiles.find((other) => other.taskId === end.taskId);
      if (["not-for-grid", "refused"].includes(end.outcome)) keys.push({ taskId, leaseToken });
      const tile = page?.find(taskId);
      if (tile) Object.assign(tile, { away: keys.at(-1)?.taskId === taskId ? "changed" : "lost", mark: null }).draw();
    }
    if (keys.length) this.#release(keys);
    const told = tellEnds(ends);
    if (told) this.status.toast(told, { tone: "warn" });
    if (told && page) this.strip.retell(pageId, page.did(page.counts));
  }

  /** What was taken back is held under new tokens; the rest had left. */
  #undone({ pageId }, { tasks, left }) {
    const { book, sitting } = this;
    for (const task of tasks) {
      this.outbox.retoken(task.taskId, task.leaseToken);
      const tile = book.find(task.taskId);
      if (tile) Object.assign(tile, { returning: false }).take(task);
    }
    for (const taskId of left) if (book.find(taskId)) sitting.leave(book.find(taskId), "left");
    if (left.length) this.status.toast(say("grid.left", { n: tasks.length, m: left.length }), { tone: "warn" });
    if (book.first?.pageId === pageId) sitting.tell();
  }

  refused(item, { status, body }) {
    if (item.pageId) this.strip.drop(item.pageId);
    if (item.kind === "grid_undo") {
      for (const tile of this.book.first?.tiles ?? []) if (tile.returning) this.sitting.leave(Object.assign(tile, { returning: false }), "left");
    }
    const lost = body.outcome === "lease-lost" || body.outcome === "already-decided";
    this.status.toast(lost ? say("refused.lost") : say("refused.other", { why: body.detail || String(status) }), { tone: "warn" });
  }

  lost(taskIds) {
    const { book, sitting } = this;
    const sending = this.outbox.taskIds();
    const gone = taskIds.map((taskId) => book.find(taskId)).filter((tile) => tile && !tile.returning && !sending.includes(tile.taskId));
    if (!gone.length) return;
    if (sitting.isFresh) {
      book.pages = [];
      this.lease.ask();
    } else {
      for (const tile of gone) sitting.leave(tile, "lost");
      this.status.toast(say("lease.over"), { tone: "warn" });
    }
  }

  /** The machine says something new about pictures we hold: other evidence stays, another suspicion has to leave. */
  changed(tasks) {
    const { book, sitting } = this;
    for (const task of tasks) {
      const tile = book.find(task.taskId);
      if (!tile) continue;
      const before = pathOf(tile.task.result).join("/");
      tile.take(task);
      tile.load("high");
      if (isCritical(task) || pathOf(task.result).join("/") !== before) this.#giveBack(tile);
      else sitting.redraw(tile);
      if (this.large.isOpen && tile === book.first.current) sitting.enlarge();
    }
    sitting.startle();
    this.status.toast(say("grid.changed"), { tone: "warn" });
  }

  #giveBack(tile) {
    const { taskId, task: { leaseToken } } = tile;
    this.#release([{ taskId, leaseToken }]);
    this.sitting.leave(tile, "changed");
  }

  #release(keys) {
    post(config.urls.release, { leases: keys }).catch(() => null);
  }
}
