// Trying a picture: what is dropped or pasted is sent at once, and what was found is drawn on it. The page asks by
// itself how far it is (htmx); without a script a file is chosen and sent with the button.
import { Found } from "./found.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("try-form"));
const file = /** @type {HTMLInputElement} */ (document.getElementById("try-file"));
const drop = document.getElementById("try-drop");

/** @param {DataTransfer | null} given */
function send(given) {
  const picture = [...(given?.files ?? [])].find(({ type, name }) => type.startsWith("image/") || /\.(heic|heif|avif)$/i.test(name));
  if (!picture) return false;
  const files = new DataTransfer();
  files.items.add(picture);
  file.files = files.files;
  form.requestSubmit();
  return true;
}

/** @param {DragEvent} event */
const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

for (const name of ["dragenter", "dragover"])
  document.addEventListener(name, (event) => {
    if (!carriesFiles(/** @type {DragEvent} */ (event))) return;
    event.preventDefault();
    drop.classList.add("over");
  });
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  drop.classList.remove("over");
  if (!carriesFiles(event)) return;
  event.preventDefault();
  send(event.dataTransfer);
});
document.addEventListener("paste", (event) => {
  if (send(event.clipboardData)) event.preventDefault();
});
file.addEventListener("change", () => file.files.length && form.requestSubmit());
form.addEventListener("submit", () => {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("try-send"));
  button.disabled = true; // one picture is one case
});
addEventListener("pageshow", () => (/** @type {HTMLButtonElement} */ (document.getElementById("try-send")).disabled = false));

let found = Found.onPage();
document.body.addEventListener("htmx:oobAfterSwap", () => {
  found?.leave();
  found = Found.onPage();
});
