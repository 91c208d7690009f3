// The cases we hold, first one on the table. Each entry: `task` as the server sent it, `card` (picture and boxes) and
// `pages` (the panel's parts), both built before they are needed.
import { AHEAD, KEEP } from "./config.js";

const SETTLED_MS = 60000;

export class Line {
  #entries = [];
  #settled = new Map(); // decided here: an answer already on its way may still list them

  constructor({ buildCard, buildPages, decided }) {
    Object.assign(this, { buildCard, buildPages, past: [] });
    for (const taskId of decided) this.settle(taskId);
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
  /** Whether a picture we will show soon is still being fetched by the server. */
  get pending() {
    return this.#entries.slice(0, AHEAD + 1).some(({ task }) => task.image.state === "pending");
  }

  /** Tasks whose token we know to be good; one being brought back by an undo has none yet. */
  holds() {
    const sure = this.#entries.filter((entry) => !entry.returning);
    return sure.map(({ task: { taskId, holdToken } }) => ({ taskId, holdToken }));
  }

  settle(taskId) {
    this.#settled.set(taskId, performance.now());
  }

  find = (taskId) => this.#entries.find(({ task }) => task.taskId === taskId);

  /** Adds new tasks at the end and refreshes known ones; answers with the entries whose picture changed. */
  merge(tasks) {
    this.#forgetSettled();
    const changed = [];
    for (const task of tasks) {
      const known = this.find(task.taskId);
      if (known) changed.push(...this.#refresh(known, task));
      else if (!this.#settled.has(task.taskId)) this.#entries.push({ task, card: null, pages: null });
    }
    return changed;
  }

  #refresh(entry, task) {
    if (!entry.returning) entry.task.holdToken = task.holdToken;
    if (task.image.state === entry.task.image.state) return [];
    Object.assign(entry, { task: { ...task, holdToken: entry.task.holdToken }, card: null, pages: null });
    return [entry];
  }

  #forgetSettled() {
    const old = performance.now() - SETTLED_MS;
    for (const [taskId, at] of this.#settled) if (at < old) this.#settled.delete(taskId);
  }

  take() {
    const entry = this.#entries.shift();
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
    this.#entries.splice(place, 0, entry);
    return entry;
  }

  drop(taskIds) {
    this.#entries = this.#entries.filter(({ task }) => !taskIds.includes(task.taskId));
  }

  /** Builds an entry's card and pages when it has none; safe to call again. */
  ready(entry) {
    entry.card ??= this.buildCard(entry.task);
    entry.pages ??= this.buildPages(entry.task);
    return entry;
  }

  /** The cases behind the first: built, their pictures fetched and decoded. */
  prepare() {
    for (const entry of this.#entries.slice(1, AHEAD + 1)) this.ready(entry).card.load("low");
  }
}
