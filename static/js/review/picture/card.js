// One case's picture with its boxes, as a layer of the light table; or the reason why there is no picture.
/** @import { Task } from "../../shared/types.js" */
import { Boxes } from "./boxes.js";
import { h, s } from "../../shared/dom.js";
import { blurSettingOf } from "./blur_filter.js";
import { Frames } from "./frames.js";
import { FullSize } from "./full_size.js";
import { ClearPicture } from "./clear_picture.js";
import { mapMargin } from "./overview.js";
import { layTags } from "./tags.js";
import { BlurredPicture } from "./blurred_picture.js";
import { View } from "./view.js";
import { askAgain, nextTry } from "./next_try.js";
import { rem } from "../../shared/rem.js";
import { knows, say } from "../../shared/strings.js";

const FRAMES = 72; // what the strip of frames takes of the table's height

export class Card {
  #ready;

  /** @param {Task} task */
  constructor(task) {
    this.task = task;
    this.image = task.image;
    this.setting = blurSettingOf(task);
    this.view = new View(task.image.width, task.image.height);
    this.boxes = new Boxes(task.image, task.evidence ?? []);
    this.loading = null; // the promise of load(), once it was called
    this.fetching = null; // and of fetch()
    this.stale = false; // zoomed, panned or lit: to be fitted anew before it is shown again
    /** Which boxes are drawn.
     * @type {(item: any) => boolean} */
    this.shows = () => true;
    this.untagged = 0; // boxes in sight that no tag names
    this.told = () => {}; // what is seen of it is sharper now, or will not be
    this.settled = false; // decoded, or known to have no picture: may be judged once painted
    this.ready = new Promise((resolve) => (this.#ready = resolve));
    this.element = h("div", { class: "card", inert: true });
    if (task.image.state === "ready") this.#buildPicture();
    else this.#buildNotice(task.image.state);
  }

  get hasPicture() {
    return Boolean(this.picture);
  }

  #buildPicture() {
    this.picture = new (this.setting.blur ? BlurredPicture : ClearPicture)(this.image, this.setting, this.boxes.svg);
    this.frame = this.picture.frame;
    this.full = new FullSize({ source: this.image, picture: this.picture, told: () => this.told() });
    this.tags = s("svg", { class: "tags", "aria-hidden": "true", translate: "no" });
    this.element.replaceChildren(this.frame, this.tags);
    if (this.image.incomplete)
      this.frame.append(h("span", { class: "incomplete", title: say("picture.incomplete.why") }, say("picture.incomplete")));
    const { frameUrls } = this.image;
    if (!(frameUrls?.length > 1)) return;
    this.frames = new Frames(frameUrls, this.picture, { blurred: this.setting.blur > 0, grayscale: this.setting.grayscale });
    this.element.append(this.frames.element);
  }

  /** A case without a picture is judged on its evidence; one whose picture is still coming has to wait. */
  #buildNotice(state) {
    this.picture = null;
    const { why, nextTryAt, againUrl } = this.image;
    const reason = knows(`why.${why}`) ? say(`why.${why}`) : why || "";
    const waits = state === "pending" && !nextTryAt;
    this.element.replaceChildren(
      h("div", { class: `notice ${state}` },
        h("span", { class: "notice-mark", "aria-hidden": "true" }),
        h("strong", {}, say(nextTryAt ? "picture.unavailable" : `picture.${state}`)),
        reason && !waits ? h("p", { class: "why", dir: "auto" }, reason) : null,
        nextTryAt ? nextTry(nextTryAt) : null,
        h("p", { class: "muted" }, say(nextTryAt ? "picture.retried.next" : `picture.${state}.next`)),
        againUrl ? askAgain(this.task) : null),
    );
    if (!waits) this.#settle();
  }

  #settle() {
    this.settled = true;
    this.#ready();
  }

  /** Fetches and decodes what is judged on; safe to call again. `priority` is "high" or "low". */
  load(priority) {
    if (this.picture) this.picture.priority = priority;
    return (this.loading ??= this.#load());
  }

  async #load() {
    if (!this.picture) return;
    if (await this.picture.load()) this.#settle();
    else this.#buildNotice("failed");
  }

  /** Fetches what is judged on, without decoding it: for a case far behind. */
  fetch() {
    if (this.picture) this.picture.priority = "low";
    return (this.fetching ??= Promise.resolve(this.loading ?? this.picture?.fetch()));
  }

  /** What the machine says now: other boxes over the same pixels. */
  renew(task) {
    this.task = task;
    const boxes = new Boxes(task.image, task.evidence ?? []);
    this.boxes.svg.replaceWith(boxes.svg);
    this.boxes = boxes;
    if (this.element.classList.contains("on")) boxes.publish();
    if (this.view.port) this.draw();
  }

  setPort(port) {
    const above = this.frames ? FRAMES * rem() : 0;
    this.view.setPort({ ...port, bottom: port.bottom + above });
    const beside = port.hasMap ? mapMargin(this.view) : 0;
    if (beside) this.view.setPort({ ...this.view.port, right: port.right + beside });
    this.draw();
  }

  /** Puts frame, boxes and tags where the view says. */
  draw() {
    if (!this.picture) return;
    for (const [name, value] of Object.entries(this.view.style)) this.frame.style.setProperty(name, value);
    this.boxes.rescale(this.view.scale);
    this.drawTags();
    if (this.element.classList.contains("on")) this.full.drawn(this.view.scale);
  }

  /** Whether revealing shows more: without blur it is only colours that can be missing. */
  reveals(colours) {
    return Boolean(this.picture?.isBlurred || (colours && this.picture?.onlyGrey));
  }

  /** Uncovers the picture, or covers it again; answers as the picture does. */
  async reveal(revealing, colours = false) {
    if (this.picture.isBlurred) this.full.drop();
    const revealed = await this.picture.reveal(revealing, colours);
    if (revealing) this.draw(); // as large as it is now it may have more to show
    return revealed;
  }

  drawTags() {
    if (!this.picture) return;
    const shown = this.boxes.sift(this.shows);
    const items = shown.map((item) => ({ ...item, rect: this.onScreen(item.location) }));
    const { nodes, without } = layTags(items, this.#visible());
    this.tags.replaceChildren(...nodes);
    this.untagged = without;
  }

  /** A rectangle of the picture as it lies in the port. */
  onScreen(location) {
    const [x1, y1, x2, y2] = this.view.turned(location);
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
    this.picture?.name(true);
  }

  leave() {
    this.element.classList.remove("on");
    this.element.inert = true;
    this.boxes.withdraw();
    this.frames?.stop();
    if (!this.picture) return;
    this.reveal(false);
    this.full.drop();
    this.picture.name(false);
  }
}
