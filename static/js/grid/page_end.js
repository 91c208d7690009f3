// Why there is no page: nothing waits, or the queue's next picture may not be judged in a grid.
import { config } from "../shared/config.js";
import { h } from "../shared/dom.js";
import * as notices from "../review/notices.js";
import { knows, say } from "../shared/strings.js";

export function ending(answer) {
  if (!answer.why) return notices.empty(answer);
  const { name = "", severity = "" } = answer.about ?? {};
  const text = say(`grid.no.${answer.why}`, { name, severity: knows(`severity.${severity}`) ? say(`severity.${severity}`) : severity });
  return h("div", { class: "notice refused" },
    h("span", { class: "notice-mark", "aria-hidden": "true" }),
    h("strong", {}, say("grid.no")), h("p", { dir: "auto" }, text),
    h("a", { class: "button primary", href: config.urls.stage }, say("grid.singly")));
}
