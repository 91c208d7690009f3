// The one list of keys. It feeds the handlers, the keycaps on buttons, aria-keyshortcuts and the sheet of keys.
// `held` acts until the key is let go; `repeats` may run again while it is held down (never a verdict).
export const ACTS = [
  { act: "pass", keys: ["a"], group: "decide" },
  { act: "reject", keys: ["x"], group: "decide" },
  { act: "reason", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], group: "decide" },
  { act: "escalate", keys: ["e"], group: "decide" },
  { act: "skip", keys: ["s"], group: "decide" },
  { act: "hold", keys: ["w"], group: "decide" },
  { act: "undo", keys: ["Backspace", "z"], group: "decide" },
  { act: "note", keys: ["n"], group: "decide" },
  { act: "faces", keys: ["f"], group: "evidence" },
  { act: "persons", keys: ["p"], group: "evidence" },
  { act: "objects", keys: ["o"], group: "evidence" },
  { act: "words", keys: ["t"], group: "evidence" },
  { act: "hide", keys: ["h"], group: "evidence", held: true },
  { act: "boxBefore", keys: ["["], group: "evidence" },
  { act: "boxAfter", keys: ["]"], group: "evidence" },
  { act: "zoomIn", keys: ["+", "="], group: "picture", repeats: true },
  { act: "zoomOut", keys: ["-"], group: "picture", repeats: true },
  { act: "fit", keys: ["0"], group: "picture" },
  { act: "pan", keys: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown"], group: "picture",
    repeats: true },
  { act: "keys", keys: ["?"], group: "page" },
];

/** Keys promised to acts that are not built yet (grid, look ahead and back, search, reveal): nobody may take them. */
const PROMISED = ["g", "j", "k", "/", " "];

const SHOWN = {
  Backspace: "⌫", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", PageUp: "PgUp", PageDown: "PgDn",
  "-": "−",
};
export const keycap = (key) => SHOWN[key] ?? key.toUpperCase();

/** The acts with `overrides` ({act: [keys]}) applied, by key. Throws when two acts want one key. */
export function keyTable(overrides = {}) {
  const table = new Map(PROMISED.map((key) => [key, null]));
  for (const entry of ACTS) {
    for (const key of overrides[entry.act] ?? entry.keys) {
      const owner = table.get(key)?.act ?? "a later act";
      if (table.has(key)) throw new Error(`key ${key} of "${entry.act}" is taken by "${owner}"`);
      table.set(key, entry);
    }
  }
  return table;
}

export const keysOf = (table, act) => [...table].filter(([, entry]) => entry?.act === act).map(([key]) => key);

const TYPING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])";
const isTyping = (event) => event.isComposing || Boolean(event.target.closest?.(TYPING));
const isLetter = (key) => /^[a-z]$/.test(key);

/** The key as the list names it. On a layout without Latin letters the physical place counts. */
function keyOf(event) {
  if (event.key.length === 1 && event.key.charCodeAt(0) > 127) return event.code.replace(/^Key/, "").toLowerCase();
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** AltGr reads as Ctrl+Alt on some systems, and is how "[" is typed on many keyboards. */
function isCommand(event) {
  return event.metaKey || ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph"));
}

const ownsArrows = (event) => /^(Arrow|Page)/.test(event.key) && event.target.closest?.("[data-scrolls], input, dialog");

/** Calls `handlers[act](event, key)`; `lettersOn()` false leaves single letters alone (WCAG 2.1.4). */
export function listen(table, handlers, lettersOn) {
  const held = new Map();
  const letGo = (event, key) => {
    if (held.delete(key)) handlers[table.get(key).act](event, key, false);
  };
  document.addEventListener("keydown", (event) => {
    refuseHeldEnter(event);
    const key = keyOf(event);
    const entry = table.get(key);
    if (!entry || isCommand(event) || isTyping(event) || ownsArrows(event) || document.querySelector("dialog[open]")) return;
    if (isLetter(key) && !lettersOn()) return;
    event.preventDefault();
    if (event.repeat && !entry.repeats) return;
    if (entry.held) held.set(key, true);
    handlers[entry.act](event, key, true);
  });
  document.addEventListener("keyup", (event) => letGo(event, keyOf(event)));
  window.addEventListener("blur", (event) => [...held.keys()].forEach((key) => letGo(event, key)));
}

/** A button in focus would be clicked again and again by a held Enter. */
function refuseHeldEnter(event) {
  if (event.repeat && event.key === "Enter" && event.target.closest?.("[data-act]")) event.preventDefault();
}

/** Buttons carry `data-act` (and `data-arg`): the click does what the key does. Acts that are held are toggled. */
export function listenClicks(handlers) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act]");
    if (button && !button.disabled) handlers[button.dataset.act](event, button.dataset.arg ?? null, null);
  });
}

/** Writes the keycap into each button's empty <kbd> and announces the keys to assistive technology. */
export function labelButtons(table, root) {
  for (const button of root.querySelectorAll("[data-act]")) {
    const keys = button.dataset.arg ? [button.dataset.arg] : keysOf(table, button.dataset.act);
    if (!keys.length) continue;
    button.setAttribute("aria-keyshortcuts", keys.join(" "));
    const cap = button.querySelector("kbd");
    if (cap) cap.textContent = keycap(keys[0]);
  }
}
