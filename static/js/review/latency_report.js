// The waits this stage measured, told to the server now and then as plain figures; it keeps counts without names.
import { post } from "../shared/api.js";
import { config } from "../shared/config.js";

const EVERY_MS = 60000;
const MOST = 400;

export class Waits {
  #waits = new Map();

  /** `rest(text)` is called with a kind word about a break. */
  constructor({ rest }) {
    this.rest = rest;
    if (!config.urls.waits) return;
    setInterval(() => this.#send(), EVERY_MS);
    addEventListener("pagehide", () => this.#send());
  }

  add(queue, warm, milliseconds) {
    const key = `${queue} ${warm}`;
    const told = this.#waits.get(key) ?? { queue, warm, ms: [] };
    if (told.ms.length < MOST) told.ms.push(Math.min(600000, Math.round(milliseconds)));
    this.#waits.set(key, told);
  }

  /** What cannot be told is forgotten: these are figures, not work. */
  #send() {
    const waits = [...this.#waits.values()];
    this.#waits.clear();
    if (waits.length) post(config.urls.waits, { waits }).then(({ rest }) => rest && this.rest(rest), () => {});
  }
}
