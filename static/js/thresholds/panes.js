// The lists keep their place when the page is exchanged, and what was chosen is in sight.
import { allOf } from "../shared/dom.js";

/** @type {Map<string, number>} */
const places = new Map();

export function keepPlaces() {
  for (const pane of allOf("[data-keeps-place]")) places.set(pane.id, pane.scrollTop);
}

export function restorePlaces() {
  for (const pane of allOf("[data-keeps-place]")) {
    pane.scrollTop = places.get(pane.id) ?? 0;
    pane.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }
}
