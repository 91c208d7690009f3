// The picture with every pixel it has, fetched only while somebody looks closer than the ordinary copy goes. It lies over
// that copy, under the boxes; of a blurred picture it is there only while the picture is revealed.
import { fetchInto, imageOf } from "./clear_picture.js";

const ENOUGH = 1.05; // an ordinary pixel may cover this many of the screen's before more detail is fetched

export class FullSize {
  #wanted = null; // the image being fetched or shown

  /** `told()` is called when it has come, or cannot be had. */
  constructor({ source, picture, told }) {
    this.source = source;
    this.picture = picture;
    this.told = told;
    this.failed = false;
  }

  /** How wide, in pixels, the picture is that people see now; 0 while none is decoded. */
  get width() {
    return (this.isShown ? this.#wanted : this.picture.clear)?.naturalWidth ?? 0;
  }
  get isShown() {
    return Boolean(this.#wanted?.isConnected);
  }
  get isFetching() {
    return Boolean(this.#wanted) && !this.isShown;
  }

  /** Whether at this scale the screen has room for more pixels than the ordinary copy has. */
  #isCoarse(scale) {
    const { clear } = this.picture;
    return Boolean(clear?.naturalWidth) && (this.source.width * scale * devicePixelRatio) / clear.naturalWidth > ENOUGH;
  }

  /** The picture is drawn at `scale`, in screen pixels for each of its own. */
  drawn(scale) {
    if (!this.picture.clear) return this.drop();
    if (this.#wanted || this.failed || !this.source.fullUrl || !this.#isCoarse(scale)) return undefined;
    return this.#fetch();
  }

  async #fetch() {
    const img = imageOf("clear full");
    this.#wanted = img;
    const fetched = await fetchInto(img, this.source.fullUrl, () => this.#wanted === img);
    if (this.#wanted !== img) return;
    this.failed = !fetched;
    if (fetched) this.picture.cover(img);
    else this.#wanted = null;
    this.told();
  }

  /** None of it stays in the page. */
  drop() {
    this.#wanted?.remove();
    this.#wanted?.removeAttribute("src");
    this.#wanted = null;
  }
}
