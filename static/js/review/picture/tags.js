// Names beside the boxes, at one size on the screen. A tag never leaves the picture's visible part, never covers a small
// box, never another tag; where there is no such place it is left out until its box is lit.
import { s } from "../../shared/dom.js";
import { scoreOf } from "../../shared/scores.js";
import { number, say } from "../../shared/strings.js";

// Sizes grow with the page's base size, which a very large screen raises.
const REM = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const FONT = 12 * REM;
const HEIGHT = 18 * REM;
const PADDING = 6 * REM;
const BASELINE = 13 * REM;
const SMALL = 56 * REM; // a box narrower or lower than this on the screen must stay uncovered
const LONGEST = 28;

const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map();
let font = "";

function widthOf(text) {
  if (!widths.has(text)) {
    font ||= `600 ${FONT}px ${getComputedStyle(document.body).fontFamily}`;
    ruler.font = font;
    widths.set(text, Math.ceil(ruler.measureText(text).width) + 2 * PADDING);
  }
  return widths.get(text);
}

/** "face · 930", or the recognised name in place of the kind. */
export function tagText({ kind, name, probability }) {
  const score = scoreOf({ probability });
  const full = name || say(`kind.${kind}`);
  const short = full.length > LONGEST ? `${full.slice(0, LONGEST - 1)}…` : full;
  return score === null ? short : `${short} · ${number(score)}`;
}

const meets = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const within = (a, b) => a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;
const isSmall = (rect) => rect.width < SMALL || rect.height < SMALL;

/** Places to try, best first: above, below, at either end; inside only a box with room to spare. */
function places(box, width) {
  const left = box.x - 1;
  const right = box.x + box.width + 1 - width;
  const above = box.y - HEIGHT - 2;
  const below = box.y + box.height + 2;
  const outside = [[left, above], [left, below], [right, above], [right, below],
    [box.x + box.width + 3, box.y], [box.x - width - 3, box.y]];
  const roomy = box.width > 1.5 * width && box.height > 4 * HEIGHT;
  const inside = roomy ? [[box.x + 3, box.y + 3], [box.x + 3, box.y + box.height - HEIGHT - 3]] : [];
  return [...outside, ...inside].map(([x, y]) => ({ x, y, width, height: HEIGHT }));
}

function choose(box, width, room, rects, taken) {
  const possible = places(box, width).filter((spot) => within(spot, room) && !taken.some((other) => meets(spot, other)));
  const others = rects.filter((rect) => rect !== box);
  return (
    possible.find((spot) => !others.some((rect) => meets(spot, rect))) ??
    possible.find((spot) => !rects.some((rect) => isSmall(rect) && meets(spot, rect)))
  );
}

/** Where a lit box's tag goes when no place is free: as near as the room allows. */
function nearest(box, width, room) {
  const clamp = (low, value, high) => Math.max(low, Math.min(value, high));
  const x = clamp(room.x, box.x, room.x + room.width - width);
  const above = box.y - HEIGHT - 2;
  const y = clamp(room.y, above >= room.y ? above : box.y + box.height + 2, room.y + room.height - HEIGHT);
  return { x, y, width, height: HEIGHT };
}

function drawTag(item, text, { x, y, width, height }) {
  const label = s("text", { x: x + PADDING, y: y + BASELINE }, text);
  return s("g", { class: `tag ${item.kind}${item.lit ? " lit" : ""}` }, s("rect", { x, y, width, height, rx: 3 }), label);
}

/** The tags' nodes for `items` ({location, rect on the screen, …}) within `room`, the picture's visible part. */
export function layTags(items, room) {
  const seen = items.filter(({ rect }) => meets(rect, room));
  const rects = seen.map(({ rect }) => rect);
  const taken = [];
  const order = seen.toSorted((a, b) => b.lit - a.lit || (b.probability ?? 0) - (a.probability ?? 0));
  return order.flatMap((item) => {
    const text = tagText(item);
    const width = widthOf(text);
    const spot = choose(item.rect, width, room, rects, taken) ?? (item.lit ? nearest(item.rect, width, room) : null);
    if (!spot) return [];
    taken.push(spot);
    return [drawTag(item, text, spot)];
  });
}
