// The recognised text with its marks. Offsets count code points, as the contract does.
import { h } from "../../shared/dom.js";
import { number, say, sayCount } from "../../shared/strings.js";

/** Spans without repeats, outer before inner; lists that share a span are joined. */
function tidy(spans, length) {
  const known = new Map();
  for (const { start, end, kind, list, evidence = [] } of spans) {
    if (!(start >= 0 && start < end && end <= length)) continue;
    const key = `${start}-${end}-${kind}`;
    const span = known.get(key) ?? { start, end, kind, lists: [], evidence };
    if (list && !span.lists.includes(list)) span.lists.push(list);
    known.set(key, span);
  }
  return [...known.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Marks `letters[from…to)`; a span that crosses its neighbour's end is cut there and goes on behind it. */
function marked(letters, from, to, spans) {
  const nodes = [];
  let at = from;
  let queue = spans;
  while (queue.length) {
    const [span, ...rest] = queue;
    nodes.push(letters.slice(at, span.start).join(""));
    const inside = rest.filter(({ start }) => start < span.end);
    const cut = inside.filter(({ end }) => end > span.end).map((crossing) => ({ ...crossing, start: span.end }));
    const nested = inside.map((inner) => ({ ...inner, end: Math.min(inner.end, span.end) }));
    nodes.push(mark(span, marked(letters, span.start, span.end, nested)));
    at = span.end;
    queue = [...cut, ...rest.filter(({ start }) => start >= span.end)].sort((a, b) => a.start - b.start || b.end - a.end);
  }
  nodes.push(letters.slice(at, to).join(""));
  return nodes.filter((node) => node !== "");
}

function mark({ kind, lists, evidence }, children) {
  const title = kind === "risk" ? say("text.risk") : say("text.list", { name: lists.join(", ") });
  return h("mark", { "data-kind": kind, title, "data-evidence": evidence.length ? evidence.join("\n") : null }, ...children);
}

const idsOf = (node) => node?.dataset.evidence.split("\n") ?? [];

/** Pointing at a mark lights its boxes on the picture, pressing it goes to the first. */
export function listenMarks(root, { light, goTo }) {
  const near = (event) => event.target.closest("[data-evidence]");
  root.addEventListener("pointerover", (event) => light(idsOf(near(event))));
  root.addEventListener("pointerleave", () => light([]));
  root.addEventListener("click", (event) => near(event) && goTo(idsOf(near(event))[0]));
}

/** Lights the marks whose boxes are among `ids`. */
export function lightMarks(root, ids) {
  for (const node of root.querySelectorAll("[data-evidence]")) {
    node.classList.toggle("lit", idsOf(node).some((id) => ids.includes(id)));
  }
}

/** Of boxes that are ours: the machine did not say where its words lie on the picture. */
function ours({ text, evidence }) {
  if (text?.locating) return h("li", { class: "located" }, `≈ ${say("text.locating")}`);
  return evidence?.some(({ locatedBy }) => locatedBy) ? h("li", { class: "located" }, `≈ ${say("text.located")}`) : null;
}

function legend(task, spans) {
  const lists = [...new Set(spans.flatMap((span) => span.lists))];
  const risk = spans.some(({ kind }) => kind === "risk");
  return [
    risk ? h("li", {}, h("mark", { class: "key", "data-sample": "risk" }, say("text.risk"))) : null,
    ...lists.map((name) => h("li", {}, h("mark", { class: "key", "data-sample": "list" }, say("text.list", { name })))),
    ours(task),
  ];
}

/** Matched words that could not be placed in the text: listed, not lost. */
function unplaced(words) {
  if (!words.length) return null;
  const said = words.map((word) => {
    const { word: text = String(word), list = "", evidence = [] } = typeof word === "object" ? word : {};
    return h("li", { "data-evidence": evidence.length ? evidence.join("\n") : null }, h("bdi", {}, text), list ? ` (${list})` : "");
  });
  return h("div", { class: "unplaced small" }, h("span", {}, say("text.unplaced")), h("ul", {}, ...said));
}

/** What a code on the picture says: text to read, never something to follow. */
function codes(evidence) {
  return evidence.filter(({ qrContent }) => qrContent).map(({ id, qrContent }) => {
    const content = h("bdi", { class: "mono" }, qrContent);
    return h("div", { class: "code small", "data-code-of": id }, h("span", {}, say("text.code")), content);
  });
}

/** "12 matches", or of more than are told "first 500 of 8,000 matches". */
function heading(n, all) {
  if (all) return say("text.matches.first", { n: number(n), all: number(all) });
  return n ? sayCount("text.matches", n) : "";
}

/** The nodes of the text section and how many marks it has. */
export function buildText(task) {
  const { text, evidence } = task;
  const letters = Array.from(text?.text ?? "");
  const spans = tidy(text?.spans ?? [], letters.length);
  const unresolved = text?.unresolved ?? [];
  const keys = legend(task, spans).filter(Boolean);
  const body = letters.length
    ? h("p", { class: "ocr", dir: "auto" }, ...marked(letters, 0, letters.length, spans))
    : h("p", { class: "faint" }, say("text.none"));
  const cut = text?.length ? h("p", { class: "small faint" }, say("text.first", { n: number(letters.length), all: number(text.length) })) : null;
  const list = keys.length ? h("ul", { class: "legend small" }, ...keys) : null;
  const nodes = [body, cut, list, unplaced(unresolved), ...codes(evidence ?? [])];
  return { nodes: nodes.filter(Boolean), heading: heading(spans.length + unresolved.length, text?.matches) };
}
