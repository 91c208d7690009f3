// What the table says when there is nothing to judge, as truly as we know it.
import { config } from "../shared/config.js";
import { h } from "../shared/dom.js";
import { say, sayCount } from "../shared/strings.js";

const mark = () => h("span", { class: "notice-mark", "aria-hidden": "true" });
const notice = (kind, title, ...rest) => h("div", { class: `notice ${kind}` }, mark(), h("strong", {}, title), ...rest);
const line = (text) => h("p", {}, text);

export const fetching = () => notice("pending", say("table.fetching"));

/** `waiting` not held by anybody yet not given to us were skipped by us or are not ours to see. */
export function empty({ waiting, leasedByOthers, elsewhere }) {
  const minutes = Math.max(1, Math.ceil(config.leaseSeconds / 60));
  return notice(
    "empty",
    say("empty.title"),
    elsewhere ? line(sayCount("empty.elsewhere", elsewhere)) : null,
    leasedByOthers ? line(sayCount("empty.leased", leasedByOthers, { minutes })) : null,
    waiting ? line(sayCount("empty.skipped", waiting)) : null,
    h("p", { class: "muted" }, say("empty.stays")),
  );
}

export const unreachable = () => notice("failed", say("offline.title"), h("p", { class: "muted" }, say("offline.next")));
export const refused = (detail) => notice("failed", say("lease.refused"), line(detail));
