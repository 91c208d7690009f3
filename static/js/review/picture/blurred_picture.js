// A case's picture, blurred until it is revealed. The preview is never used here, and the clear picture is fetched only
// while it is revealed: prefetching, zooming and a missing blurred copy cannot show what was not fetched.
import { blurredUrl } from "./blur_filter.js";
import { h } from "../../shared/dom.js";
import { keyHint } from "../../shared/keymap.js";
import { fetchInto, fetchOnly, imageOf, nameLast } from "./clear_picture.js";
import { say } from "../../shared/strings.js";

const cover = () => h("div", { class: "cover" }, h("span", {}, say("picture.covered", { key: keyHint("reveal") })));

export class BlurredPicture {
  #named = false;
  #clear = null;

  constructor(source, { blur, grayscale }, over) {
    this.source = source;
    this.isBlurred = true;
    this.onlyGrey = false;
    this.url = source.url;
    this.blurredUrl = blurredUrl(source, blur);
    this.blurred = this.blurredUrl ? imageOf("blurred", say("picture.blurred")) : null;
    this.layer = h("div", { class: "blur-layer" }, this.blurred ?? cover());
    this.frame = h("figure", { class: `frame${grayscale ? " grey" : ""}` }, this.layer, over);
  }

  /** The image without blur, while it is revealed. */
  get clear() {
    return this.#clear?.isConnected ? this.#clear : null;
  }

  cover(full) {
    this.#clear.after(full);
    this.name(this.#named);
  }

  set priority(priority) {
    if (this.blurred) this.blurred.fetchPriority = priority;
  }

  /** The blurred copy, as all of this. */
  fetch = () => (this.blurred ? fetchOnly(this.blurred, this.blurredUrl) : undefined);

  /** Fetches and decodes the blurred copy; without one a plain card is judged on, never the clear picture. */
  async load() {
    if (!this.blurred || (await fetchInto(this.blurred, this.blurredUrl))) return true;
    this.blurred = null;
    this.layer.replaceChildren(cover());
    return true;
  }

  /** Fetches and shows the clear picture while `revealing`; then none of it stays in the page. What is grey stays grey
   *  unless `colours` are asked for. Answers false when it cannot be had. */
  async reveal(revealing, colours) {
    this.#drop();
    this.frame.classList.toggle("coloured", revealing && colours);
    if (!revealing) return true;
    const img = imageOf("clear");
    this.#clear = img;
    const fetched = await fetchInto(img, this.url, () => this.#clear === img);
    if (this.#clear !== img) return true;
    if (fetched) this.#uncover(img);
    return fetched;
  }

  #uncover(img) {
    this.layer.after(img);
    this.frame.classList.add("decoded", "revealed");
    this.name(this.#named);
  }

  #drop() {
    this.frame.classList.remove("decoded", "revealed");
    this.#clear?.remove();
    this.#clear?.removeAttribute("src");
    this.#clear = null;
    this.name(this.#named);
  }

  /** Another frame of an animated picture; fetched now only if it is revealed. */
  async turnTo(url) {
    this.url = url;
    const before = this.#clear;
    if (!before) return;
    const next = imageOf("clear");
    const wanted = () => this.#clear === before && this.url === url;
    if (!(await fetchInto(next, url, wanted)) || !wanted()) return;
    before.src = next.src;
  }

  name(named) {
    this.#named = named;
    nameLast([this.blurred, this.clear, this.frame.querySelector(".full")], named);
  }
}
