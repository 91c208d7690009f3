// Other queues of this person in which cases wait, named when nothing waits here.
import { allOf, h } from "../shared/dom.js";
import { number, say } from "../shared/strings.js";

/** @type {Map<string, number>} waiting by slug, as last counted */
let waiting = new Map();
const line = h("p", { class: "other-queues" });

/** @param {{slug: string, waiting: number}[]} queues */
export function learn(queues) {
  waiting = new Map(queues.map((queue) => [queue.slug, queue.waiting]));
  fill();
}

function fill() {
  const others = allOf('#stage-queues a[data-queue]:not([aria-current])').filter(({ dataset }) => waiting.get(dataset.queue));
  const links = others.map((link) => {
    const name = link.querySelector("bdi").textContent;
    return h("a", { href: link.href, class: "button" }, h("bdi", {}, name), " ", h("b", { class: "num" }, number(waiting.get(link.dataset.queue))));
  });
  line.replaceChildren(...(links.length ? [say("empty.other_queues"), " ", ...links] : []));
}

/** The line to put on the table; it keeps up with the counts. */
export function otherQueues() {
  fill();
  return line;
}
