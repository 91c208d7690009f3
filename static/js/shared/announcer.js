// Lets a part announce events to parts that are made after it, without knowing them: so no two parts need each other.
export class Announcer {
  /** @type {Map<string, Function[]>} */
  #listeners = new Map();

  /** Calls `listener` each time `name` is announced.
   * @param {string} name
   * @param {Function} listener */
  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  /** @param {string} name
   * @param {...any} details */
  announce(name, ...details) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...details);
  }
}
