// The menu of blur settings: for every picture, and for the categories that should differ. The organisation's
// choice is in force until the person makes their own.
import { Refused, SignedOut } from "../../shared/api.js";
import { allOf, byId } from "../../shared/dom.js";
import { STRONGEST, filterInForce } from "./blur_filter.js";
import { keyHint } from "../../shared/keymap.js";
import { onPreference, prefer, preferForAll, preferences } from "../../shared/preferences.js";
import { say } from "../../shared/strings.js";

export class BlurChoice {
  constructor() {
    this.form = byId("stage-blur");
    this.said = byId("stage-blur-said");
    this.form.addEventListener("change", () => this.#choose(this.#read()));
    byId("stage-blur-ours").addEventListener("click", () => this.#choose(null));
    byId("stage-blur-all")?.addEventListener("click", () => this.#chooseForAll());
    onPreference(() => this.#draw());
    this.#draw();
  }

  #rows = () => allOf("[data-category]", this.form);

  /** An empty choice of a category is "as every picture". */
  #read() {
    let everything = { blur: 0, grayscale: false };
    const categories = {};
    for (const row of this.#rows()) {
      const blur = row.querySelector("select").value;
      const setting = { blur: Number(blur), grayscale: row.querySelector("input").checked };
      if (!row.dataset.category) everything = setting;
      else if (blur !== "") categories[row.dataset.category] = setting;
    }
    return { ...everything, categories };
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
      const setting = category ? filter.categories?.[category] : filter;
      const grey = row.querySelector("input");
      row.querySelector("select").value = setting ? String(setting.blur) : "";
      grey.checked = Boolean((setting ?? filter).grayscale);
      grey.disabled = !setting;
    }
    byId("stage-blur-ours").disabled = preferences().filter === null;
    this.#tell(filter);
  }

  /** The chip at the picture names the blur setting in force, and the key that reveals the picture. */
  #tell(filter) {
    const settings = [filter, ...Object.values(filter.categories ?? {})];
    const blur = Math.max(...settings.map((setting) => Math.min(STRONGEST, setting.blur)));
    const grey = settings.some(({ grayscale }) => grayscale);
    const parts = [blur ? say(`blur.${blur}`) : "", grey ? say("blur.grey") : ""].filter(Boolean);
    byId("stage-blur-text").textContent = parts.length ? parts.join(" · ") : say("blur.off");
    const button = byId("stage-reveal");
    button.hidden = !parts.length;
    button.querySelector("kbd").textContent = keyHint("reveal");
  }
}
