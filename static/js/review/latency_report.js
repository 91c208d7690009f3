// Reports how long people waited for the next picture, once a minute. The server keeps counts without names.
/** @import { Status } from "../shared/status.js" */
import { post } from "../shared/api.js";
import { config } from "../shared/config.js";

const EVERY_MS = 60000;
const MOST = 400;

export class LatencyReport {
  #waits = new Map();

  /** `status` shows the server's advice to take a break.
   * @param {Status} status */
  constructor(status) {
    this.status = status;
    if (!config.urls.waits) return;
    setInterval(() => this.#send(), EVERY_MS);
    addEventListener("pagehide", () => this.#send());
  }

  add(queue, warm, milliseconds) {
    const key = `${queue} ${warm}`;
    const known = this.#waits.get(key) ?? { queue, warm, ms: [] };
    if (known.ms.length < MOST) known.ms.push(Math.min(600000, Math.round(milliseconds)));
    this.#waits.set(key, known);
  }

  /** What cannot be sent is dropped: these are figures, not work. */
  #send() {
    const waits = [...this.#waits.values()];
    this.#waits.clear();
    if (waits.length) post(config.urls.waits, { waits }).then(({ rest }) => rest && this.status.toast(rest), () => {});
  }
}
