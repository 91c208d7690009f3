// The top bar of stage and grid: how many cases wait, what has not been sent, and a lease
// that runs out.
import { clockText, serverNow } from "./clock.js";
import { byId } from "./dom.js";
import { number, say, sayCount } from "./strings.js";

const SHOWN_SECONDS = 30; // how long before its end a lease is shown running out
const STALL_MS = 600; // a decision is usually answered sooner; no chip for that

export class QueueStatus {
  #stall = 0;

  count(waiting, leasedByOthers) {
    if (waiting !== undefined) byId("stage-waiting").textContent = number(waiting);
    if (leasedByOthers === undefined) return;
    byId("stage-leased").textContent = leasedByOthers ? ` · ${sayCount("bar.leased", leasedByOthers)}` : "";
  }

  /** A lease is renewed long before it ends; if it runs out, renewals do not reach the server. `lease` has
   *  `leasedUntil` and `leaseMs`, in milliseconds of the server's clock. */
  tellLease(lease) {
    const left = (lease?.leasedUntil - serverNow()) / 1000;
    const chip = byId("stage-lease");
    const from = Math.min(SHOWN_SECONDS, lease?.leaseMs / 2000);
    chip.hidden = !(left <= from);
    if (chip.hidden) return;
    chip.classList.toggle("bad", left <= 0);
    chip.textContent = left > 0 ? say("lease.ends", { time: clockText(left + 0.999) }) : say("lease.ended");
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
