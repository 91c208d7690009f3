// The one list of this page's keys. It feeds the handler, the keycaps on buttons and aria-keyshortcuts.
import { allOf } from "../shared/dom.js";
import { isComposing, keyOf } from "../shared/layout.js";

/** @type {Record<string, string>} by what it does; the parts of the page carry `data-act` */
const KEYS = { allow: "a", review: "r", block: "b", inherit: "i", find: "f", scope: "n", publish: "p" };
const ACTS = new Map(Object.entries(KEYS).map(([act, key]) => [key, act]));
const TYPING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";

/** Who has switched letter keys off on the stage has none here either. */
const letters = () => !document.getElementById("letters-off");

const isCommand = (event) => event.ctrlKey || event.altKey || event.metaKey || event.repeat || isComposing(event);

function press(part) {
  if (part.matches("input")) {
    part.focus();
    part.select();
  } else part.click();
}

/** Writes the keys onto the page: again after each exchange of its parts. */
export function labelKeys() {
  for (const part of allOf("[data-act]")) {
    const key = KEYS[part.dataset.act];
    if (!key || !letters()) continue;
    if (part.matches("button, input")) part.setAttribute("aria-keyshortcuts", key);
    const cap = part.querySelector("kbd") ?? (part.matches("input") ? part.parentElement.querySelector("kbd") : null);
    if (!cap) continue;
    cap.textContent = key.toUpperCase();
    cap.hidden = false;
  }
}

export function listenKeys() {
  if (ACTS.size !== Object.keys(KEYS).length) throw new Error("one key, two acts");
  document.addEventListener("keydown", (event) => {
    const at = /** @type {Element} */ (event.target);
    if (isCommand(event) || at.closest(TYPING) || !letters()) return;
    const part = document.querySelector(`[data-act="${ACTS.get(keyOf(event))}"]`);
    if (!part?.checkVisibility() || part.matches(":disabled")) return;
    event.preventDefault();
    press(part);
  });
}
