// The top bar's live parts: how many wait, when this case is due, why it is here, what has not been sent yet.
import { clockText, serverNow } from "./clock.js";
import { byId, h } from "./dom.js";
import { number, say, sayCount } from "./words.js";

const RING = 34.6; // circumference of the ring drawn in the template: 2π × 5.5
const SOON_SECONDS = 120;
const HOLD_SECONDS = 30; // how long before its end a hold is shown running out
const STALL_MS = 600; // a decision is usually answered sooner; no chip for that

export class Bar {
  #stall = 0;

  constructor() {
    this.task = null;
    this.due = byId("stage-due");
    this.why = byId("stage-why");
    setInterval(() => this.tick(), 1000);
  }

  count(waiting, heldByOthers) {
    if (waiting !== undefined) byId("stage-waiting").textContent = number(waiting);
    if (heldByOthers === undefined) return;
    byId("stage-held").textContent = heldByOthers ? ` · ${sayCount("bar.held", heldByOthers)}` : "";
  }

  /** `hold` has `heldUntil` and `leaseMs`, in milliseconds of the server's clock. */
  show(task, hold = null) {
    Object.assign(this, { task, hold });
    byId("stage-case").textContent = task ? say("bar.case", { id: shortened(task.requestId) }) : "";
    byId("stage-case").title = task?.requestId ?? "";
    byId("stage-entered").textContent = task?.enteredAt ? ` · ${timeOf(task.enteredAt)}` : "";
    this.#explain(task?.priority ?? []);
    this.tick();
  }

  tick() {
    this.#tellHold();
    const due = Date.parse(this.task?.dueAt ?? "");
    this.due.hidden = !Number.isFinite(due);
    if (this.due.hidden) return;
    const left = (due - serverNow()) / 1000;
    const whole = (due - Date.parse(this.task.enteredAt)) / 1000;
    this.due.className = `chip num ${left < 0 ? "bad" : left < SOON_SECONDS ? "warn" : ""}`;
    const share = Math.max(0, Math.min(1, left / whole)) || 0;
    byId("stage-due-ring").setAttribute("stroke-dasharray", `${share * RING} ${RING}`);
    byId("stage-due-text").textContent = say(left < 0 ? "due.over" : "due.in", { time: clockText(Math.abs(left)) });
  }

  /** A hold is renewed long before it ends; seen running out, something keeps the renewal from the server. */
  #tellHold() {
    const left = (this.hold?.heldUntil - serverNow()) / 1000;
    const chip = byId("stage-hold");
    const from = Math.min(HOLD_SECONDS, this.hold?.leaseMs / 2000);
    chip.hidden = !(left <= from);
    if (chip.hidden) return;
    chip.classList.toggle("bad", left <= 0);
    chip.textContent = left > 0 ? say("hold.ends", { time: clockText(left + 0.999) }) : say("hold.ended");
  }

  /** Every term of the case's place in line, in minutes, with its reason. */
  #explain(terms) {
    const minutes = Math.round(terms.reduce((sum, term) => sum + term.minutes, 0));
    this.why.hidden = !this.task;
    const moved = minutes > 0 ? "why.up" : "why.down";
    byId("stage-why-text").textContent = say(minutes ? moved : "why.turn", { n: number(Math.abs(minutes)) });
    byId("stage-why-terms").replaceChildren(...terms.flatMap(({ term, minutes: n, why }) => [
      h("dt", { class: "num" }, `${n > 0 ? "+" : "−"}${number(Math.abs(n))}`),
      h("dd", { dir: "auto" }, why || term),
    ]));
    byId("stage-why-none").hidden = terms.length > 0;
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

const shortened = (id) => (id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id);
const timeOf = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang || "en", { hour12: false });
