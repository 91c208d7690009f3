// Where a picture of `width` × `height` lies in its port: `scale` screen pixels per picture pixel, `x`, `y` its corner.
// A port is {width, height, top, right, bottom, left}: its size and the margins that bars cover.
const MAX_SCALE = 16;
const SMALL_PICTURE_SCALE = 4; // an avatar of 60 pixels is enlarged this much, not to the whole table
const TALL = 4; // fitted whole, a picture this much taller than the port is wide would be a thread: fit its width
const BOX_SHARE = 0.45; // a box zoomed to fills this share of the port
const STEP = 1.25;

const between = (low, value, high) => Math.min(Math.max(low, value), high);

export class View {
  constructor(width, height) {
    this.width = width || 1;
    this.height = height || 1;
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.fitted = true;
  }

  get #room() {
    const { width, height, top, right, bottom, left } = this.port;
    return { width: Math.max(1, width - left - right), height: Math.max(1, height - top - bottom) };
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
  zoomTo([x1, y1, x2, y2]) {
    const room = this.#room;
    const wanted = BOX_SHARE * Math.min(room.width / (x2 - x1), room.height / (y2 - y1));
    this.scale = between(this.#fitScale, wanted, Math.max(MAX_SCALE / 2, this.#fitScale));
    this.x = this.port.left + room.width / 2 - ((x1 + x2) / 2) * this.scale;
    this.y = this.port.top + room.height / 2 - ((y1 + y2) / 2) * this.scale;
    this.#settle();
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
}

function settled(at, length, start, room) {
  if (length <= room) return start + (room - length) / 2;
  return between(start + room - length, at, start);
}
