// Both thresholds on the drawing of their label's scores: moved by pointer or by keys, saved when they come to rest.
import { allOf, byId } from "../shared/dom.js";
import { LAST, NEVER, areas, bounded, percent, read, write } from "./scale.js";

const REST_MS = 500; // after the last key
const LEAP = 50;
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -LEAP, PageUp: LEAP };
const ENDS = { Home: 0, End: LAST };

const isSame = (one, other) => one.review === other.review && one.reject === other.reject;

export class Slider {
  #timer = 0;
  #isDragged = false;
  /** @type {{review: number, reject: number} | null} as it was sent last */
  #sent = null;

  /** `save()` sends the form of the threshold, and answers false while it cannot. */
  constructor(figure, save) {
    this.figure = figure;
    this.save = save;
    const { review, reject, wasReview, wasReject } = figure.dataset;
    this.now = { review: read(review), reject: read(reject) };
    this.was = wasReview === "none" ? null : { review: read(wasReview), reject: read(wasReject) };
    this.start = { ...this.now };
    for (const handle of allOf(".handle", figure)) this.#listen(handle);
    for (const which of ["review", "reject"]) byId(`${which}-number`).addEventListener("change", (event) => this.#typed(which, event));
  }

  get isMoved() {
    return !isSame(this.now, this.start);
  }

  /** Whether it was moved on since it was sent. */
  get isAhead() {
    return this.#timer !== 0 || this.#isDragged || !isSame(this.now, this.#sent ?? this.now);
  }

  #listen(handle) {
    const { which } = handle.dataset;
    handle.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      handle.focus();
      this.#isDragged = true;
      handle.setPointerCapture(event.pointerId);
      handle.onpointermove = (moved) => this.#move(which, this.#scoreAt(moved));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      handle.addEventListener(end, () => {
        handle.onpointermove = null;
        this.#isDragged = false;
        this.#rest(0);
      });
    }
    handle.addEventListener("keydown", (event) => this.#key(which, event));
    handle.addEventListener("blur", () => this.#timer && this.#rest(0));
  }

  #scoreAt({ clientX }) {
    const { left, width } = this.figure.querySelector("svg").getBoundingClientRect();
    return ((clientX - left) / width) * LAST;
  }

  #key(which, event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (!step && !(event.key in ENDS)) return;
    event.preventDefault();
    event.stopPropagation();
    const by = event.shiftKey && Math.abs(step) === 1 ? step * 10 : step;
    this.#move(which, step ? Math.min(this.now[which], NEVER) + by : ENDS[event.key]);
    this.#rest(REST_MS);
  }

  #typed(which, { target }) {
    this.now = { ...this.now, [which]: read(target.value) };
    this.#rest(0);
  }

  #move(which, score) {
    this.now = { ...this.now, [which]: bounded(which, score, this.now) };
    byId(`${which}-number`).value = write(this.now[which]);
    this.#draw();
  }

  #rest(after) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      if (this.isMoved) this.send();
    }, after);
  }

  /** Sends the form as it is then. */
  send() {
    if (this.save()) this.#sent = { ...this.now };
  }

  #draw() {
    for (const [name, [from, to]] of Object.entries(areas(this.now, this.was))) {
      for (const rect of allOf(`[data-area="${name}"]`, this.figure)) {
        rect.setAttribute("x", percent(from));
        rect.setAttribute("width", percent(Math.min(to, LAST) - Math.min(from, LAST)));
      }
    }
    for (const handle of allOf(".handle", this.figure)) this.#place(handle, this.now[handle.dataset.which]);
  }

  #place(handle, score) {
    const said = score > LAST ? this.figure.dataset.never : String(score);
    handle.setAttribute("x", percent(score));
    handle.setAttribute("aria-valuenow", Math.min(score, LAST));
    handle.setAttribute("aria-valuetext", said);
    handle.querySelector("text").textContent = said;
  }
}
