// The field in the bar: "/" leads to it from anywhere on a page, arrows go through what was found, Escape leads back.
// Finding itself is a form, which htmx sends while one types.
export {};

const TYPING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const form = /** @type {HTMLFormElement} */ (document.getElementById("find"));
const field = /** @type {HTMLInputElement} */ (document.getElementById("find-field"));
const results = /** @type {HTMLElement} */ (document.getElementById("find-results"));
/** @type {Element | null} where the focus was before */
let before = null;

function enter() {
  before = document.activeElement;
  field.focus();
  field.select();
}

function leave() {
  results.replaceChildren();
  /** @type {HTMLElement | null} */ (before ?? document.body).focus();
  field.blur();
}

function step(by) {
  const stops = [field, .../** @type {NodeListOf<HTMLElement>} */ (results.querySelectorAll("a:not([tabindex='-1'])"))];
  const at = stops.indexOf(/** @type {any} */ (document.activeElement));
  stops.at((at + by) % stops.length)?.focus();
}

document.addEventListener("keydown", (event) => {
  const at = /** @type {HTMLElement} */ (event.target);
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || at.closest(TYPING)) return;
  event.preventDefault();
  enter();
});
form.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape") leave();
  else if (STEPS[event.key]) step(STEPS[event.key]);
  else return;
  event.preventDefault();
  event.stopPropagation();
});
document.addEventListener("click", (event) => {
  if (!form.contains(/** @type {Node} */ (event.target))) results.replaceChildren();
});
