// The cases leased to this tab, the first one on the table. Each entry has the `task` as the server sent it, its `card`
// (picture and boxes) and its `pages` (the panel's parts), both built before they are needed.
/** @import { Entry, LeaseKey, Pages, Task, TaskImage } from "../../shared/types.js" */
/** @import { Card } from "../picture/card.js" */
import { changesBetween } from "./result_changes.js";
import { pause, serverNow } from "../../shared/clock.js";
import { AHEAD, BATCH, KEEP } from "../../shared/config.js";
import { Depth } from "./depth.js";
import { leasedInOtherTabs } from "./other_tabs.js";

const SETTLED_MS = 60000;
const PATIENCE_MS = 4000; // how long one slow picture may delay those behind it

export class TaskBuffer {
  /** @type {Entry[]} */
  #entries = [];
  #preparing = false;
  depth = new Depth();
  #settled = new Map(); // decided here: an answer already on its way may still list them

  /** `buildCard(task)` and `buildPages(task, before)` build what is shown of a case; `located(entry)` shows more boxes.
   * @param {{buildCard: (task: Task) => Card,
   *   buildPages: (task: Task, before: object) => Pages, located: (entry: Entry) => void}} parts */
  constructor({ buildCard, buildPages, located }) {
    this.located = located;
    this.buildCard = buildCard;
    this.buildPages = buildPages;
    /** @type {Entry[]} */
    this.past = []; // decided, newest last
  }

  get first() {
    return this.#entries[0];
  }
  get second() {
    return this.#entries[1];
  }
  get length() {
    return this.#entries.length;
  }
  /** Whether fewer are leased than we want. */
  get isShort() {
    return this.#entries.length < BATCH;
  }
  /** Whether a picture we will show soon is still being fetched by the server, or words of the first are being located. */
  get pending() {
    return Boolean(this.first && isLocating(this.first.task)) || this.#entries.slice(0, AHEAD + 1).some(({ task }) => isUnderWay(task.image));
  }

  /** Tasks whose token we know to be good; one being brought back by an undo has none yet.
   * @returns {LeaseKey[]} */
  leaseKeys() {
    const sure = this.#entries.filter((entry) => !entry.returning);
    return sure.map(({ task: { taskId, leaseToken } }) => ({ taskId, leaseToken }));
  }

  /** The tasks from `place` on. */
  behind = (place) => this.#entries.slice(place).map(({ task }) => task.taskId);

  settle(taskId) {
    this.#settled.set(taskId, performance.now());
  }

  /** It was not decided after all: it may come back. */
  unsettle(taskId) {
    this.#settled.delete(taskId);
  }

  find = (taskId) => this.#entries.find(({ task }) => task.taskId === taskId);

