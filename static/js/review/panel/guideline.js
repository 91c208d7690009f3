// The guideline of this case's queue, folded under the evidence: each text is fetched once, and opened at the heading
// that names the label on the table. The server has made it safe to put on a page, as it does for every page.
import { afterPaint, byId } from "../../shared/dom.js";
import { say } from "../../shared/strings.js";

const texts = new Map(); // version: a promise of its HTML
const seen = new Map(); // url: the version shown last

async function fetchText({ url, version }) {
  const answer = await fetch(`${url}?part=text`, { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok && !answer.redirected) return answer.text();
  texts.delete(version); // asked for again with the next case
  return "";
}

const ROOM_PX = 160; // less than that is no place to read in

export class Guideline {
  #shown = "";
  #chosen = false; // the person folded or unfolded it: it stays so

  constructor() {
    this.fold = byId("stage-guideline");
    this.text = byId("stage-guideline-text");
    this.lower = byId("stage-lower");
    this.fold.firstElementChild.addEventListener("click", () => (this.#chosen = true));
    this.fold.addEventListener("toggle", () => this.#lay().then(() => this.fold.open && this.#chosen && this.fold.scrollIntoView({ block: "nearest" })));
  }

  /** `guideline` is a task's {url, version, title, anchor}, or null where nothing is written. */
  show(guideline) {
    this.guideline = guideline;
    this.fold.hidden = !guideline;
    if (!guideline) return;
    const { url, version, title, anchor } = guideline;
    const changed = seen.has(url) && seen.get(url) !== version ? ` · ${say("guideline.changed")}` : "";
    byId("stage-guideline-title").textContent = (title ? say("guideline.of", { title }) : say("guideline")) + changed;
    byId("stage-guideline-page").href = anchor ? `${url}#${anchor}` : url;
    if (!seen.has(url)) seen.set(url, version);
    this.#lay();
    afterPaint(() => this.#fit()); // the picture comes first
  }

  /** Unfolds it where the evidence leaves room for it. */
  #fit() {
    if (this.#chosen || this.fold.hidden) return;
    const above = this.fold.offsetTop - this.lower.offsetTop + this.fold.firstElementChild.offsetHeight;
    this.fold.open = this.lower.clientHeight - above >= ROOM_PX;
  }

  /** Opened, it stands at the heading for this case. */
  async #lay() {
    const { guideline } = this;
    if (!guideline || !this.fold.open) return;
    seen.set(guideline.url, guideline.version);
    if (!texts.has(guideline.version)) texts.set(guideline.version, fetchText(guideline));
    const html = await texts.get(guideline.version);
    if (this.guideline !== guideline) return;
    if (this.#shown !== html) this.text.innerHTML = this.#shown = html;
    const heading = guideline.anchor && this.text.querySelector(`#${guideline.anchor}`);
    for (const other of this.text.querySelectorAll(".this-case")) other.classList.remove("this-case");
    heading?.classList.add("this-case");
    this.text.scrollTop = heading ? heading.offsetTop : 0;
  }
}
