// The stage's top bar: besides the queue's status, when this case is due and why it comes now.
import { clockText, serverNow } from "../shared/clock.js";
import { config } from "../shared/config.js";
import { byId, h } from "../shared/dom.js";
import { QueueStatus } from "../shared/queue_status.js";
import { number, say, sayCount } from "../shared/strings.js";
import { timeWithZone } from "../shared/times.js";

const RING = 34.6; // circumference of the ring drawn in the template: 2π × 5.5
const SOON_SECONDS = 120;

export class TopBar extends QueueStatus {
  constructor() {
    super();
    this.task = null;
    this.lease = null;
    this.due = byId("stage-due");
    this.why = byId("stage-why");
    setInterval(() => this.tick(), 1000);
  }

  /** `lease` has `leasedUntil` and `leaseMs`, in milliseconds of the server's clock. */
  show(task, lease = null) {
    this.task = task;
    this.lease = lease;
    byId("stage-case").textContent = task ? say("bar.case", { id: shortened(task.requestId) }) : "";
    byId("stage-case").title = task?.requestId ?? "";
    byId("stage-from").replaceChildren(...(task ? fromWhere(task) : []));
    byId("stage-entered").textContent = task?.enteredAt ? ` · ${timeWithZone(task.enteredAt)}` : "";
    this.#explain(task?.priority ?? []);
    this.tick();
  }

  /** How many people have leases in the queues of this stage, ourselves among them. */
  tellReviewing({ reviewing }) {
    const n = reviewing?.[config.queues[0] ?? ""];
    const chip = byId("stage-reviewing");
    chip.hidden = !n;
    if (n) chip.textContent = sayCount("bar.reviewing", n);
  }

  tick() {
    this.tellLease(this.lease);
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

  /** Every term of the case's place in the queue, in minutes, with its reason. */
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
}

/** App and event; the queue too, where the stage serves several of them. */
function fromWhere({ appId, eventId, queueName }) {
  const parts = [[appId, eventId].filter(Boolean).join(" / "), config.queues.length ? "" : queueName];
  return parts.filter(Boolean).flatMap((part) => [" · ", h("bdi", {}, part)]);
}

const shortened = (id) => (id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id);
