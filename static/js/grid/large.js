// One tile in large, with its boxes, over the page. The same card as on the stage, so the same blur: it is fetched blurred
// and clear only while it is revealed.
import { Card } from "../review/picture/card.js";
import { byId } from "../shared/dom.js";

const MARGIN = { top: 16, right: 16, bottom: 56, left: 16 };

export class Large {
  constructor() {
    this.box = byId("stage-table");
    this.cards = byId("stage-cards");
    this.button = byId("stage-reveal");
    new ResizeObserver(() => this.#lay()).observe(this.cards);
  }

  get isOpen() {
    return !this.box.hidden;
  }
  /** Whether Space reveals, or with Shift shows colours. */
  reveals(colours) {
    return Boolean(this.card?.reveals(colours));
  }

  show(tile) {
    this.card = new Card(tile.task);
    this.card.shows = () => true;
    this.box.hidden = false;
    this.button.hidden = !this.reveals(true);
    this.cards.replaceChildren(this.card.element);
    this.#lay();
    this.card.load("high");
    this.card.show();
    this.tell(tile);
  }

  tell(tile) {
    byId("grid-large-said").textContent = tile.button.getAttribute("aria-label");
    this.box.classList.toggle("bad", Boolean(tile.mark));
  }

  close() {
    this.card?.leave();
    this.card = null;
    this.cards.replaceChildren();
    this.box.hidden = true;
  }

  zoom(steps) {
    if (!this.card?.hasPicture) return;
    this.card.view.zoom(steps);
    this.card.draw();
  }

  turn() {
    if (!this.card?.hasPicture) return;
    this.card.view.turn();
    this.card.draw();
  }

  /** For reveal.js: as the light table's. */
  reveal(revealing, colours) {
    return this.reveals(colours) ? this.card.reveal(revealing, colours) : undefined;
  }

  #lay() {
    const { clientWidth: width, clientHeight: height } = this.cards;
    if (width) this.card?.setPort({ width, height, ...MARGIN });
  }
}
