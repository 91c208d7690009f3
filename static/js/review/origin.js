// How the case came here when it was not by its place in the queue: who sent it, when, why, and the verdict before.
/** @import { CaseOrigin } from "../shared/types.js" */
import { serverNow } from "../shared/clock.js";
import { byId, h } from "../shared/dom.js";
import { say, sayAgo } from "../shared/strings.js";

const ago = (at) => sayAgo(Date.parse(at), serverNow());

/** @param {CaseOrigin} origin */
const sent = ({ kind, by, at }) => say(`origin.${kind}`, { who: by || say("origin.system"), ago: ago(at) });

function earlier({ verdict, reason, by, at, note }) {
  const what = reason ? `${say(`verdict.${verdict}`)}: ${reason}` : say(`verdict.${verdict}`);
  const said = h("span", { class: verdict.toLowerCase() }, say("origin.earlier.said", { what, who: by, ago: ago(at) }));
  return [`${say("origin.earlier")} `, said, note ? ` “${note}”` : ""];
}

export class Origin {
  constructor() {
    this.button = byId("stage-origin");
    this.card = byId("stage-origin-card");
  }

  /** @param {CaseOrigin} [origin] none for a case that came in its turn */
  show(origin) {
    this.button.hidden = !origin;
    this.card.hidePopover();
    if (!origin) return;
    const before = origin.earlier ? earlier(origin.earlier) : [];
    const note = origin.note ? [": ", h("bdi", {}, `“${origin.note}”`)] : [];
    this.button.replaceChildren(h("b", {}, sent(origin)), ...note, before.length ? " · " : "", ...before);
    byId("stage-origin-said").textContent = sent(origin);
    byId("stage-origin-note").textContent = origin.note ?? "";
    byId("stage-origin-earlier").replaceChildren(...(origin.earlier ? earlier(origin.earlier) : []));
  }
}
