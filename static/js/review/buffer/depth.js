// How many cases to hold: five, and for who is quick as many as half a minute without a network asks for, so that it
// passes unnoticed. Never more than a fifth of what waits: a short line is shared.
import { BATCH } from "../../shared/config.js";

const CUT_MS = 35000;
const MOST = 40;
const SHARE = 5;
const SAMPLE = 10; // how many of the latest decisions tell the pace

export class Depth {
  #at = [];
  waiting = 0;

  /** A case left the line. */
  decided() {
    this.#at = [...this.#at, performance.now()].slice(-SAMPLE);
  }

  get wanted() {
    const each = (this.#at.at(-1) - this.#at[0]) / (SAMPLE - 1);
    if (this.#at.length < SAMPLE) return BATCH;
    return Math.max(BATCH, Math.min(MOST, Math.ceil(CUT_MS / each), Math.floor(this.waiting / SHARE)));
  }
}
