// The evidence as SVG in the picture's own pixels. One group per evidence id: a dark halo, the coloured line, and an
// unstroked rectangle that is exactly the location (it takes the pointer and is what scripts find).
import { s } from "../../shared/dom.js";

const FAN_PX = 4; // equal boxes are drawn this far outside one another
const LETTERS_PX = 2; // and a line around letters this far outside them

/** A location as four ordered numbers, or null when it cannot be drawn. */
function drawable({ location }) {
  const [x1, y1, x2, y2] = location ?? [];
  return x2 > x1 && y2 > y1 ? [x1, y1, x2, y2] : null;
}

/** A turned box by its corners, else its rectangle. */
const outline = (className, { polygon }, location) =>
  polygon ? s("polygon", { class: className, points: polygon.join(" ") }) : rectangle(className, location);

const rectangle = (className, [x1, y1, x2, y2]) =>
  s("rect", { class: className, x: x1, y: y1, width: x2 - x1, height: y2 - y1 });

export class Boxes {
  /** `image` gives the picture's upright size in original pixels. */
  constructor(image, evidence) {
    this.items = [];
    this.byId = new Map();
    const seen = new Map();
    for (const item of evidence) {
      const location = drawable(item);
      if (!location || this.byId.has(item.id)) continue;
      const fan = seen.get(String(location)) ?? 0;
      seen.set(String(location), fan + 1);
      const box = drawBox(item, location, fan);
      this.items.push(box);
      this.byId.set(item.id, box);
    }
    const largestFirst = this.items.toSorted((a, b) => area(b) - area(a));
    this.svg = s(
      "svg",
      { class: "evidence", viewBox: `0 0 ${image.width || 1} ${image.height || 1}`, preserveAspectRatio: "none" },
      ...largestFirst.map(({ group }) => group),
    );
  }

  find = (id) => this.byId.get(id);

  /** Names the boxes for scripts; only the case on the table carries the names. */
  publish() {
    for (const { id, kind, location, hit } of this.items) {
      hit.dataset.evidenceId = id;
      hit.dataset.kind = kind;
      hit.dataset.location = location.join(",");
    }
  }

  withdraw() {
    for (const { hit } of this.items) for (const name of ["evidenceId", "kind", "location"]) delete hit.dataset[name];
  }

  /** Draws only what `shows(item)` lets through, and answers with it.
   * @param {(item: any) => boolean} shows */
  sift(shows) {
    return this.items.filter((item) => {
      const shown = shows(item);
      item.group.classList.toggle("unseen", !shown);
      return shown;
    });
  }

  /** The boxes at the very place of this one, itself included: the pointer cannot tell them apart. */
  equals(id) {
    const here = String(this.find(id)?.location);
    return this.items.filter(({ location }) => String(location) === here).map((item) => item.id);
  }

  light(ids) {
    for (const item of this.items) {
      item.lit = ids.includes(item.id);
      item.group.classList.toggle("lit", item.lit);
    }
    this.svg.classList.toggle("some-lit", this.items.some((item) => item.lit));
  }

  /** Equal boxes keep their distance on the screen, whatever the zoom, and so do lines around letters. */
  rescale(scale) {
    for (const { fan, kind, location, lines, polygon } of this.items) {
      const apart = fan * FAN_PX + (kind === "text" ? LETTERS_PX : 0);
      if (!apart || polygon) continue;
      const out = apart / scale;
      const [x1, y1, x2, y2] = location;
      for (const line of lines) {
        line.setAttribute("x", x1 - out);
        line.setAttribute("y", y1 - out);
        line.setAttribute("width", x2 - x1 + 2 * out);
        line.setAttribute("height", y2 - y1 + 2 * out);
      }
    }
  }
}

const area = ({ location: [x1, y1, x2, y2] }) => (x2 - x1) * (y2 - y1);

function drawBox(item, location, fan) {
  const lines = [outline("halo", item, location), outline("line", item, location)];
  const hit = rectangle("hit", location);
  const group = s("g", { class: `box ${item.kind}${item.clamped ? " clamped" : ""}${item.locatedBy ? " located" : ""}` }, ...lines, hit);
  return { ...item, location, fan, lines, hit, group, lit: false };
}
