// The light table: the current case's card on top, the next one painted and covered below it, so that the next picture
// is already in the compositor's memory when a decision uncovers it.
import { byId, h } from "../../shared/dom.js";
import { Overview, position } from "./overview.js";
import { listenPointer } from "./pointer.js";
import { recall, remember } from "../../shared/local_memory.js";
import { rem } from "../../shared/rem.js";
import { Sliders } from "../../shared/sliders.js";
import { number, say, sayCount } from "../../shared/strings.js";

const KINDS = { faces: ["face"], persons: ["person"], objects: ["object", "qr"], words: ["text"] };
const NARROW_PX = 640;

/** What lies over the table's edges: the line above, and the tools, which may take several rows. */
function margins(width, tools) {
  const bottom = tools.offsetHeight + (width < NARROW_PX ? 16 : 24) * rem();
  return width < NARROW_PX ? { top: 32, right: 8, bottom, left: 8 } : { top: 40 * rem(), right: 16, bottom, left: 16 };
}

export class LightTable {
  #stacked = new Set();
  #box = -1;

  /** `lit(ids)` is called with the evidence that is lit. */
  constructor({ lit }) {
    this.element = byId("stage-table");
    this.cards = byId("stage-cards");
    this.tools = this.element.querySelector(".tools");
    this.overview = new Overview({
      goTo: (item) => this.goTo(item),
      centre: (x, y) => this.move((view) => view.centre(x, y)),
    });
    this.card = null;
    this.lit = lit;
    this.off = new Set(recall("evidence-off", []));
    this.sliders = new Sliders(() => this.#redraw());
    this.#showToggles();
    this.#showSmooth();
    const resized = new ResizeObserver(() => this.#measure());
    resized.observe(this.cards);
    resized.observe(this.tools);
    this.#measure();
    listenPointer(this);
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = this.cards;
    this.port = { width, height, hasMap: true, ...margins(width, this.tools) };
    this.element.style.setProperty("--tools", `${this.tools.offsetHeight + 20 * rem()}px`); // for what stands above them
    for (const card of this.#stacked) card.setPort(this.port);
    this.tellView();
  }

  /** Lays a card under the current one, where it is painted without being seen. */
  stack(card) {
    if (this.#stacked.has(card)) return;
    this.#stacked.add(card);
    card.shows = this.shows;
    card.setPort(this.port);
    this.cards.append(card.element);
  }

  show(card) {
    this.stack(card);
    if (!card.view.fitted || card.stale) this.#freshen(card);
    const before = this.card;
    this.card = card;
    this.#box = -1;
    if (before !== card) before?.leave();
    card.told = () => this.tellView();
    card.show();
    this.#countKinds();
    this.tellView();
  }

  #freshen(card) {
    card.stale = false;
    card.view.turns = 0;
    card.view.fit();
    card.light([]);
    card.draw();
  }

  /** Takes away every card that is neither current nor `next`; not in the frame that counts. */
  clearAway(next) {
    for (const card of this.#stacked) {
      if (card === this.card || card === next) continue;
      card.element.remove();
      this.#stacked.delete(card);
    }
  }

  /** Nothing to judge: `notice` (a node) says why. */
  showNotice(notice) {
    this.card?.leave();
    this.card = null;
    this.clearAway(null);
    byId("stage-notice").replaceChildren(notice ?? "");
    this.#countKinds();
    this.tellView();
  }

  hides = (kind) => Object.entries(KINDS).some(([act, kinds]) => kinds.includes(kind) && this.off.has(act));
  shows = (item) => !this.hides(item.kind) && this.sliders.passes(item);

  #redraw() {
    for (const card of this.#stacked) card.drawTags();
    this.#countKinds();
    this.tellView();
  }

  toggle(act) {
    this.off[this.off.has(act) ? "delete" : "add"](act);
    remember("evidence-off", [...this.off]);
    this.#showToggles();
    this.#redraw();
    return !this.off.has(act);
  }

  #showToggles() {
    for (const act of Object.keys(KINDS)) {
      byId("stage").classList.toggle(`no-${act}`, this.off.has(act));
      this.element.querySelector(`[data-act="${act}"]`)?.setAttribute("aria-pressed", String(!this.off.has(act)));
    }
  }

  hide(hidden) {
    byId("stage").classList.toggle("hide-evidence", hidden);
    this.element.querySelector('[data-act="hide"]').setAttribute("aria-pressed", hidden);
  }

  /** How many boxes of each kind there are to see; the sliders say how many are below the score. */
  #countKinds() {
    const items = this.card?.boxes.items ?? [];
    this.sliders.tell(items);
    for (const [act, kinds] of Object.entries(KINDS)) {
      const n = items.filter((item) => kinds.includes(item.kind) && this.sliders.passes(item)).length;
      const button = this.element.querySelector(`[data-act="${act}"]`);
      button.querySelector(".count").textContent = number(n);
      button.classList.toggle("none", n === 0);
    }
  }

  /** Runs `change` on the view of the picture and draws it. */
  move(change) {
    if (!this.card?.hasPicture) return;
    change(this.card.view);
    this.card.stale = true;
    this.card.draw();
    this.tellView();
  }

  tellView() {
    const at = byId("stage-size");
    const { image, view, hasPicture } = this.card ?? {};
    this.overview.show(this.card, this.#shown());
    this.#tellStep();
    if (!hasPicture) return at.replaceChildren();
    const size = `${number(image.width)} × ${number(image.height)}`;
    const frames = image.frames > 1 ? ` · ${say("picture.frames", { n: number(image.frames) })}` : "";
    const percent = view.scale < 0.1 ? (view.scale * 100).toFixed(1) : Math.round(view.scale * 100);
    const { evidence, evidenceTotal } = this.card.task;
    const cut = evidenceTotal ? ` · ${say("boxes.first", { n: number(evidence.length), all: number(evidenceTotal) })}` : "";
    const part = image.incomplete ? ` · ${say("picture.incomplete")}` : "";
    const zoom = h("span", {}, say(view.fitted ? "view.fit" : "view.zoom", { n: percent }));
    at.replaceChildren(`${size}${frames}${part}${cut} · `, zoom, this.#detail(), this.#untagged());
    if (view.isTall) at.append(` · ${position(view)}`);
  }

  /** The boxes that are drawn, each with whether it is lit. */
  #shown = () => this.card?.boxes.items.filter(this.shows) ?? [];

  /** Which of the boxes one has stepped to. */
  #tellStep() {
    const all = this.#shown().length;
    const at = this.#box >= 0 ? say("boxes.step", { n: number(this.#box + 1), all: number(all) }) : number(all);
    byId("stage-step").textContent = all ? at : "";
  }

  #untagged() {
    const n = this.card.untagged;
    return n ? ` · ${sayCount("boxes.untagged", n)}` : "";
  }

  /** What is seen is drawn from fewer pixels than the zoom says. */
  #detail() {
    const { full, image, view } = this.card;
    const wanted = Math.min(1, view.scale * devicePixelRatio) * image.width;
    if (!full.width || full.width * 1.05 >= wanted) return "";
    const text = full.isFetching ? say("view.fetching") : say("view.coarse", { n: number(full.width) });
    return h("span", { class: "coarse" }, ` · ${text}`);
  }

