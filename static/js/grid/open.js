// Opens the grid: its parts, its keys, and the first lease.
/** @import { Handlers } from "../shared/types.js" */
/** @import { GridResponseParts } from "./parts.js" */
import { makeGrid } from "./parts.js";
import { config } from "../shared/config.js";
import { KeySheet } from "../shared/key_sheet.js";
import { listen, listenClicks } from "../shared/keys.js";
import { keymap, labelButtons } from "../shared/keymap.js";
import { onPreference } from "../shared/preferences.js";
import { search } from "../shared/search.js";

/** @param {GridResponseParts} parts
 * @returns {Handlers} */
function gridActs(parts) {
  const { controller, leases } = parts;
  const sheet = new KeySheet();
  const acts = {
    reject: (event) => controller.mark(event),
    mark: (event) => controller.mark(event),
    reason: (event, key) => controller.markFor(event, key),
    commit: (event) => controller.commit(event),
    undo: () => controller.undo(),
    skip: (event) => controller.defer(event, "skip"),
    escalate: (event) => controller.defer(event, "escalate"),
    pan: (event, key) => controller.move(key),
    zoomIn: (event) => controller.larger(event),
    larger: (event) => controller.larger(event),
    rotate: () => parts.large.turn(),
    zoomOut: () => controller.smaller(),
    here: () => controller.smaller(),
    reveal: (event, key, down) => controller.space(event, down),
    grid: () => leases.leaveFor(config.urls.stage),
    search: () => search(),
    keys: () => sheet.open(acts),
  };
  return acts;
}

export function openGrid() {
  const parts = makeGrid();
  const { controller, buffer, head, leases } = parts;
  const acts = gridActs(parts);
  onPreference(() => {
    keymap.refresh();
    labelButtons(document);
    controller.rebuild();
  });
  labelButtons(document);
  listen(keymap, acts);
  listenClicks(acts);
  setInterval(() => head.tellLease(buffer.lease), 1000);
  controller.present();
  leases.start();
}
