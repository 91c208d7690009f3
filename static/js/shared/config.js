// What the server tells this page: addresses, queues, seconds. See templates/review/stage.html.
/** @import { Config } from "./types.js" */
/** @type {Config} */
export const config = JSON.parse(document.getElementById("stage-config").textContent);

/** How many cases we lease at once, the one on the table included. */
export const BATCH = 5;
/** How many the server leases in one call. */
export const MOST_AT_ONCE = 10;
/** How many of the cases behind the current one have their picture fetched and decoded. */
export const AHEAD = 3;
/** How many decided cases stay in memory, so that an undo shows them at once. */
export const KEEP = 10;
