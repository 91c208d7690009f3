// A case's picture without blur: a small preview first, then the clear picture.
// `source` is the task's image. See blurred_picture.js for the other kind; both have load, reveal, turnTo, name and `priority`.
import { get } from "../../shared/api.js";
import { pause } from "../../shared/clock.js";
import { config } from "../../shared/config.js";
import { h } from "../../shared/dom.js";
import { say } from "../../shared/strings.js";

const RETRY_MS = 1500;
const TRIES = 3;

/** The same picture under an address the browser has not yet marked as broken. */
function anew(url, attempt) {
  const address = new URL(url, location.href);
  if (attempt > 1) address.searchParams.set("again", attempt);
  return address.href;
}

/** Whether the server is there for us: a picture that fails while it is not is asked for until it is. */
const isServed = () => get(config.urls.counts).then(() => true, () => false);

/** Says on the picture's frame why it is not there yet; answers true. */
function tell(img, text) {
  const frame = img.closest(".frame");
  if (text) frame?.setAttribute("data-said", text);
  else frame?.removeAttribute("data-said");
  return true;
}

/** Answers true once `img` is fetched and decoded, false when it cannot be; `wanted` says whether to go on trying. */
export async function fetchInto(img, url, wanted = () => true) {
  for (let attempt = 1, failed = 0; failed < TRIES && wanted(); attempt += 1) {
    if (attempt > 1) await pause(RETRY_MS);
    const address = anew(url, attempt);
    if (img.src !== address) img.src = address; // it may be on its way
    if (await img.decode().then(() => true, () => false)) return tell(img, null);
    const served = await isServed();
    tell(img, served ? null : say("offline.title"));
    if (served) failed += 1;
  }
  return false;
}

/** Begins to fetch, and answers once that has ended, however it ended. */
export async function fetchOnly(img, url) {
  const ended = new Promise((resolve) => ["load", "error"].forEach((type) => img.addEventListener(type, resolve, { once: true })));
  img.src = anew(url, 1);
  await ended;
}

export const imageOf = (className, alt = say("picture.alt")) =>
  h("img", { class: className, alt, decoding: "sync", draggable: "false" });

/** Of these images, each over the one before, the last there is gets `data-picture`.
 * @param {(HTMLElement | null)[]} images
 * @param {boolean} named */
export function nameLast(images, named) {
  const all = images.filter(Boolean);
  for (const img of all) delete img.dataset.picture;
  if (named && all.length) all.at(-1).dataset.picture = "";
}

export class ClearPicture {
  #named = false;

  constructor(source, { grayscale }, over) {
    const { previewUrl } = source;
    this.source = source;
    this.isBlurred = false;
    this.onlyGrey = grayscale;
    this.url = source.url;
    this.img = imageOf("clear");
    const preview = h("img", { class: "preview", alt: "", src: previewUrl || null, hidden: !previewUrl });
    this.frame = h("figure", { class: `frame${grayscale ? " grey" : ""}` }, preview, this.img, over);
  }

  /** The image without blur that is decoded, or null. */
  get clear() {
    return this.frame.classList.contains("decoded") ? this.img : null;
  }

  /** Lays the picture at full size over it. */
  cover(full) {
    this.img.after(full);
    this.name(this.#named);
  }

  set priority(priority) {
    this.img.fetchPriority = priority;
  }

  fetch = () => fetchOnly(this.img, this.url);

  /** Fetches and decodes what is judged on; answers false when it cannot be had. */
  async load() {
    const fetched = await fetchInto(this.img, this.url);
    this.frame.classList.toggle("decoded", fetched);
    return fetched;
  }

  /** Shows colours, if asked for, while `revealing`. */
  async reveal(revealing, colours) {
    this.frame.classList.toggle("coloured", revealing && colours);
    return true;
  }

  /** Another frame of an animated picture, once it is decoded. */
  async turnTo(url) {
    this.url = url;
    const next = new Image();
    if (await fetchInto(next, url, () => this.url === url)) if (this.url === url) this.img.src = next.src;
  }

  /** `data-picture` is on the image that is seen, while its case is on the table. */
  name(named) {
    this.#named = named;
    nameLast([this.img, this.frame.querySelector(".full")], named);
  }
}
