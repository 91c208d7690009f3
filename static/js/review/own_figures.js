// The stage's own figures, for who asks: how long a decision keeps the person waiting, and whether prefetching kept up.
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

export class Numbers {
  constructor({ outbox }) {
    this.outbox = outbox;
    this.box = byId("stage-numbers");
    this.box.hidden = !recall("numbers", false);
    byId("stage-numbers-close").addEventListener("click", () => this.toggle());
    this.tell();
  }

  toggle() {
    this.box.hidden = !this.box.hidden;
    remember("numbers", !this.box.hidden);
    this.tell();
  }

  tell() {
    if (this.box.hidden) return;
    const all = waits();
    const warm = all.filter((wait) => wait.warm).map(({ duration }) => duration);
    const cold = all.filter((wait) => !wait.warm).map(({ duration }) => duration);
    const row = (name, ...values) => h("tr", {}, h("th", { scope: "row" }, name), ...values.map((value) => h("td", {}, value)));
    byId("stage-numbers-rows").replaceChildren(
      row(say("numbers.warm"), number(warm.length), ...quantiles(warm)),
      row(say("numbers.cold"), number(cold.length), ...quantiles(cold)),
    );
    const hits = all.length ? `${number(Math.round((100 * warm.length) / all.length))} %` : "–";
    byId("stage-numbers-rest").textContent = say("numbers.rest", { hits, pending: number(this.outbox().count) });
  }
}
