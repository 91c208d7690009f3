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

/** The acts by key, with `changes` ({act: [keys]}) applied, and why one of them is not used. Fixed keys come first,
 *  then the person's own, so that an act that is new to the product takes no key that is theirs. */
function tableOf(changes) {
  const table = new Map();
  let problem = "";
  /** @param {{act: string, fixed?: boolean}} entry */
  const own = ({ act, fixed }) => (fixed ? null : changes[act]);
  const put = (entry, keys) => {
    for (const key of keys) {
      if (!table.has(key)) table.set(key, entry);
      else if (own(entry)) problem = say("keys.taken", namesOf(key, table.get(key)));
    }
  };
  for (const entry of ACTS) if (entry.fixed) put(entry, entry.keys);
  for (const entry of ACTS) if (own(entry)) put(entry, own(entry));
  for (const entry of ACTS) if (!entry.fixed && !own(entry)) put(entry, entry.keys);
  return { table, problem };
}

const namesOf = (key, entry) => ({ key: keycap(key), act: entry ? say(`act.${entry.act}`) : "" });

class Keymap {
  constructor() {
    this.refresh();
  }

  /** Reads the person's own keys anew; `problem` says which of them is not used, and why. */
  refresh() {
    this.changes = underTodaysNames(preferences().keys ?? {});
    const { table, problem } = tableOf(this.changes);
    this.table = table;
    this.problem = problem;
  }

  /** What a pressed key means; nothing for a letter while letters are switched off. */
  entryOf(key) {
    return this.works(key) ? this.table.get(key) : null;
  }

  works = (key) => preferences().letters !== false || !isLetter(key);

  keysOf = (act) => [...this.table].filter(([, entry]) => entry?.act === act).map(([key]) => key);

  /** All changes with `act`'s key number `index` being `key`, or its first one where it has none. Throws Taken. */
  with(act, index, key) {
    if (BROWSERS.includes(key) || /^F\d+$/.test(key)) throw new Taken(say("keys.browsers", namesOf(key, null)));
    const owner = this.table.get(key);
    if (owner && owner.act !== act) throw new Taken(say("keys.taken", namesOf(key, owner)));
    const keys = this.keysOf(act).toSpliced(index, 1, key);
    return { ...this.changes, [act]: [...new Set(keys)] };
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
