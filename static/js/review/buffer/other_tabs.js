// What this person's other tabs hold: no two tabs show the same case, and none gives back what another works on.
import { config } from "../../shared/config.js";
import { forget, namesUnder, recall, remember } from "../../shared/local_memory.js";

const BOX = `line.${config.practice ? "practice." : ""}${config.user.id}.`; // practice has numbers of its own
const OWN = BOX + Math.random().toString(36).slice(2);
const FRESH_MS = (config.leaseSeconds + 30) * 1000; // a tab that crashed holds nothing for longer

/** This tab holds these tasks, just taken or renewed. */
export const tellOthers = (taskIds) => remember(OWN, { at: Date.now(), taskIds });

addEventListener("pagehide", () => forget(OWN));

export function leasedElsewhere() {
  const others = namesUnder(BOX).filter((name) => name !== OWN).map((name) => recall(name, {}));
  return others.filter(({ at }) => Math.abs(Date.now() - at) < FRESH_MS).flatMap(({ taskIds }) => taskIds ?? []);
}
