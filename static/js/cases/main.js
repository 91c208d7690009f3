// Lists of cases: copying an id, and keys that go from card to card. Everything here can also be done without a script.
export {};

const TYPING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
const STEPS = { j: 1, k: -1 };

/** @returns {HTMLElement[]} */
const cards = () => [...document.querySelectorAll(".case-card")].map((card) => /** @type {HTMLElement} */ (card));

/** The card that has the focus, or that the address names.
 * @returns {any} */
const current = () => document.activeElement?.closest(".case-card") ?? document.querySelector(".case-card:target");

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1500);
  } catch {
    const range = document.createRange(); // no permission: the id is selected instead
    const shown = button.querySelector("bdi");
    shown.textContent = button.dataset.copy;
    range.selectNodeContents(shown);
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
  }
}

function step(by) {
  const all = cards();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
  /** @type {HTMLElement | null | undefined} */ (next?.querySelector(".case-label"))?.focus();
}

function tellChosen() {
  const n = document.querySelectorAll(".case-choose input:checked").length;
  for (const shown of document.querySelectorAll("[data-chosen]")) shown.textContent = String(n);
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-with-chosen]"))) part.hidden = !n;
}

/** The key of a button that carries it. */
function press(key) {
  const button = /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${key}"]`));
  if (!button?.checkVisibility()) return false;
  button.click();
  return true;
}

function act(key) {
  if (STEPS[key]) return step(STEPS[key]) ?? true;
  if (key === "o") return current()?.querySelector(".case-label").click() ?? true;
  if (key === "x") return current()?.querySelector(".case-choose input")?.click() ?? true;
  return press(key);
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-copy]");
  if (button) copy(button);
});
document.addEventListener("change", tellChosen);
/** Who has switched letter keys off on the stage has none here either. */
const letters = !document.getElementById("letters-off");

document.addEventListener("keydown", (event) => {
  const at = /** @type {HTMLElement} */ (event.target);
  if (!letters && event.key !== "Enter") return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || at.closest(TYPING)) return;
  if (event.key === "Enter" && at.closest("a, button, summary")) return;
  if (act(event.key)) event.preventDefault();
});
tellChosen();
