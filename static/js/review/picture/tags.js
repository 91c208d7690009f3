// Names beside the boxes, at one size on the screen. A tag never leaves the picture's visible part, never covers a small
// box, never another tag. Where there is no such place, as in a crowd, the score alone stands there, or else in the corner of
// its own box; the rest is left out, and counted, until its box is lit.
import { s } from "../../shared/dom.js";
import { rem } from "../../shared/rem.js";
import { scoreOf } from "../../shared/scores.js";
import { number, say } from "../../shared/strings.js";

const LONGEST = 28;

/** Sizes in pixels. `small`: a box narrower or lower than this on the screen must stay uncovered. */
const sizesAt = (times) => ({ font: 12 * times, height: 18 * times, padding: 6 * times, baseline: 13 * times, small: 56 * times });
/** Of the score alone: lower, so that it fits between faces. */
const shortSizesAt = (times) => ({ font: 10 * times, height: 13 * times, padding: 2 * times, baseline: 10 * times, small: 56 * times });

const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map();

function widthOf(text, { font, padding }) {
  const key = `${font} ${text}`;
  if (!widths.has(key)) {
    ruler.font = `600 ${font}px ${getComputedStyle(document.body).fontFamily}`;
    widths.set(key, Math.ceil(ruler.measureText(text).width) + 2 * padding);
  }
  return widths.get(key);
}

/** "face · 930", or the recognised name in place of the kind; "≈" where the machine did not say where it lies. */
export function tagText({ kind, name, probability, locatedBy }) {
  const score = scoreOf({ probability });
  const full = `${locatedBy ? "≈ " : ""}${name || say(`kind.${kind}`)}`;
  const short = full.length > LONGEST ? `${full.slice(0, LONGEST - 1)}…` : full;
  return score === null ? short : `${short} · ${number(score)}`;
}

const meets = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const within = (a, b) => a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;
const isSmall = (rect, { small }) => rect.width < small || rect.height < small;

/** Places to try, best first: above, below, at either end; inside only a box with room to spare. Behind a word there is
 *  less to cover than above and below it, where other lines are. */
function places(box, width, { height }, kind) {
  const left = box.x - 1;
  const right = box.x + box.width + 1 - width;
  const above = box.y - height - 2;
  const below = box.y + box.height + 2;
  const ends = [[box.x + box.width + 3, box.y], [box.x - width - 3, box.y]];
  const sides = [[left, above], [left, below], [right, above], [right, below]];
  const outside = kind === "text" ? [ends[0], ...sides, ends[1]] : [...sides, ...ends];
  const roomy = box.width > 1.5 * width && box.height > 4 * height;
  const inside = roomy ? [[box.x + 3, box.y + 3], [box.x + 3, box.y + box.height - height - 3]] : [];
  return [...outside, ...inside].map(([x, y]) => ({ x, y, width, height }));
}

function choose({ rect: box, kind }, width, sizes, { room, rects, taken }) {
  const possible = places(box, width, sizes, kind).filter((spot) => within(spot, room) && !taken.some((other) => meets(spot, other)));
  const others = rects.filter((rect) => rect !== box);
  return (
    possible.find((spot) => !others.some((rect) => meets(spot, rect))) ??
    possible.find((spot) => !rects.some((rect) => isSmall(rect, sizes) && meets(spot, rect)))
  );
}

/** Where a lit box's tag goes when no place is free: as near as the room allows. */
function nearest(box, width, { height }, { room }) {
  const clamp = (low, value, high) => Math.max(low, Math.min(value, high));
  const x = clamp(room.x, box.x, room.x + room.width - width);
  const above = box.y - height - 2;
  const y = clamp(room.y, above >= room.y ? above : box.y + box.height + 2, room.y + room.height - height);
  return { x, y, width, height };
}

/** Inside the upper left corner of its own box, if that leaves most of the box to be seen. */
function inCorner(box, width, { height }, { room, taken }) {
  const spot = { x: box.x, y: box.y, width, height };
  const fits = width * height < 0.15 * box.width * box.height && within(spot, room);
  return fits && !taken.some((other) => meets(spot, other)) ? spot : null;
}

function drawTag(item, text, { x, y, width, height }, { font, padding, baseline }) {
  const label = s("text", { x: x + padding, y: y + baseline, "font-size": font }, text);
  return s("g", { class: `tag ${item.kind}${item.lit ? " lit" : ""}` }, s("rect", { x, y, width, height, rx: 3 }), label);
}

/** The tags' nodes for `items` ({location, rect on the screen, …}) within `room`, the picture's visible part, and how many
 *  boxes in sight have none. */
export function layTags(items, room) {
  const seen = items.filter(({ rect }) => meets(rect, room));
  const where = { room, rects: seen.map(({ rect }) => rect), taken: [], told: new Set() };
  const order = seen.toSorted((a, b) => b.lit - a.lit || (b.probability ?? 0) - (a.probability ?? 0));
  const sizes = sizesAt(rem());
  const nodes = new Map(order.map((item) => [item, layWhole(item, sizes, where)]));
  for (const item of order) if (!nodes.get(item)) nodes.set(item, layScore(item, shortSizesAt(rem()), where));
  const without = seen.filter((item) => !nodes.get(item) && !isTold(item, where)).length;
  return { nodes: [...nodes.values()].filter(Boolean), without };
}

/** A word that lies on two lines is told once. */
const isTold = (item, { told }) => item.kind === "text" && told.has(tagText(item));

function layWhole(item, sizes, where) {
  if (isTold(item, where)) return null;
  const text = tagText(item);
  const width = widthOf(text, sizes);
  const spot = choose(item, width, sizes, where) ?? (item.lit ? nearest(item.rect, width, sizes, where) : null);
  return spot && put(item, text, spot, sizes, where);
}

function layScore(item, sizes, where) {
  const score = scoreOf(item);
  if (score === null || isTold(item, where)) return null;
  const text = String(score);
  const width = widthOf(text, sizes);
  const spot = choose(item, width, sizes, where) ?? inCorner(item.rect, width, sizes, where);
  return spot && put(item, text, spot, sizes, where);
}

function put(item, text, spot, sizes, { taken, told }) {
  taken.push(spot);
  if (item.kind === "text") told.add(tagText(item));
  return drawTag(item, text, spot, sizes);
}
