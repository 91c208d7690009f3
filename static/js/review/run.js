// A run: exactly these tasks, in the order of the list they came from, a few leased at a time. What became of each of them
// is told, whoever did it; Escape leads back to the list.
/** @import { RunConfig, RunStop, Task } from "../shared/types.js" */
/** @import { TaskBuffer } from "./buffer/task_buffer.js" */
import { Announcer } from "../shared/announcer.js";
import { BATCH } from "../shared/config.js";

const DONE_BY = { pass: "decided", reject: "decided", skip: "skipped" };

/** Announces changed(). */
export class Run extends Announcer {
  /** @type {Map<number, RunStop>} */
  #stops;
  /** @type {Map<number, Task>} whose labels tell the blur */
  #known = new Map();

  /** @param {RunConfig} config */
  constructor({ tasks, back, listed, picture }) {
    super();
    this.#stops = new Map(tasks.map((stop) => [stop.taskId, { ...stop, outcome: stop.outcome ?? "" }]));
    this.back = back;
    this.listed = listed;
    this.picture = picture;
  }

  get stops() {
    return [...this.#stops.values()];
  }

  /** How many are not over yet, those with others included. */
  get left() {
    return this.stops.filter(({ outcome }) => !outcome || outcome === "leased").length;
  }

  /** The list, at the case of this task. */
  addressOf(taskId) {
    const stop = this.#stops.get(taskId);
    return stop ? `${this.back.split("#")[0]}#case-${stop.caseId}` : this.back;
  }

  taskOf = (taskId) => this.#known.get(taskId);
  place = (taskId) => [...this.#stops.keys()].indexOf(taskId);
  stop = (taskId) => this.#stops.get(taskId);

  /** The body of the next request for leases: the next few, or `again` those we have; null when there is nothing to ask
   *  for. Those that somebody else had are asked for once more when nothing else is left.
   * @param {{buffer: TaskBuffer, unsent: number[], again?: boolean}} what */
  asks({ buffer, unsent, again = false }) {
    const have = buffer.behind(0);
    if (again) return have.length ? { tasks: have.slice(0, BATCH) } : null;
    const next = this.#free("", have, unsent);
    const wanted = next.length || have.length ? next : this.#free("leased", have, unsent);
    const tasks = wanted.slice(0, Math.max(0, BATCH - have.length)).map(({ taskId }) => taskId);
    return tasks.length ? { tasks } : null;
  }

  #free(wanted, have, unsent) {
    return this.stops.filter(({ outcome, taskId }) => outcome === wanted && !have.includes(taskId) && !unsent.includes(taskId));
  }

  /** Whether some were not asked for yet.
   * @param {TaskBuffer} buffer
   * @param {number[]} unsent */
  hasNext = (buffer, unsent) => this.#free("", buffer.behind(0), unsent).length > 0;

  /** An answer: those that came, and those that could not be had. Answers with the ones nobody was told of yet. */
  came(tasks, unavailable) {
    for (const task of tasks) {
      this.#known.set(task.taskId, task);
      this.#mark(task.taskId, "");
    }
    const news = unavailable.filter(({ taskId, outcome, by }) => this.#mark(taskId, outcome, { by }));
    this.announce("changed");
    return news;
  }

  /** Decided, skipped or handed on here. `act` is the act's name. */
  took(taskIds, act) {
    for (const taskId of taskIds) this.#mark(taskId, DONE_BY[act] ?? "deferred", { own: true, act });
    this.announce("changed");
  }

  /** It was not decided after all. */
  reopened(taskIds) {
    for (const taskId of taskIds) this.#mark(taskId, "");
    this.announce("changed");
  }

  /** Whether it is another outcome than before. */
  #mark(taskId, outcome, more = {}) {
    const known = this.#stops.get(taskId);
    if (!known || known.outcome === outcome) return false;
    const { caseId, picture, queueBlur } = known;
    this.#stops.set(taskId, { taskId, caseId, picture, queueBlur, outcome, ...more });
    return true;
  }

  /** How many ended how: {own, decided, leased, …}. */
  ends() {
    const counts = {};
    for (const { outcome, own } of this.stops) {
      const name = outcome === "decided" && own ? "own" : outcome;
      if (name) counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }
}
