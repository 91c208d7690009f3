// The pages leased to us: the one on the screen, the next one fetched ahead, and the last ones decided, so that an undo
// shows them at once. leases.js renews and gives back what is in it.
/** @import { Outbox } from "../review/buffer/outbox.js" */
import { leasedInOtherTabs } from "../review/buffer/other_tabs.js";
import { GridPage } from "./page.js";

const KEPT = 3;

export class PageBuffer {
  /** @type {GridPage[]} */
  pages = []; // leased, the first on the screen
  /** @type {GridPage[]} */
  past = []; // decided, newest last
  ending = null; // the server's last answer without a page: why there is no next one

  /** @param {{queue: string, outbox: Outbox}} parts */
  constructor({ queue, outbox }) {
    this.queue = queue;
    this.outbox = outbox;
  }

  get first() {
    return this.pages[0];
  }
  get #open() {
    return this.pages.flatMap((page) => page.open).filter((tile) => !tile.returning);
  }
  get isShort() {
    return this.pages.length < 2;
  }
  get pending() {
    return Boolean(this.first?.tiles.some((tile) => tile.isPending));
  }
  get shortestLease() {
    return Math.min(...this.#open.map(({ leaseMs }) => leaseMs).filter((leaseMs) => leaseMs > 0), Infinity);
  }
  /** The lease of the page on the screen that ends first. */
  get lease() {
    const leased = (this.first?.open ?? []).filter((tile) => Number.isFinite(tile.leasedUntil));
    return leased.toSorted((a, b) => a.leasedUntil - b.leasedUntil)[0];
  }

  leaseKeys = () => this.#open.map(({ task: { taskId, leaseToken } }) => ({ taskId, leaseToken }));
  behind = () => this.#open.map((tile) => tile.taskId);
  find = (taskId) => this.pages.map((page) => page.find(taskId)).find(Boolean);

  renewed(taskIds, sentAt) {
    for (const tile of this.#open) if (taskIds.includes(tile.taskId)) tile.leasedUntil = sentAt + tile.leaseMs;
  }

  /** What to ask for: the next page, or the first one `again`, whose pictures were on their way. */
  asks(again) {
    const queue = this.queue;
    const known = (again ? this.pages.slice(1) : this.pages).flatMap((page) => page.tiles);
    const without = [...new Set([...leasedInOtherTabs(), ...known.map((tile) => tile.taskId), ...this.outbox.taskIds()])].slice(-500);
    return again ? { queue, without, count: this.first.open.length || 1 } : { queue, without };
  }

  /** Takes an answer in. Answers whether a page came. */
  add(answer, again) {
    const sending = this.outbox.taskIds();
    const fresh = answer.tasks.filter((task) => !this.find(task.taskId) && !sending.includes(task.taskId));
    for (const task of answer.tasks) this.find(task.taskId)?.take(task);
    if (again) return false;
    this.ending = answer.tasks.length ? null : answer;
    if (fresh.length && this.isShort) this.pages.push(new GridPage({ ...answer, tasks: fresh }, this.queue));
    return fresh.length > 0;
  }

  turn() {
    this.past = [...this.past, this.pages.shift()].slice(-KEPT);
  }

  /** The decided page comes back as the first one; undefined when it is no longer kept. */
  turnBack(pageId) {
    const page = this.past.find((other) => other.pageId === pageId);
    if (!page) return undefined;
    this.past = this.past.filter((other) => other !== page);
    for (const tile of page.open) tile.returning = true;
    this.pages.unshift(page);
    return page;
  }
}