  /** Shows every pixel as a square when enlarged, or smooths them again. */
  toggleSmooth() {
    const off = !recall("pixelated", false);
    remember("pixelated", off);
    this.#showSmooth();
    return off;
  }

  #showSmooth() {
    const off = recall("pixelated", false);
    byId("stage").classList.toggle("pixelated", off);
    this.element.querySelector('[data-act="pixels"]')?.setAttribute("aria-pressed", off);
  }

  /** Other evidence over the same pixels. */
  renew(card, task) {
    card.renew(task);
    if (card !== this.card) return;
    this.#box = -1;
    this.#countKinds();
  }

  /** More boxes, what is lit and the view left as they are; answers whether it is the case on the table. */
  addBoxes(card, task) {
    const lit = card.boxes.items.filter((item) => item.lit).map(({ id }) => id);
    card.renew(task);
    if (lit.length) card.light(lit);
    if (card !== this.card) return false;
    this.#countKinds();
    this.tellView();
    return true;
  }

  /** Reveals the picture under its blur, or covers it again; answers with nothing when there is nothing to reveal. */
  reveal(revealing, colours) {
    if (!this.card?.reveals(colours)) return undefined;
    const revealed = this.card.reveal(revealing, colours);
    revealed.then(() => this.tellView());
    return revealed;
  }

  /** Lights these boxes here, and their labels in the panel. */
  light(ids) {
    this.lit(ids);
    if (!this.card) return;
    this.card.stale = true;
    this.card.light(ids);
    this.tellView();
  }

  /** Steps to another box and zooms to it; past the last one, back to the whole picture. */
  step(by) {
    const items = this.card?.boxes.items.filter(this.shows) ?? [];
    if (!items.length) return say("boxes.none");
    const stops = items.length + 1; // the whole picture is the stop at the end
    this.#box = (((this.#box < 0 ? (by > 0 ? -1 : items.length) : this.#box) + by) % stops + stops) % stops;
    return this.goTo(items[this.#box]);
  }

  /** The same for the evidence of a label; "" when it has no box. */
  goToEvidence(id) {
    const item = this.card?.boxes.find(id);
    return item ? this.goTo(item) : "";
  }

  /** Zooms to a box, or for null to the whole picture; answers with what is said about it. */
  goTo(item) {
    this.#box = item ? this.#shown().indexOf(item) : -1; // from where the next step goes on
    this.light(item ? [item.id] : []);
    this.move((view) => (item ? view.zoomTo(item.location) : view.fit()));
    return item ? say("boxes.at", { name: item.name || say(`kind.${item.kind}`) }) : say("boxes.whole");
  }
}
