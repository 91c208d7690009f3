// New secrets: copied by a button, and not left by mistake. A reload must not make another one, so the address
// becomes that of the page to go on to.
import { allOf, byId } from "../shared/dom.js";

const stored = byId("stored");
const status = byId("copy-status");
const word = byId("leave-word");
let leaves = false;

function tell(button, text) {
  button.textContent = text;
  status.textContent = text;
}

async function copy(button) {
  const secret = button.parentElement.querySelector("[data-secret]");
  getSelection().selectAllChildren(secret);
  try {
    await navigator.clipboard.writeText(secret.textContent);
    tell(button, button.dataset.copied);
  } catch {
    tell(button, button.dataset.byHand); // no clipboard without https, or not allowed
  }
}

for (const button of allOf("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
history.replaceState(null, "", stored.href);
word.hidden = false;
stored.addEventListener("click", () => (leaves = true));

/** Asks; and says why to who then stays. */
addEventListener("beforeunload", (event) => {
  if (leaves) return;
  event.preventDefault();
  setTimeout(() => {
    word.textContent = word.dataset.stayed;
    word.classList.add("bad");
  }, 0);
});