  /** The case `by` places ahead of the first one, or back among the decided. */
  at = (by) => (by < 0 ? this.past.at(by) : this.#entries[by]);

  /** Leases that were renewed at `sentAt`, in milliseconds of the server's clock. */
  renewed(taskIds, sentAt) {
    for (const entry of this.#entries) if (taskIds.includes(entry.task.taskId)) entry.leasedUntil = sentAt + entry.leaseMs;
  }

  /** The server leased a task to us again, under a new token. */
  regain(task) {
    const entry = this.find(task.taskId);
    if (!entry) return false;
    entry.returning = false;
    renewLease(entry, task);
    return true;
  }

  /** The shortest time one of our leases lasts without being renewed, in milliseconds. */
  get shortestLease() {
    return Math.min(...this.#entries.map(({ leaseMs }) => leaseMs).filter((leaseMs) => leaseMs > 0), Infinity);
  }

  /** Forgets what was built, so that it is built anew; decided cases included. */
  rebuild() {
    for (const entry of [...this.#entries, ...this.past]) {
      forgetPages(entry);
      entry.card = null;
    }
  }

  /** Adds new tasks at the end and refreshes known ones; answers with the entries that look different now.
   * @param {Task[]} tasks */
  merge(tasks) {
    this.#forgetSettled();
    const changed = [];
    const otherTabs = leasedInOtherTabs();
    for (const task of tasks) {
      const known = this.find(task.taskId);
      if (known) changed.push(...this.#refresh(known, task));
      else if (!this.#settled.has(task.taskId) && !otherTabs.includes(task.taskId)) this.#entries.push({ task, card: null, pages: null, ...leaseTimes(task) });
    }
    return changed;
  }

  #refresh(entry, task) {
    if (!entry.returning) renewLease(entry, task);
    const changes = changesBetween(entry.task, task);
    const otherPicture = ["state", "url", "nextTryAt"].some((name) => task.image[name] !== entry.task.image[name]);
    if (!changes && !otherPicture) return this.#addBoxes(entry, task);
    entry.task = { ...task, leaseToken: entry.task.leaseToken };
    if (changes) entry.changes = changes;
    if (otherPicture) entry.card = null;
    forgetPages(entry);
    return [entry];
  }

  /** We found where words of the text lie: nothing else changes, and nothing moves. */
  #addBoxes(entry, task) {
    const { evidence, text } = entry.task;
    if (task.evidence.length === evidence.length && task.text?.locating === text?.locating) return [];
    entry.task = { ...entry.task, evidence: task.evidence, text: task.text };
    this.located(entry);
    return [];
  }

  #forgetSettled() {
    const old = performance.now() - SETTLED_MS;
    for (const [taskId, at] of this.#settled) if (at < old) this.#settled.delete(taskId);
  }

  take() {
    const entry = this.#entries.shift();
    this.depth.decided();
    this.settle(entry.task.taskId);
    this.past.push(entry);
    if (this.past.length > KEEP) this.past.shift();
    return entry;
  }

  /** Puts a decided entry back at `place`; undefined when it is no longer in memory. */
  bringBack(taskId, place) {
    const entry = this.past.findLast(({ task }) => task.taskId === taskId);
    if (!entry) return undefined;
    this.past.splice(this.past.indexOf(entry), 1);
    this.#settled.delete(taskId);
    entry.act = null;
    entry.leasedUntil = NaN; // leased again once the server says so
    this.#entries.splice(place, 0, entry);
    return entry;
  }

  /** A case that was decided under an older result of the machine is ours again, under `task`: at `place` unless it is
   *  here already.
   * @param {Task} task
   * @returns {Entry} */
  comeBack(task, place) {
    this.unsettle(task.taskId);
    const known = this.find(task.taskId) ?? this.bringBack(task.taskId, place);
    const entry = known ?? { task, card: null, pages: null, ...leaseTimes(task) };
    if (!known) this.#entries.splice(place, 0, entry);
    this.regain(task);
    this.#refresh(entry, task);
    entry.card = null; // the new labels may ask for another blur
    return entry;
  }

  drop(taskIds) {
    this.#entries = this.#entries.filter(({ task }) => !taskIds.includes(task.taskId));
  }

  /** Builds an entry's card and pages when it has none; safe to call again. */
  ready(entry) {
    entry.card ??= this.buildCard(entry.task);
    entry.pages ??= this.buildPages(entry.task, { changes: entry.changes, before: entry.verdicts });
    return entry;
  }

  /** The cases behind the first: the nearest built, their pictures fetched and decoded, those farther behind only
   *  fetched. One after another, so that the one that is next has the network to itself. */
  async prepare() {
    for (const entry of this.#entries.slice(1, AHEAD + 1)) this.ready(entry);
    if (this.#preparing) return;
    this.#preparing = true;
    try {
      for (let coming; (coming = this.#unprepared()); ) await Promise.race([coming, pause(PATIENCE_MS)]);
    } finally {
      this.#preparing = false;
    }
  }

  #unprepared() {
    for (const [place, entry] of this.#entries.entries()) {
      const card = (entry.card ??= this.buildCard(entry.task));
      if (place > 0 && place <= AHEAD && !card.loading) return card.load("low");
      if (place > AHEAD && !card.fetching) return card.fetch();
    }
    return null;
  }
}

/** Not while it waits for its next try.
 * @param {TaskImage} image */
const isUnderWay = ({ state, nextTryAt }) => state === "pending" && !(Date.parse(nextTryAt ?? "") > serverNow());

const isLocating = ({ image, text }) => image.state === "ready" && text?.locating;

function renewLease(entry, task) {
  entry.task.leaseToken = task.leaseToken;
  const { leasedUntil, leaseMs } = leaseTimes(task);
  entry.leasedUntil = leasedUntil;
  entry.leaseMs = leaseMs;
}

/** What the person said about labels stays with the case. */
function forgetPages(entry) {
  entry.verdicts = entry.pages?.verdicts() ?? entry.verdicts;
  entry.pages = null;
}

/** When a lease ends without a renewal, and how long it lasts, in milliseconds of the server's clock. */
export function leaseTimes({ leasedUntil }) {
  const until = Date.parse(leasedUntil ?? "");
  return { leasedUntil: until, leaseMs: until - serverNow() };
}
