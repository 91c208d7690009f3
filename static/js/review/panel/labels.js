// What the machine said: its labels grouped by category, strongest first, each with its score out of 1000.
import { h } from "../../shared/dom.js";
import { LabelVerdicts } from "./label_verdicts.js";
import { scoreOf } from "../../shared/scores.js";
import { number, say } from "../../shared/strings.js";

const ARROW = " › ";

export const pathOf = (label) => [label.riskLabel1, label.riskLabel2, label.riskLabel3].filter(Boolean);

/** A label's path as people read it: the names the server gave its levels, else its identifiers. */
export const readPath = (label) => (label.levels?.length ? label.levels : pathOf(label));

/** What `X` would decide: the result's own path, as words; null when the machine suggests nothing. */
export function suggestionOf({ result, resultLevels }) {
  const own = pathOf(result ?? {}).join("/");
  if (result?.riskLevel === "PASS" || !own || pathOf(result)[0] === "normal") return null;
  return readPath({ ...result, levels: resultLevels }).join(ARROW);
}

const strongest = (a, b) => (scoreOf(b) ?? -1) - (scoreOf(a) ?? -1);

/** Labels by their first level; the group with the strongest label first. */
function grouped(labels) {
  const groups = new Map();
  for (const label of labels.toSorted(strongest)) {
    const [name = ""] = readPath(label);
    groups.set(name, [...(groups.get(name) ?? []), label]);
  }
  return groups;
}

function scoreBar(label) {
  const points = scoreOf(label);
  const bar = h("i");
  bar.style.width = `${(points ?? 0) / 10}%`;
  const figure = h("span", { class: "num" }, points === null ? "–" : String(points));
  return [h("span", { class: "bar", "aria-hidden": "true" }, bar), figure];
}

/** What a newer result changed about a label: "new", or the score it had. */
function changeOf(label, changes) {
  const change = changes?.labels.get(pathOf(label).join("/"));
  if (!change) return null;
  const was = change.was ?? null;
  return h("small", { class: "was" }, was === null ? say("changed.new") : say("changed.was", { n: was }));
}

/** One label; pointing at it lights its boxes, pressing it goes to the first. Its verdict is said beside it. */
function row(label, { light, goTo, verdicts, changes }) {
  const [, ...below] = readPath(label);
  const leaf = below.at(-1) ?? readPath(label)[0];
  const level = label.riskLevel ?? "REVIEW";
  const evidence = label.evidence ?? [];
  const path = below.length > 1 ? h("small", {}, below.slice(0, -1).join(ARROW)) : null;
  const button = h("button", { type: "button", class: "label-main" },
    h("span", { class: "glyph", role: "img", "aria-label": say(`level.${level}`) }),
    h("span", { class: "leaf", dir: "auto" }, leaf, path, changeOf(label, changes)));
  const main = h("div", { class: `label ${level.toLowerCase()}`, "data-label": pathOf(label).join("/") },
    button, ...scoreBar(label), verdicts.control(label, readPath(label).join(ARROW)));
  main.dataset.evidence = JSON.stringify(evidence);
  for (const type of ["pointerenter", "focusin"]) main.addEventListener(type, () => light(evidence));
  for (const type of ["pointerleave", "focusout"]) main.addEventListener(type, () => light([]));
  button.addEventListener("click", () => evidence.length && goTo(evidence[0]));
  button.addEventListener("keydown", (event) => arrows(event, button, verdicts, label));
  return h("div", { class: "label-row" }, main, verdicts.correction(label));
}

/** Up and down go from label to label, left and right turn its verdict. */
function arrows(event, button, verdicts, label) {
  const by = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  if (/Left|Right/.test(event.key)) return verdicts.turn(label, by);
  const all = [...button.closest("#stage-labels").querySelectorAll(".label-main")];
  all[all.indexOf(button) + by]?.focus();
}

/** The nodes of the label tree and the verdicts said there. `on`: light(evidenceIds), goTo(evidenceId), say(text);
 *  `changes` is what a newer result changed, `before` the verdicts said about the older one. */
export function buildLabels(task, on, { changes, before }) {
  const verdicts = new LabelVerdicts(task.labels, { say: on.say, before });
  if (!task.labels.length) return { verdicts, nodes: [h("p", { class: "faint" }, say("labels.none"))] };
  const nodes = [...grouped(task.labels)].map(([name, labels]) =>
    h("div", { class: "group" }, h("h3", { dir: "auto" }, name), ...labels.map((label) => row(label, { ...on, verdicts, changes }))));
  const all = task.labelsTotal;
  if (all) nodes.push(h("p", { class: "small faint" }, say("labels.first", { n: number(task.labels.length), all: number(all) })));
  return { verdicts, nodes };
}

/** Lights the labels that cite one of `ids`. */
export function lightLabels(root, ids) {
  for (const button of root.querySelectorAll("[data-label]")) {
    const cited = JSON.parse(button.dataset.evidence);
    button.classList.toggle("lit", ids.some((id) => cited.includes(id)));
  }
}
