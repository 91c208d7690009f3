// The one list of keys. It feeds the handlers, the keycaps on buttons, aria-keyshortcuts and the sheet of keys.
// `held` acts until the key is let go; `repeats` may run again while it is held down (never a verdict); `fixed` keys stay
// as they are: the queue gives the digits, arrows and Escape mean the same everywhere.
import { isComposing, keyOf } from "./layout.js";

/** @type {{act: string, keys: string[], group: string, held?: boolean, repeats?: boolean, fixed?: boolean,
 *   shared?: boolean}[]} */
export const ACTS = [
  { act: "pass", keys: ["a"], group: "decide" },
  { act: "reject", keys: ["x"], group: "decide" },
  { act: "reason", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], group: "decide", fixed: true },
  { act: "escalate", keys: ["e"], group: "decide" },
  { act: "skip", keys: ["s"], group: "decide" },
  { act: "snooze", keys: ["w"], group: "decide" },
  { act: "ask", keys: ["d"], group: "decide" },
  { act: "assign", keys: ["c"], group: "decide" },
  { act: "sameSubject", keys: ["m"], group: "decide" },
  { act: "undo", keys: ["Backspace", "z"], group: "decide" },
  { act: "note", keys: ["n"], group: "decide" },
  { act: "faces", keys: ["f"], group: "evidence" },
  { act: "persons", keys: ["p"], group: "evidence" },
  { act: "objects", keys: ["o"], group: "evidence" },
  { act: "words", keys: ["t"], group: "evidence" },
  { act: "hide", keys: ["h"], group: "evidence", held: true },
  { act: "boxBefore", keys: ["["], group: "evidence" },
  { act: "boxAfter", keys: ["]"], group: "evidence" },
  { act: "reveal", keys: [" "], group: "picture", held: true },
  { act: "zoomIn", keys: ["+", "="], group: "picture", repeats: true },
  { act: "zoomOut", keys: ["-"], group: "picture", repeats: true },
  { act: "fit", keys: ["0"], group: "picture" },
  { act: "rotate", keys: ["r"], group: "picture" },
  { act: "pixels", keys: ["u"], group: "picture" },
  { act: "pan", keys: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown"], group: "picture",
    repeats: true, fixed: true },
  { act: "commit", keys: ["Enter"], group: "decide", fixed: true },
  { act: "labels", keys: ["y"], group: "labels" },
  { act: "ahead", keys: ["j"], group: "page" },
  { act: "back", keys: ["k"], group: "page" },
  { act: "here", keys: ["Escape"], group: "page", fixed: true, shared: true },
  { act: "queues", keys: ["q"], group: "page" },
  { act: "grid", keys: ["g"], group: "page" },
  { act: "search", keys: ["/"], group: "page" },
  { act: "keys", keys: ["?"], group: "page" },
];

/** Keys of single parts of the page, told on the sheet beside the acts; they work where the focus is.
 * @type {{part: string, keys: string[], group: string, of: string}[]} */
export const PARTS = [
  { part: "labels.turn", keys: ["ArrowLeft", "ArrowRight"], group: "labels", of: "labels" },
  { part: "labels.step", keys: ["ArrowUp", "ArrowDown"], group: "labels", of: "labels" },
  { part: "labels.box", keys: ["Enter"], group: "labels", of: "labels" },
  { part: "frames.step", keys: ["ArrowLeft", "ArrowRight"], group: "picture", of: "labels" },
];

/** Keys that mean something to every browser. */
export const BROWSERS = ["Tab", "Enter", "Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead", "Unidentified"];

const TYPING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])";
const isTyping = (event) => isComposing(event) || Boolean(event.target.closest?.(TYPING));
export const isLetter = (key) => /^[a-z]$/.test(key);

/** AltGr reads as Ctrl+Alt on some systems, and is how "[" is typed on many keyboards. */
function isCommand(event) {
  return event.metaKey || ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph"));
}

/** Arrows scroll and slide, Space and Enter press, what they are on. */
const PRESSED = "button:not(.cell), a, summary, input";
const OWNERS = { Arrow: "[data-scrolls], input, dialog", Page: "[data-scrolls], input, dialog", " ": PRESSED, Enter: PRESSED };
const ownsIt = (event) => Object.entries(OWNERS).some(([start, owner]) => event.key.startsWith(start) && event.target.closest?.(owner));

const isBusy = () => document.querySelector("dialog[open]");

/** Calls `handlers[act](event, key, down)` for the keys of `keymap`; an act without a handler is not of this page. */
export function listen(keymap, handlers) {
  const held = new Map(); // key: its act, whatever the keymap says by the time it is let go
  const letGo = (event, key) => {
    const act = held.get(key);
    if (held.delete(key)) handlers[act](event, key, false);
  };
  const letAllGo = (event) => [...held.keys()].forEach((key) => letGo(event, key));
  document.addEventListener("keydown", (event) => {
    refuseHeldEnter(event);
    const key = keyOf(event);
    const entry = keymap.entryOf(key);
    if (!handlers[entry?.act] || isCommand(event) || isTyping(event) || ownsIt(event) || isBusy()) return;
    if (!entry.shared) event.preventDefault();
    if (event.repeat && !entry.repeats) return;
    if (entry.held) held.set(key, entry.act);
    handlers[entry.act](event, key, true);
  });
  document.addEventListener("keyup", (event) => letGo(event, keyOf(event)));
  document.addEventListener("visibilitychange", letAllGo);
  window.addEventListener("blur", letAllGo);
}

/** A button in focus would be clicked again and again by a held Enter. */
function refuseHeldEnter(event) {
  if (event.repeat && event.key === "Enter" && event.target.closest?.("[data-act]")) event.preventDefault();
}

/** What was clicked; not every target is an element.
 * @returns {any} */
const elementOf = (event) => event.target;

/** Buttons carry `data-act` (and `data-arg`): the click does what the key does. Acts that are held are toggled. */
export function listenClicks(handlers) {
  leaveNoFocus();
  document.addEventListener("click", (event) => {
    const button = elementOf(event).closest?.("[data-act]");
    if (!button || button.disabled) return;
    handlers[button.dataset.act](event, button.dataset.arg ?? null, null);
  });
}

/** A button pressed with the mouse, or a card it opened, leaves no focus behind: Space would press the button again, and
 *  is wanted for revealing. Who came by keyboard stays where they are. */
function leaveNoFocus() {
  let pressed = null;
  const leave = () => document.activeElement === pressed && document.getElementById("stage").focus({ preventScroll: true });
  document.addEventListener("click", (event) => {
    const button = elementOf(event).closest?.("#stage button, [popovertarget]");
    if (!button || button.closest("dialog, [popover], .note, .correction")) return;
    pressed = event.detail ? button : null;
    if (!button.popoverTargetElement) leave();
  });
  for (const card of document.querySelectorAll("[popover]")) {
    card.addEventListener("toggle", (event) => /** @type {ToggleEvent} */ (event).newState === "closed" && leave());
  }
}
