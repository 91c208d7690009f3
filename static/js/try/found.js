// The picture with what was found in it: the stage's boxes and tags over the page's own picture.
import { Boxes } from "../review/picture/boxes.js";
import { layTags } from "../review/picture/tags.js";
import { s } from "../shared/dom.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

export class Found {
  /** What is on the page now, or null where there is no picture yet. */
  static onPage() {
    const frame = /** @type {HTMLElement | null} */ (document.querySelector("#try-picture .picture-frame"));
    return frame && new Found(frame, read("try-boxes"));
  }

  /** @param {HTMLElement} frame */
  constructor(frame, evidence) {
    this.frame = frame;
    this.size = { width: Number(frame.dataset.width), height: Number(frame.dataset.height) };
    this.boxes = new Boxes(this.size, evidence);
    this.tags = s("svg", { class: "tags", "aria-hidden": "true", translate: "no" });
    for (const old of frame.querySelectorAll("svg")) old.remove();
    frame.append(this.boxes.svg, this.tags);
    this.boxes.publish();
    this.watching = new ResizeObserver(() => this.draw());
    this.watching.observe(frame);
  }

  /** Boxes and tags as large as the picture is shown. */
  draw() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    if (!width) return;
    const scale = width / this.size.width;
    this.boxes.rescale(scale);
    const items = this.boxes.items.map((item) => ({ ...item, rect: onScreen(item.location, scale) }));
    this.tags.replaceChildren(...layTags(items, { x: 0, y: 0, width, height }).nodes);
  }

  leave() {
    this.watching.disconnect();
  }
}

const onScreen = ([x1, y1, x2, y2], scale) => ({ x: x1 * scale, y: y1 * scale, width: (x2 - x1) * scale, height: (y2 - y1) * scale });
