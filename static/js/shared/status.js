// Outcome messages: for screen readers only, or also as a toast when the person should see them.
import { byId, h } from "./dom.js";
import { say } from "./strings.js";

const SHOWN_MS = 7000;
const MOST = 3;

export class Status {
  constructor() {
    this.region = byId("stage-status");
    this.quiet = h("span", { class: "visually-hidden" });
    this.region.replaceChildren(this.quiet);
  }

  say(text) {
    this.quiet.textContent = text;
  }

  /** `tone` is "info", "warn" or "bad"; `kept` is text the person typed; with it the toast stays until dismissed. */
  toast(text, { tone = "info", kept = "" } = {}) {
    const close = h("button", { type: "button", class: "quiet", "aria-label": say("toast.close") }, "×");
    const words = h("div", {}, h("p", {}, text), kept ? h("p", { class: "kept", dir: "auto" }, kept) : null);
    const node = h("div", { class: `toast ${tone}` }, words, close);
    close.addEventListener("click", () => node.remove());
    const same = [...this.region.querySelectorAll(".toast")].find((other) => other.textContent === node.textContent);
    same?.remove();
    this.region.append(node);
    [...this.region.querySelectorAll(".toast:not(.keep)")].slice(0, -MOST).forEach((old) => old.remove());
    if (kept) node.classList.add("keep");
    else this.#fade(node);
  }

  #fade(node) {
    const leave = () => (node.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : node.remove());
    setTimeout(leave, SHOWN_MS);
  }
}
