// Choosing what lies over pictures: for every picture, and for the categories that should differ. The organisation's
// choice holds until the person makes their own.
import { Refused, SignedOut } from "../../shared/api.js";
import { byId } from "../../shared/dom.js";
import { STRONGEST, filterInForce } from "./blur_filter.js";
import { keyHint } from "../../shared/keymap.js";
import { onPreference, prefer, preferForAll, preferences } from "../../shared/preferences.js";
import { say } from "../../shared/strings.js";

export class VeilChoice {
  constructor() {
    this.form = byId("stage-veil");
    this.said = byId("stage-veil-said");
    this.form.addEventListener("change", () => this.#choose(this.#read()));
    byId("stage-veil-ours").addEventListener("click", () => this.#choose(null));
    byId("stage-veil-all")?.addEventListener("click", () => this.#chooseForAll());
    onPreference(() => this.#draw());
    this.#draw();
  }

  #rows = () => [...this.form.querySelectorAll("[data-category]")];

  /** An empty choice of a category is "as every picture". */
  #read() {
    const filter = { blur: 0, grayscale: false, categories: {} };
    for (const row of this.#rows()) {
      const blur = row.querySelector("select").value;
      const veil = { blur: Number(blur), grayscale: row.querySelector("input").checked };
      if (!row.dataset.category) Object.assign(filter, veil);
      else if (blur !== "") filter.categories[row.dataset.category] = veil;
    }
    return filter;
  }

  async #choose(filter) {
    this.said.textContent = "";
    if (!(await prefer({ filter }))) this.said.textContent = say("preferences.unkept");
  }

  async #chooseForAll() {
    try {
      await preferForAll(this.#read());
      this.said.textContent = say("blur.all.done");
    } catch (error) {
      const why = error instanceof Refused || error instanceof SignedOut ? "blur.all.refused" : "preferences.unkept";
      this.said.textContent = say(why);
    }
  }

  #draw() {
    const filter = filterInForce();
    for (const row of this.#rows()) {
      const { category } = row.dataset;
      const veil = category ? filter.categories?.[category] : filter;
      const grey = row.querySelector("input");
      row.querySelector("select").value = veil ? String(veil.blur) : "";
      grey.checked = Boolean((veil ?? filter).grayscale);
      grey.disabled = !veil;
    }
    byId("stage-veil-ours").disabled = preferences().filter === null;
    this.#tell(filter);
  }

  /** The chip at the picture says what lies over pictures, and how to look under it. */
  #tell(filter) {
    const veils = [filter, ...Object.values(filter.categories ?? {})];
    const blur = Math.max(...veils.map((veil) => Math.min(STRONGEST, veil.blur)));
    const grey = veils.some(({ grayscale }) => grayscale);
    const parts = [blur ? say(`blur.${blur}`) : "", grey ? say("blur.grey") : ""].filter(Boolean);
    byId("stage-veil-text").textContent = parts.length ? parts.join(" · ") : say("blur.off");
    const button = byId("stage-reveal");
    button.hidden = !parts.length;
    button.querySelector("kbd").textContent = keyHint("reveal");
  }
}
