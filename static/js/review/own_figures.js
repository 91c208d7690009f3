// The stage's own figures, shown on request: how long a decision keeps the person waiting, and whether prefetching kept up.
/** @import { Outbox } from "./buffer/outbox.js" */
import { byId, h } from "../shared/dom.js";
import { waits } from "./measure.js";
import { recall, remember } from "../shared/local_memory.js";
import { number, say } from "../shared/strings.js";

const share = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
const milliseconds = (value) => (value === undefined ? "–" : `${number(Math.round(value))} ms`);

function quantiles(durations) {
  const sorted = durations.toSorted((a, b) => a - b);
  return [0.5, 0.95].map((part) => milliseconds(share(sorted, part)));
}

export class OwnFigures {
  /** @param {Outbox} outbox */
  constructor(outbox) {
    this.outbox = outbox;
    this.box = byId("stage-figures");
    this.box.hidden = !recall("figures", false);
    byId("stage-figures-close").addEventListener("click", () => this.toggle());
    outbox.on("changed", () => this.tell());
    this.tell();
  }

  toggle() {
    this.box.hidden = !this.box.hidden;
    remember("figures", !this.box.hidden);
    this.tell();
  }

  tell() {
    if (this.box.hidden) return;
    const all = waits();
    const warm = all.filter((wait) => wait.warm).map(({ duration }) => duration);
    const cold = all.filter((wait) => !wait.warm).map(({ duration }) => duration);
    const row = (name, ...values) => h("tr", {}, h("th", { scope: "row" }, name), ...values.map((value) => h("td", {}, value)));
    byId("stage-figures-rows").replaceChildren(
      row(say("figures.warm"), number(warm.length), ...quantiles(warm)),
      row(say("figures.cold"), number(cold.length), ...quantiles(cold)),
    );
    const hits = all.length ? `${number(Math.round((100 * warm.length) / all.length))} %` : "–";
    byId("stage-figures-rest").textContent = say("figures.rest", { hits, pending: number(this.outbox.count) });
  }
}
