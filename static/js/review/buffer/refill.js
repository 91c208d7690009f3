// What to ask the server for: the first few cases we have, so that they come back up to date, and as many more as the
// moderator's pace asks for.
/** @import { Refill } from "../../shared/types.js" */
/** @import { TaskBuffer } from "./task_buffer.js" */
import { BATCH, config } from "../../shared/config.js";
import { leasedInOtherTabs } from "./other_tabs.js";

export const MOST_LEASED = 100;

/** The body of a request for leases. `unsent` are tasks decided here that are still leased to us.
 * @param {TaskBuffer} buffer
 * @param {number[]} unsent
 * @returns {Refill} */
export function refillOf(buffer, unsent) {
  const more = Math.min(BATCH, Math.max(0, buffer.depth.wanted - buffer.length));
  const without = [...leasedInOtherTabs(), ...unsent, ...buffer.behind(BATCH)];
  return {
    queues: config.queues,
    count: Math.min(BATCH, buffer.length) + more,
    without: [...new Set(without)].slice(0, MOST_LEASED),
  };
}
