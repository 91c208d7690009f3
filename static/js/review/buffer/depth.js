// How many cases to lease ahead: five, and for who decides quickly as many as bridge 35 seconds without a network. Never
// more than a fifth of what waits: a short queue is shared.
import { BATCH } from "../../shared/config.js";

const CUT_MS = 35000;
const MOST = 40;
const SHARE = 5;
const SAMPLE = 10; // how many of the latest decisions tell the pace

export class Depth {
  #at = [];
  waiting = 0;

  /** A case was decided. */
  decided() {
    this.#at = [...this.#at, performance.now()].slice(-SAMPLE);
  }

  get wanted() {
    const each = (this.#at.at(-1) - this.#at[0]) / (SAMPLE - 1);
    if (this.#at.length < SAMPLE) return BATCH;
    return Math.max(BATCH, Math.min(MOST, Math.ceil(CUT_MS / each), Math.floor(this.waiting / SHARE)));
  }
}
