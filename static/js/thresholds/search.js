// Finding a label: Enter goes to the first that is found, also when the list is still on its way; arrows go through them.
import { allOf, byId } from "../shared/dom.js";
import { isComposing } from "../shared/layout.js";

let wantsFirst = false;

const list = () => byId("tree-scroll");
const links = () => allOf("[data-label]", list());
const isFresh = () => list().dataset.typed.trim() === byId("label-q").value.trim();

function enter() {
  if (isFresh()) links()[0]?.click();
  else wantsFirst = true; // the form sends itself while one types
}

function step(by) {
  const stops = [byId("label-q"), ...links()];
  const at = stops.indexOf(document.activeElement);
  if (at >= 0) stops.at((at + by) % stops.length).focus();
  return at >= 0;
}

export function listenSearch() {
  document.addEventListener("keydown", (event) => {
    const at = /** @type {Element} */ (event.target);
    if (isComposing(event) || !at.closest("#tree")) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && at.id === "label-q") enter();
    else if (!by || !step(by)) return;
    event.preventDefault();
  });
}

/** After the list was exchanged. */
export function found() {
  if (wantsFirst && isFresh()) {
    wantsFirst = false;
    links()[0]?.click();
  }
}
