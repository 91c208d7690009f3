// Where a picture of `width` × `height` lies in its port: `scale` screen pixels per picture pixel, `x`, `y` its corner.
// A port is {width, height, top, right, bottom, left}: its size and the margins that bars cover.
const MAX_SCALE = 16;
const SMALL_PICTURE_SCALE = 4; // an avatar of 60 pixels is enlarged this much, not to the whole table
const TALL = 4; // fitted whole, a picture this much taller than the port is wide would be a thread: fit its width
const LEGIBLE_PX = 28; // a box of a tall picture that is this large already is scrolled to, not enlarged
const BOX_SHARE = 0.45; // a box zoomed to fills this share of the port
const STEP = 1.25;

const between = (low, value, high) => Math.min(Math.max(low, value), high);

export class View {
  constructor(width, height) {
    this.size = [width || 1, height || 1];
    this.turns = 0; // quarter turns, clockwise
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.fitted = true;
  }

  /** Across and down as it lies on the table. */
  get width() {
    return this.size[this.turns % 2];
  }
  get height() {
    return this.size[(this.turns + 1) % 2];
  }

  /** A quarter turn clockwise, about the middle of what is seen. */
  turn() {
    const { scale, fitted } = this;
    const middle = this.#middle();
    this.turns = (this.turns + 1) % 4;
    if (fitted) return this.fit();
    this.scale = Math.max(scale, Math.min(this.#fitScale, 1));
    return this.#centre([this.width - middle[1], middle[0]]);
  }

  /** A rectangle of the picture as it lies after the turns. */
  turned([x1, y1, x2, y2]) {
    const [w, h] = this.size;
    return [[x1, y1, x2, y2], [h - y2, x1, h - y1, x2], [w - x2, h - y2, w - x1, h - y1], [y1, w - x2, y2, w - x1]][this.turns];
  }

  /** The turned picture's point in the middle of the room. */
  #middle() {
    const room = this.#room;
    const { left, top } = this.port;
    return [(left + room.width / 2 - this.x) / this.scale, (top + room.height / 2 - this.y) / this.scale];
  }

  #centre([x, y]) {
    const room = this.#room;
    this.x = this.port.left + room.width / 2 - x * this.scale;
    this.y = this.port.top + room.height / 2 - y * this.scale;
    this.#settle();
  }

  get #room() {
    const { width, height, top, right, bottom, left } = this.port;
    return { width: Math.max(1, width - left - right), height: Math.max(1, height - top - bottom) };
  }

  /** Where a picture is wholly in sight, in the port. */
  get roomRect() {
    const { left, top } = this.port;
    return { x: left, y: top, ...this.#room };
  }

  /** What is seen of the picture as it lies, in shares of its width and height: x1, y1, x2, y2. */
  get seen() {
    const { x, y, width, height } = this.roomRect;
    const share = (at, from, length) => between(0, (at - from) / (length * this.scale), 1);
    return [share(x, this.x, this.width), share(y, this.y, this.height),
      share(x + width, this.x, this.width), share(y + height, this.y, this.height)];
  }

  get isWhole() {
    const [x1, y1, x2, y2] = this.seen;
    return x2 - x1 > 0.995 && y2 - y1 > 0.995;
  }

  /** Brings a point, given in shares of the picture as it lies, to the middle. */
  centre(x, y) {
    this.#centre([x * this.width, y * this.height]);
  }

  get isTall() {
    return this.height / this.width > TALL * (this.#room.height / this.#room.width) && this.height > this.#room.height;
  }

  /** Whether a plain wheel should scroll: a tall picture at its width, longer than the port. */
  get scrolls() {
    return this.isTall && this.scale <= this.#fitScale * 1.01;
  }

  get #fitScale() {
    const room = this.#room;
    const wide = room.width / this.width;
    if (this.isTall) return Math.min(wide, Math.max(1, (0.6 * room.height) / this.width));
    return Math.min(wide, room.height / this.height, SMALL_PICTURE_SCALE);
  }

  setPort(port) {
    this.port = port;
    if (this.fitted) this.fit();
    else this.#settle();
  }

  fit() {
    this.fitted = true;
    this.scale = this.#fitScale;
    this.x = this.port.left + (this.#room.width - this.width * this.scale) / 2;
    const gap = this.#room.height - this.height * this.scale;
    this.y = this.port.top + Math.max(0, gap / 2);
  }

  /** Zooms by whole steps, keeping the port's point (`x`, `y`) where it is. */
  zoom(steps, x = this.port.left + this.#room.width / 2, y = this.port.top + this.#room.height / 2) {
    const lowest = Math.min(this.#fitScale, 1);
    const scale = between(lowest, this.scale * STEP ** steps, MAX_SCALE);
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.#settle();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.#settle();
  }

  /** Brings the picture's rectangle [x1, y1, x2, y2] to the middle, large enough to judge. */
  zoomTo(location) {
    const [x1, y1, x2, y2] = this.turned(location);
    const room = this.#room;
    const legible = this.isTall && Math.min(x2 - x1, y2 - y1) * this.#fitScale >= LEGIBLE_PX;
    const wanted = legible ? 0 : BOX_SHARE * Math.min(room.width / (x2 - x1), room.height / (y2 - y1));
    this.scale = between(this.#fitScale, wanted, Math.max(MAX_SCALE / 2, this.#fitScale));
    this.#centre([(x1 + x2) / 2, (y1 + y2) / 2]);
  }

  /** A picture smaller than the room stays centred, a larger one never leaves a gap. */
  #settle() {
    const room = this.#room;
    const { left, top } = this.port;
    this.fitted = Math.abs(this.scale - this.#fitScale) < 1e-6 && !this.isTall;
    this.x = settled(this.x, this.width * this.scale, left, room.width);
    this.y = settled(this.y, this.height * this.scale, top, room.height);
  }

  /** The frame on the screen, on whole pixels: picture and boxes share it, so they cannot drift apart. */
  get frame() {
    const size = (length) => Math.max(1, Math.round(length * this.scale));
    return { x: Math.round(this.x), y: Math.round(this.y), width: size(this.width), height: size(this.height) };
  }

  /** The same for the element, which is turned about its upper left corner. */
  get style() {
    const { x, y, width, height } = this.frame;
    const [across, down] = [[0, 0], [width, 0], [width, height], [0, height]][this.turns];
    const turn = this.turns ? ` rotate(${this.turns * 90}deg)` : "";
    const [w, h] = this.turns % 2 ? [height, width] : [width, height];
    return { width: `${w}px`, height: `${h}px`, transform: `translate(${x + across}px, ${y + down}px)${turn}` };
  }
}

function settled(at, length, start, room) {
  if (length <= room) return start + (room - length) / 2;
  return between(start + room - length, at, start);
}
