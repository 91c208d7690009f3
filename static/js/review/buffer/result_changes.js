// What a newer machine result of the same case says otherwise.
/** @import { Changes, Task } from "../../shared/types.js" */
import { pathOf, suggestionOf } from "../panel/labels.js";
import { scoreOf } from "../../shared/scores.js";

const keyOf = (label) => pathOf(label).join("/");
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function labelChanges(before, after) {
  const old = new Map(before.map((label) => [keyOf(label), label]));
  const changed = after.filter((label) => {
    const known = old.get(keyOf(label));
    return !known || scoreOf(known) !== scoreOf(label) || known.riskLevel !== label.riskLevel;
  });
  return new Map(changed.map((label) => [keyOf(label), old.has(keyOf(label)) ? { was: scoreOf(old.get(keyOf(label))) } : {}]));
}

/** {labels: Map(path → {was?: score}), gone, evidence: [ids], text, suggestion} or null when the revision is the same.
 * @param {Task} before
 * @param {Task} after
 * @returns {Changes | null} */
export function changesBetween(before, after) {
  const numbered = after.machineRevision !== undefined && before.machineRevision !== undefined;
  if (numbered ? after.machineRevision === before.machineRevision : same(before.result, after.result)) return null;
  const paths = after.labels.map(keyOf);
  return {
    labels: labelChanges(before.labels, after.labels),
    gone: before.labels.filter((label) => !paths.includes(keyOf(label))),
    evidence: after.evidence.filter((item) => !before.evidence.some((other) => same(other, item))).map(({ id }) => id),
    text: !same(before.text, after.text),
    suggestion: suggestionOf(before) !== suggestionOf(after),
  };
}
