// The frames of an animated picture: step through them or play them. Nothing moves by itself; who prefers less motion is
// shown one frame a second.
import { h } from "../../shared/dom.js";
import { number, say } from "../../shared/strings.js";

const PLAY_MS = 250;
const CALM_MS = 1000;

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const tool = (act, sign) => h("button", { type: "button", "data-frame": act, "aria-label": say(`frames.${act}`) }, sign);

export class Frames {
  #timer = 0;
  #at = 0;

  /** `frames` are [{number, url, previewUrl}]; `blurred`: the strip shows numbers only. */
  constructor(frames, picture, { blurred, grayscale }) {
    this.frames = frames;
    this.picture = picture;
    this.marks = frames.map((frame, index) => this.#mark(frame, index, blurred));
    this.play = tool("play", "▶");
    this.where = h("span", { class: "num small frames-at" });
    const steps = h("div", { class: "tool-group" }, tool("before", "‹"), this.play, tool("after", "›"));
    this.list = h("ol", { class: `frame-list${grayscale ? " grey" : ""}` }, ...this.marks.map((mark) => h("li", {}, mark)));
    this.element = h("div", { class: "frames", role: "group", "aria-label": say("frames"), "data-scrolls": true },
      steps, this.where, this.list);
    this.element.addEventListener("click", (event) => this.#click(event));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.#tell();
  }

  #mark({ number: n, previewUrl }, index, blurred) {
    const pixels = previewUrl && !blurred ? h("img", { alt: "", src: previewUrl, loading: "lazy", draggable: "false" }) : null;
    const name = say("frames.one", { n: number(n ?? index + 1) });
    return h("button", { type: "button", "data-frame": index, "aria-label": name }, pixels, h("span", { class: "num" }, number(n ?? index + 1)));
  }

  #click(event) {
    const wanted = event.target.closest("[data-frame]")?.dataset.frame;
    if (wanted === undefined) return;
    if (wanted === "play") return this.#timer ? this.stop() : this.#start();
    this.stop();
    this.#show({ before: this.#at - 1, after: this.#at + 1 }[wanted] ?? Number(wanted));
  }

  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.stop();
    this.#show(this.#at + by);
    if (event.target.closest("li")) this.marks[this.#at].focus();
  }

  #start() {
    this.#timer = setInterval(() => this.#show(this.#at + 1), isCalm() ? CALM_MS : PLAY_MS);
    this.#tell();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#tell();
  }

  #show(index) {
    this.#at = (index + this.frames.length) % this.frames.length;
    this.picture.turnTo(this.frames[this.#at].url);
    this.#tell();
    const mark = this.marks[this.#at];
    this.list.scrollTo({ left: mark.offsetLeft - (this.list.clientWidth - mark.offsetWidth) / 2 });
  }

  #tell() {
    this.play.textContent = this.#timer ? "❚❚" : "▶";
    this.play.setAttribute("aria-label", say(this.#timer ? "frames.pause" : "frames.play"));
    this.where.textContent = say("frames.at", { n: number(this.#at + 1), all: number(this.frames.length) });
    this.marks.forEach((mark, index) => mark.setAttribute("aria-current", index === this.#at));
  }
}
