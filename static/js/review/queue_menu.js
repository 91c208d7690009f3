// The menu under the queue's name: one's queues, with how many wait in each. Links, so that it also works without keys.
/** @import { Leases } from "./buffer/leases.js" */
import { byId } from "../shared/dom.js";
import { keyOf } from "../shared/keys.js";
import { keymap } from "../shared/keymap.js";
import { number } from "../shared/strings.js";
import { learn } from "./other_queues.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class QueueMenu {
  /** @param {Leases} leases */
  constructor(leases) {
    this.menu = byId("stage-queues");
    if (!this.menu) return; // practice has one queue only
    this.links = [...this.menu.querySelectorAll("a")];
    this.menu.addEventListener("keydown", (event) => this.#key(event));
    this.menu.addEventListener("toggle", ({ newState }) => this.#turned(newState === "open"));
    this.menu.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (link.ariaCurrent) this.menu.hidePopover();
      else leases.leaveFor(link.href); // gives back our leases first
    });
    leases.on("counted", (waiting, { queues }) => this.#tell(queues));
  }

  /** The button opens it by itself. */
  open(event) {
    if (event.type !== "keydown" || !this.menu) return;
    this.menu.showPopover();
    this.#enter(); // at once: the next key may be here before the menu's toggle event
  }

  /** `queues` as the call for counts answers. */
  #tell(queues) {
    learn(queues);
    for (const link of this.links) {
      const known = queues.find(({ slug }) => slug === link.dataset.queue);
      if (known) link.querySelector(".num").textContent = number(known.waiting);
    }
  }

  #enter() {
    (this.links.find((link) => link.ariaCurrent) ?? this.links[0]).focus();
  }

  #turned(isOpen) {
    byId("stage-queue").setAttribute("aria-expanded", isOpen);
    if (isOpen && !this.menu.contains(document.activeElement)) this.#enter();
    if (isOpen) return;
    if (document.activeElement === document.body || this.menu.contains(document.activeElement)) byId("stage").focus({ preventScroll: true });
  }

  /** The stage's keys do nothing in here: a verdict would apply to the case that the menu covers. */
  #key(event) {
    event.stopPropagation();
    if (keymap.entryOf(keyOf(event))?.act === "queues") return this.menu.hidePopover();
    const by = STEPS[event.key];
    if (!by) return undefined;
    event.preventDefault();
    const at = this.links.indexOf(document.activeElement);
    return this.links.at((at + by) % this.links.length).focus();
  }
}
