// One case's picture with its boxes, as a layer of the light table; or the reason why there is no picture.
import { Boxes } from "./boxes.js";
import { h, s } from "./dom.js";
import { layTags } from "./tags.js";
import { View } from "./view.js";
import { knows, say } from "./words.js";

const RETRY_MS = 1500;
const TRIES = 3;

/** The same picture under an address the browser has not yet marked as broken. */
function anew(url, attempt) {
  const address = new URL(url, location.href);
  address.searchParams.set("again", attempt);
  return address.href;
}

export class Card {
  #loading = false;

  constructor(task) {
    this.task = task;
    this.image = task.image;
    this.view = new View(task.image.width, task.image.height);
    this.boxes = new Boxes(task.image, task.evidence ?? []);
    this.settled = false; // decoded, or known to have no picture: may be judged once painted
    this.ready = new Promise((resolve) => (this.#ready = resolve));
    this.element = h("div", { class: "card", inert: true });
    if (task.image.state === "ready") this.#buildPicture();
    else this.#buildNotice(task.image.state);
  }

  #ready;

  get hasPicture() {
    return Boolean(this.img);
  }

  #buildPicture() {
    const { previewUrl } = this.image;
    this.preview = h("img", { class: "preview", alt: "", src: previewUrl || null, hidden: !previewUrl });
    this.img = h("img", { class: "clear", alt: say("picture.alt"), decoding: "sync", draggable: "false" });
    this.frame = h("figure", { class: "frame" }, this.preview, this.img, this.boxes.svg);
    this.tags = s("svg", { class: "tags", "aria-hidden": "true" });
    this.element.replaceChildren(this.frame, this.tags);
  }

  /** A case without a picture is judged on its evidence; one whose picture is still coming has to wait. */
  #buildNotice(state) {
    this.img = null;
    const { why } = this.image;
    const reason = knows(`why.${why}`) ? say(`why.${why}`) : why || "";
    this.element.replaceChildren(
      h("div", { class: `notice ${state}` },
        h("span", { class: "notice-mark", "aria-hidden": "true" }),
        h("strong", {}, say(`picture.${state}`)),
        reason && state !== "pending" ? h("p", { class: "why", dir: "auto" }, reason) : null,
        h("p", { class: "muted" }, say(`picture.${state}.next`))),
    );
    if (state !== "pending") this.#settle();
  }

  #settle() {
    this.settled = true;
    this.#ready();
  }

  /** Fetches and decodes the clear picture; safe to call again. `priority` is "high" or "low". */
  load(priority) {
    if (!this.img) return;
    this.img.fetchPriority = priority;
    if (this.#loading) return;
    this.#loading = true;
    this.#fetch(1);
  }

  async #fetch(attempt) {
    this.img.src = attempt === 1 ? this.image.url : anew(this.image.url, attempt);
    try {
      await this.img.decode();
      this.frame.classList.add("decoded");
      this.#settle();
    } catch {
      if (attempt < TRIES) setTimeout(() => this.#fetch(attempt + 1), RETRY_MS);
      else this.#buildNotice("failed");
    }
  }

  setPort(port) {
    this.view.setPort(port);
    this.draw();
  }

  /** Puts frame, boxes and tags where the view says. */
  draw() {
    if (!this.img) return;
    const { x, y, width, height } = this.view.frame;
    const { style } = this.frame;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.transform = `translate(${x}px, ${y}px)`;
    this.boxes.rescale(this.view.scale);
    this.drawTags();
  }

  drawTags() {
    if (!this.img) return;
    const shown = this.boxes.items.filter(({ kind }) => this.shows?.(kind) ?? true);
    const items = shown.map((item) => ({ ...item, rect: this.onScreen(item.location) }));
    this.tags.replaceChildren(...layTags(items, this.#visible()));
  }

  /** A rectangle of the picture as it lies in the port. */
  onScreen([x1, y1, x2, y2]) {
    const { x, y, width, height } = this.view.frame;
    const across = width / this.view.width;
    const down = height / this.view.height;
    return { x: x + x1 * across, y: y + y1 * down, width: (x2 - x1) * across, height: (y2 - y1) * down };
  }

  #visible() {
    const { port, frame } = this.view;
    const x = Math.max(0, frame.x);
    const y = Math.max(0, frame.y);
    const right = Math.min(port.width, frame.x + frame.width);
    const bottom = Math.min(port.height, frame.y + frame.height);
    return { x, y, width: right - x, height: bottom - y };
  }

  light(ids) {
    this.boxes.light(ids);
    this.drawTags();
  }

  /** Comes to the top of the table: reachable, and named for scripts. */
  show() {
    this.element.classList.add("on");
    this.element.inert = false;
    this.boxes.publish();
    if (this.img) this.img.dataset.picture = "";
  }

  leave() {
    this.element.classList.remove("on");
    this.element.inert = true;
    this.boxes.withdraw();
    if (this.img) delete this.img.dataset.picture;
  }
}
