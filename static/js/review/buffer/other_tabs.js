// What is leased to this person's other tabs: no two tabs show the same case, and none gives back another's.
import { config } from "../../shared/config.js";
import { forget, namesUnder, recall, remember } from "../../shared/local_memory.js";

const BOX = `tabs.${config.practice ? "practice." : ""}${config.user.id}.`; // practice numbers its tasks by itself
const OWN = BOX + Math.random().toString(36).slice(2);
const FRESH_MS = (config.leaseSeconds + 30) * 1000; // the leases of a tab that crashed count no longer

/** This tab has just leased or renewed these tasks. */
export const tellOtherTabs = (taskIds) => remember(OWN, { at: Date.now(), taskIds });

for (const name of namesUnder("line.")) forget(name); // where an older version of this page kept the same

addEventListener("pagehide", () => forget(OWN));

export function leasedInOtherTabs() {
  const others = namesUnder(BOX).filter((name) => name !== OWN).map((name) => recall(name, {}));
  return others.filter(({ at }) => Math.abs(Date.now() - at) < FRESH_MS).flatMap(({ taskIds }) => taskIds ?? []);
}
