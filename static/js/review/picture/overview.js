// What of the picture and its evidence is out of sight: a small map of the whole picture with a mark for each box and a frame
// around what is seen, and at the edges how many boxes lie beyond. Pressing either goes there.
import { byId, h, s } from "../../shared/dom.js";
import { rem } from "../../shared/rem.js";
import { number, say, sayCount } from "../../shared/strings.js";
import { blurredUrl } from "./blur_filter.js";

const LARGEST = { width: 160, height: 120 }; // of a picture of ordinary shape, at its corner
const NARROWEST = 44;
const MARK = 8;
const MANY = 60; // boxes, of which smaller marks still leave the map to be seen
const GAP = 8;
const SIDES = ["above", "below", "before", "after"];
const ARROWS = { above: "↑", below: "↓", before: "←", after: "→" };

export class Overview {
  /** `goTo(item)` shows a box, `centre(x, y)` a point given in shares of the picture as it lies. */
  constructor({ goTo, centre }) {
    this.map = byId("stage-map");
    this.edges = byId("stage-edges");
    this.goTo = goTo;
    this.centre = centre;
    this.seen = h("span", { class: "map-seen" });
    this.map.addEventListener("pointerdown", (event) => this.#press(event));
    this.map.addEventListener("pointermove", (event) => event.buttons === 1 && this.#press(event));
  }

  #press(event) {
    const { left, top, width, height } = this.map.getBoundingClientRect();
    event.preventDefault();
    this.map.setPointerCapture(event.pointerId);
    this.centre((event.clientX - left) / width, (event.clientY - top) / height);
  }

  /** `items` are the boxes that are drawn; null hides everything. */
  show(card, items) {
    const view = card?.hasPicture ? card.view : null;
    const hidden = !view || view.isWhole;
    this.map.hidden = hidden;
    if (hidden) return this.edges.replaceChildren();
    this.#layMap(card, items);
    this.edges.replaceChildren(...this.#beyond(card, items));
    return undefined;
  }

  #layMap(card, items) {
    const { view } = card;
    const [width, height] = sizeOf(view);
    this.map.style.width = `${width}px`;
    this.map.style.height = `${height}px`;
    if (this.card !== card || this.turns !== view.turns) this.#lay(card, width, height);
    const least = items.length > MANY ? MARK / 2 : MARK;
    this.map.querySelector("svg").replaceChildren(...items.map((item) => markOf(item, view, { width, height, least })));
    const [x1, y1, x2, y2] = view.seen;
    const { style } = this.seen;
    style.left = `${x1 * 100}%`;
    style.top = `${y1 * 100}%`;
    style.width = `${(x2 - x1) * 100}%`;
    style.height = `${(y2 - y1) * 100}%`;
  }

  /** The picture in small, under the same blur and grey; it is never clear where the large one is blurred. */
  #lay(card, width, height) {
    this.card = card;
    this.turns = card.view.turns;
    const { image, setting } = card;
    const src = setting.blur ? blurredUrl(image, setting.blur) : image.url;
    const img = h("img", { alt: "", src: src || null, draggable: "false" });
    const sideways = this.turns % 2;
    img.style.width = sideways ? `${height}px` : "100%";
    img.style.height = sideways ? `${width}px` : "100%";
    img.style.transform = `translate(-50%, -50%) rotate(${this.turns * 90}deg)`;
    this.map.classList.toggle("grey", setting.grayscale);
    this.map.replaceChildren(img, s("svg", { "aria-hidden": "true" }), this.seen);
  }

  /** One button for each side beyond which boxes lie; it goes to the nearest of them. */
  #beyond(card, items) {
    const sides = { above: [], below: [], before: [], after: [] };
    const room = card.view.roomRect;
    for (const item of items) {
      const side = sideOf(card.onScreen(item.location), room);
      if (side) sides[side.name].push({ item, far: side.far });
    }
    return SIDES.filter((name) => sides[name].length).map((name) => this.#edge(name, sides[name]));
  }

  #edge(name, beyond) {
    const nearest = beyond.toSorted((a, b) => a.far - b.far)[0].item;
    const text = sayCount(`beyond.${name}`, beyond.length);
    const button = h("button", { type: "button", class: `edge ${name}`, title: text, "aria-label": text },
      `${ARROWS[name]} ${number(beyond.length)}`);
    button.addEventListener("click", () => this.goTo(nearest));
    return button;
  }
}

/** On which side of `room` a rectangle lies, if none of it is inside, and how far away. */
function sideOf(rect, room) {
  const far = {
    above: room.y - (rect.y + rect.height), below: rect.y - (room.y + room.height),
    before: room.x - (rect.x + rect.width), after: rect.x - (room.x + room.width),
  };
  const name = SIDES.find((side) => far[side] >= 0);
  return name ? { name, far: far[name] } : null;
}

/** What a tall picture leaves free at its side for its map; another's lies in the corner, and is seen only when enlarged. */
export const mapMargin = (view) => (view.isTall ? sizeOf(view)[0] + GAP : 0);

/** A tall picture's map is as high as the table. */
function sizeOf(view) {
  const room = view.roomRect;
  const share = view.height / view.width;
  const highest = view.isTall ? room.height : LARGEST.height * rem();
  const width = Math.max(NARROWEST, Math.min(LARGEST.width * rem(), highest / share, room.width / 4));
  return [width, Math.min(highest, Math.max(NARROWEST, width * share))];
}

function markOf(item, view, { width, height, least }) {
  const [x1, y1, x2, y2] = view.turned(item.location);
  const across = Math.max(least, ((x2 - x1) / view.width) * width);
  const down = Math.max(least, ((y2 - y1) / view.height) * height);
  const x = ((x1 + x2) / 2 / view.width) * width - across / 2;
  const y = ((y1 + y2) / 2 / view.height) * height - down / 2;
  return s("rect", { class: `map-mark ${item.kind}${item.lit ? " lit" : ""}`, x, y, width: across, height: down });
}

/** "showing 40–54 %": how far down a long picture one is; "" for another. */
export function position(view) {
  const [, from, , to] = view.seen;
  return view.isTall ? say("view.position", { from: number(Math.round(from * 100)), to: number(Math.round(to * 100)) }) : "";
}
