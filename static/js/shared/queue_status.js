// What the top bar tells on every page that hands out cases: how many wait, what has not been sent, a hold running out.
import { clockText, serverNow } from "./clock.js";
import { byId } from "./dom.js";
import { number, say, sayCount } from "./strings.js";

const HOLD_SECONDS = 30; // how long before its end a hold is shown running out
const STALL_MS = 600; // a decision is usually answered sooner; no chip for that

export class Head {
  #stall = 0;

  count(waiting, heldByOthers) {
    if (waiting !== undefined) byId("stage-waiting").textContent = number(waiting);
    if (heldByOthers === undefined) return;
    byId("stage-held").textContent = heldByOthers ? ` · ${sayCount("bar.held", heldByOthers)}` : "";
  }

  /** A hold is renewed long before it ends; seen running out, something keeps the renewal from the server. `hold` has
   *  `heldUntil` and `leaseMs`, in milliseconds of the server's clock. */
  tellHold(hold) {
    const left = (hold?.heldUntil - serverNow()) / 1000;
    const chip = byId("stage-hold");
    const from = Math.min(HOLD_SECONDS, hold?.leaseMs / 2000);
    chip.hidden = !(left <= from);
    if (chip.hidden) return;
    chip.classList.toggle("bad", left <= 0);
    chip.textContent = left > 0 ? say("hold.ends", { time: clockText(left + 0.999) }) : say("hold.ended");
  }

  /** The outbox's count, shown once it stalls. */
  pending(count, stalled) {
    clearTimeout(this.#stall);
    const chip = byId("stage-pending");
    const show = () => {
      chip.hidden = count === 0;
      byId("stage-pending-text").textContent = count ? sayCount("bar.pending", count) : "";
    };
    if (!count || stalled || !chip.hidden) show();
    else this.#stall = setTimeout(show, STALL_MS);
  }
}
