// Which key does what for this person: the list of keys.js with their own changes, which the server keeps.
import { ACTS, BROWSERS, isLetter } from "./keys.js";
import { preferences } from "./preferences.js";
import { knows, say } from "./strings.js";

const SHOWN = {
  Backspace: "⌫", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", PageUp: "PgUp", PageDown: "PgDn",
  Escape: "Esc", "-": "−",
};
export const keycap = (key) => (key === " " ? say("key.space") : (SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key)));

/** Acts under the names that kept preferences may still have. */
const RENAMED = { hold: "snooze", along: "sameSubject" };

/** A person's own keys, {act: [keys]}, under today's names of the acts.
 * @param {Record<string, string[]>} keys */
const underTodaysNames = (keys) => Object.fromEntries(Object.entries(keys).map(([act, own]) => [RENAMED[act] ?? act, own]));

/** A key that cannot be given to an act; the message says why. */
export class Taken extends Error {}

/** The acts by key, with `changes` ({act: [keys]}) applied. Throws Taken when two acts want one key. */
function tableOf(changes) {
  const table = new Map();
  for (const entry of ACTS) {
    for (const key of (!entry.fixed && changes[entry.act]) || entry.keys) {
      if (table.has(key)) throw new Taken(say("keys.taken", namesOf(key, table.get(key))));
      table.set(key, entry);
    }
  }
  return table;
}

const namesOf = (key, entry) => ({ key: keycap(key), act: entry ? say(`act.${entry.act}`) : "" });

class Keymap {
  constructor() {
    this.refresh();
  }

  /** Reads the person's own keys anew; if they conflict with our keys they are not used, and `problem` says why. */
  refresh() {
    this.problem = "";
    try {
      this.changes = underTodaysNames(preferences().keys ?? {});
      this.table = tableOf(this.changes);
    } catch (problem) {
      this.problem = problem.message;
      this.changes = {};
      this.table = tableOf({});
    }
  }

  /** What a pressed key means; nothing for a letter while letters are switched off. */
  entryOf(key) {
    return this.works(key) ? this.table.get(key) : null;
  }

  works = (key) => preferences().letters !== false || !isLetter(key);

  keysOf = (act) => [...this.table].filter(([, entry]) => entry?.act === act).map(([key]) => key);

  /** All changes with `act`'s key number `index` being `key`. Throws Taken. */
  with(act, index, key) {
    if (BROWSERS.includes(key) || /^F\d+$/.test(key)) throw new Taken(say("keys.browsers", namesOf(key, null)));
    const owner = this.table.get(key);
    if (owner && owner.act !== act) throw new Taken(say("keys.taken", namesOf(key, owner)));
    const keys = this.keysOf(act).with(index, key);
    const changes = { ...this.changes, [act]: [...new Set(keys)] };
    tableOf(changes);
    return changes;
  }
}

export const keymap = new Keymap();

/** The keycap that works for an act now, "" when none does. */
export function keyHint(act) {
  const key = keymap.keysOf(act).find(keymap.works);
  return key === undefined ? "" : keycap(key);
}

/** Writes the keycap into each button's <kbd> and its tooltip, and announces the keys to assistive technology. */
export function labelButtons(root) {
  for (const button of root.querySelectorAll("[data-act]:not([data-arg])")) {
    const keys = keymap.keysOf(button.dataset.act).filter(keymap.works);
    button.setAttribute("aria-keyshortcuts", keys.map((key) => (key === " " ? "Space" : key)).join(" "));
    const cap = button.querySelector("kbd");
    if (cap) cap.textContent = keys.length ? keycap(keys[0]) : "";
    const name = `act.${button.dataset.act}`;
    if (knows(name)) button.title = keys.length ? `${say(name)} (${keys.map(keycap).join(", ")})` : say(name);
  }
}
