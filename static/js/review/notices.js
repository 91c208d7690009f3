// What the light table says when there is nothing to judge.
import { config } from "../shared/config.js";
import { h } from "../shared/dom.js";
import { otherQueues } from "./other_queues.js";
import { say, sayCount } from "../shared/strings.js";

const mark = () => h("span", { class: "notice-mark", "aria-hidden": "true" });
const notice = (kind, title, ...rest) => h("div", { class: `notice ${kind}` }, mark(), h("strong", {}, title), ...rest);
const paragraph = (text) => h("p", {}, text);

export const fetching = () => notice("pending", say("table.fetching"));

/** `waiting` cases that nobody has leased and that were not given to us: we skipped them or may not see them.
 *  `otherTabs` are leased to our other tabs. */
export function empty({ waiting, leasedByOthers, otherTabs }) {
  const minutes = Math.max(1, Math.ceil(config.leaseSeconds / 60));
  return notice(
    "empty",
    say("empty.title"),
    otherTabs ? paragraph(sayCount("empty.other_tabs", otherTabs)) : null,
    leasedByOthers ? paragraph(sayCount("empty.leased", leasedByOthers, { minutes })) : null,
    waiting ? paragraph(sayCount("empty.skipped", waiting)) : null,
    otherQueues(),
    h("p", { class: "muted" }, say("empty.stays")),
  );
}

export const unreachable = () => notice("failed", say("offline.title"), h("p", { class: "muted" }, say("offline.next")));
export const refused = (detail) => notice("failed", say("lease.refused"), paragraph(detail));
