// Opens the review stage: its parts, its keys, and the first lease.
import { stageActs } from "./acts.js";
import { fetching } from "./notices.js";
import { makeStage } from "./parts.js";
import { byId } from "../shared/dom.js";
import { listen, listenClicks } from "../shared/keys.js";
import { keymap, labelButtons } from "../shared/keymap.js";
import { onPreference } from "../shared/preferences.js";
import { say } from "../shared/strings.js";

/** The link back gives back our leases first, as Escape does. */
function openRun({ run, leases, controller }) {
  byId("stage-run-back").addEventListener("click", (event) => {
    event.preventDefault();
    leases.leaveFor(run.addressOf(controller.task?.taskId));
  });
}

export function openStage() {
  const parts = makeStage();
  const { controller, leases, status, table } = parts;
  const acts = stageActs(parts);
  onPreference(() => {
    keymap.refresh();
    labelButtons(document);
    controller.rebuild(); // cards and panels show keys and lie under the blur setting
  });
  labelButtons(document);
  if (keymap.problem) status.toast(say("keys.conflict", { why: keymap.problem }), { tone: "warn" });
  listen(keymap, acts);
  listenClicks(acts);
  parts.run && openRun(parts);
  table.showNotice(fetching());
  leases.start();
}
