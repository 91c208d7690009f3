// The outcome of a committed grid page as a sentence: "22 decided, 1 was decided by Bob, 1 changed and needs a look".
/** @import { TileOutcome } from "./types.js" */
import { say, sayCount } from "./strings.js";

/** @param {TileOutcome} tile */
function endOf({ outcome, by, leasedBy, why, detail }) {
  if (outcome === "already-decided") return ["page.other", { who: by || say("somebody") }];
  if (outcome === "lease-lost") return leasedBy ? ["page.leased", { who: leasedBy }] : ["page.lost", {}];
  if (outcome === "not-for-grid") return [why === "critical" ? "page.critical" : "page.changed", {}];
  return ["page.refused", { why: detail ?? "" }];
}

/** A sentence about `tiles` as the server answered; "" when every one was decided.
 * @param {TileOutcome[]} tiles */
export function tellEnds(tiles) {
  const others = tiles.filter(({ outcome }) => outcome !== "decided");
  if (!others.length) return "";
  const counted = new Map();
  for (const tile of others) {
    const [key, values] = endOf(tile);
    const kind = JSON.stringify([key, values]);
    counted.set(kind, { key, values, n: (counted.get(kind)?.n ?? 0) + 1 });
  }
  const parts = [...counted.values()].map(({ key, values, n }) => sayCount(key, n, values));
  return [sayCount("page.decided", tiles.length - others.length), ...parts].join(say("grid.and")) + say("grid.stop");
}
