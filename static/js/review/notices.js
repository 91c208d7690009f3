// What the light table says when there is nothing to judge.
import { config } from "../shared/config.js";
import { h } from "../shared/dom.js";
import { otherQueues } from "./other_queues.js";
import { say, sayCount } from "../shared/strings.js";

const mark = () => h("span", { class: "notice-mark", "aria-hidden": "true" });
const notice = (kind, title, ...rest) => h("div", { class: `notice ${kind}` }, mark(), h("strong", {}, title), ...rest);
const paragraph = (text) => h("p", {}, text);

function button(id, text, act) {
  const made = h("button", { type: "button", id }, text);
  made.addEventListener("click", act);
  return made;
}

export const fetching = () => notice("pending", say("table.fetching"));

/** `waiting` cases that nobody has leased and that were not given to us: we skipped them or may not see them.
 *  `otherTabs` are leased to our other tabs. `skipped` are tasks to which `lookAgain` returns.
 *  `paused` are queues that hand out nothing, and why. */
export function empty({ waiting, leasedByOthers, otherTabs, skipped = [], paused = [], lookAgain }) {
  const others = waiting - skipped.length;
  const minutes = Math.max(1, Math.ceil(config.leaseSeconds / 60));
  return notice(
    "empty",
    say("empty.title"),
    ...paused.map(({ name, why }) => h("p", { class: "paused" }, say(why ? "empty.paused_why" : "empty.paused", { name, why }))),
    otherTabs ? paragraph(sayCount("empty.other_tabs", otherTabs)) : null,
    leasedByOthers ? paragraph(sayCount("empty.leased", leasedByOthers, { minutes })) : null,
    others > 0 ? paragraph(sayCount("empty.assigned", others)) : null,
    skipped.length ? button("stage-look-again", sayCount("empty.look_again", skipped.length), lookAgain) : null,
    otherQueues(),
    h("p", { class: "muted" }, say("empty.stays")),
  );
}

export const unreachable = () => notice("failed", say("offline.title"), h("p", { class: "muted" }, say("offline.next")));
export const refused = (detail) => notice("failed", say("lease.refused"), paragraph(detail));
