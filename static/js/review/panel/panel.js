// The panel beside the picture: suggestion, reasons, labels, text, subject, guideline. Its parts are built ahead of time
// as `pages` and put in place by one swap per section, so that the sections never move between cases.
/** @import { Pages, Task } from "../../shared/types.js" */
import { byId, h } from "../../shared/dom.js";
import { serverNow } from "../../shared/clock.js";
import { Guideline } from "./guideline.js";
import { keyHint } from "../../shared/keymap.js";
import { ARROW, buildLabels, lightLabels, pathOf, readPath, suggestionOf } from "./labels.js";
import { buildText, lightMarks, listenMarks } from "./text.js";
import { number, say, sayAgo, sayCount } from "../../shared/strings.js";
import { dayText } from "../../shared/times.js";

function suggestion(task) {
  const path = suggestionOf(task);
  const key = keyHint("reject");
  if (!path) return [say("suggest.none")];
  const levels = path.split(ARROW);
  const above = levels.length > 1 ? h("span", { dir: "auto" }, ` · ${levels.slice(0, -1).join(ARROW)}`) : null;
  const said = `${key ? say("suggest", { key }) : say("suggest.button")} `;
  return [said, h("b", { dir: "auto", title: path }, levels.at(-1)), above].filter(Boolean);
}

function reasonButton(reason, suggested) {
  const path = readPath(reason).join(" › ");
  return h(
    "button",
    { type: "button", class: suggested ? "suggested" : "", "data-act": "reason", "data-arg": reason.key || reason.code,
      "data-reason": reason.code, "aria-keyshortcuts": reason.key || null, title: path || null },
    h("kbd", { "aria-hidden": "true" }, reason.key || "·"),
    h("span", { dir: "auto" }, reason.name),
  );
}

function reasons(task) {
  const { reasons: offered, result } = task;
  const own = suggestionOf(task) === null ? "" : pathOf(result).join("/");
  if (!offered?.length) return [h("p", { class: "faint" }, say("reasons.none"))];
  return offered.map((reason) => reasonButton(reason, own !== "" && pathOf(reason).join("/") === own));
}

const riskText = ({ said, lastSeenMs }) => (lastSeenMs ? `${said} · ${say("subject.last", { ago: sayAgo(lastSeenMs, serverNow()) })}` : said);

const FOR_MOST = 3; // categories of rejections that are named

/** "14 · 3 rejected: Suggestive ×2, Advertising · last 2 days ago" */
function record({ decided, rejected, rejectedFor = [], lastRejectedAt }) {
  if (!decided) return [say("subject.new")];
  const count = sayCount("subject.rejected", rejected ?? 0);
  const named = rejectedFor.slice(0, FOR_MOST).map(({ name, n }) => name + (n > 1 ? ` ×${number(n)}` : "")).join(", ");
  const last = lastRejectedAt ? ` · ${say("subject.last", { ago: sayAgo(Date.parse(lastRejectedAt), serverNow()) })}` : "";
  return [`${number(decided)} · `, rejected ? h("b", { class: "reject" }, count) : count, named ? h("bdi", {}, `: ${named}`) : "", last];
}

/** What else of theirs waits, and the button to decide it together with this case. */
function waiting({ waiting: n, waitingHere }) {
  if (!n) return [say("subject.waiting.none")];
  if (!waitingHere) return [sayCount("subject.waiting", n)];
  const said = waitingHere < n ? say("subject.waiting.here", { n: number(n), here: number(waitingHere) }) : sayCount("subject.waiting", n);
  const take = h("button", { type: "button", class: "take", "data-act": "sameSubject" }, say("same_subject.take"), " ", h("kbd", { "aria-hidden": "true" }, keyHint("sameSubject")));
  return [said, " ", take];
}


function earlier({ url, verdict, by, at }) {
  const values = { verdict: say(`verdict.${verdict}`), who: by, day: dayText(at) };
  return h("a", { href: url, target: "_blank", rel: "noopener", class: verdict.toLowerCase() }, say(by ? "seen.by" : "seen.at", values));
}

/** The same four rows for every case, so that each is always in the same place. */
function subject({ subject: who, seenBefore = [] }) {
  const risks = (who?.risks ?? []).map((risk) => h("div", { dir: "auto" }, riskText(risk)));
  const seen = seenBefore.flatMap((one, at) => [at ? " · " : "", earlier(one)]);
  const named = who?.tokenId ? [
    h("dt", {}, say("subject.decided")), h("dd", { class: "num" }, ...record(who)),
    h("dt", {}, say("subject.machine")), h("dd", {}, ...(risks.length ? risks : [say("subject.unremarkable")])),
    h("dt", {}, say("subject.waiting")), h("dd", { class: "num" }, ...waiting(who)),
  ] : [h("dt", {}, say("subject.decided")), h("dd", { class: "faint" }, say("subject.none"))];
  return [h("dl", { class: "facts small" }, ...named,
    h("dt", {}, say("seen")), h("dd", { class: "num" }, ...(seen.length ? [`${say("seen.before")} `, ...seen] : [say("seen.never")])))];
}

/** Everything the panel shows for a case. `on`: light(evidenceIds), goTo(evidenceId), say(text); `changes` is what a
 *  newer result changed, `before` the label verdicts said so far.
 * @param {Task} task
 * @returns {Pages} */
export function buildPages(task, on, { changes = null, before = [] } = {}) {
  const { verdicts, nodes } = buildLabels(task, on, { changes, before });
  return {
    changes,
    decides: task.decides > 1 ? task.decides : null,
    verdicts: () => verdicts.list(),
    suggests: suggestionOf(task) !== null,
    suggestion: suggestion(task),
    reasons: reasons(task),
    labels: nodes,
    level: task.result?.riskLevel ? say(`level.${task.result.riskLevel}`) : "",
    text: buildText(task),
    subject: subject(task),
    facts: facts(task),
    tokenId: task.subject?.tokenId ?? "",
    cases: task.subject?.url ?? "",
    note: task.note && task.note.text !== task.origin?.note ? task.note : null, // else the line above the picture has it
    guideline: task.guideline ?? null,
  };
}

/** What else was sent with the picture, in the server's words; each leads to the cases that say the same. */
function facts({ facts: told = [] }) {
  return told.flatMap(({ name, values }) => [
    h("dt", {}, name),
    h("dd", {}, ...values.map(({ text, url }) => h("div", {}, h("a", { href: url, target: "_blank", rel: "noopener" }, h("bdi", {}, text))))),
  ]);
}

const NO_CASE = {
  changes: null, decides: null, verdicts: () => [], suggests: false, suggestion: [], reasons: [], labels: [], level: "", text: { nodes: [], heading: "" },
  subject: [], facts: [], tokenId: "", cases: "", note: null, guideline: null,
};

export class Panel {
  constructor() {
    this.parts = Object.fromEntries(
      ["suggestion", "reasons", "labels", "level", "text", "matches", "subject", "token", "lower"]
        .map((name) => [name, byId(`stage-${name}`)]),
    );
    this.guideline = new Guideline();
    this.decides = byId("stage-decides");
    this.colleagueNote = byId("stage-colleague-note");
    this.cases = byId("stage-cases");
    this.facts = { fold: byId("stage-facts"), count: byId("stage-facts-count"), list: byId("stage-facts-list") };
    this.reject = document.querySelector('#stage [data-act="reject"]');
  }

  /** Shows a case's pages; none when the table is empty, so that no evidence outlives its picture. */
  show(pages = NO_CASE) {
    const { parts } = this;
    parts.suggestion.replaceChildren(...pages.suggestion);
    parts.reasons.replaceChildren(...pages.reasons);
    parts.labels.replaceChildren(...pages.labels);
    parts.level.textContent = pages.level;
    this.showText(pages.text);
    parts.subject.replaceChildren(...pages.subject);
    parts.token.textContent = pages.tokenId;
    this.#tellFacts(pages.facts);
    this.guideline.show(pages.guideline);
    this.reject.setAttribute("aria-disabled", String(!pages.suggests));
    this.cases.hidden = !pages.cases;
    this.cases.href = pages.cases;
    this.#tellNote(pages.note);
    this.#tellDecides(pages.decides);
    parts.suggestion.classList.toggle("changed", Boolean(pages.changes?.suggestion));
    parts.text.classList.toggle("changed", Boolean(pages.changes?.text));
    if (parts.lower.scrollTop) parts.lower.scrollTop = 0;
  }

  showText({ nodes, heading }) {
    this.parts.text.replaceChildren(...nodes);
    this.parts.matches.textContent = heading;
  }

  /** The note of a colleague who had the case before. It lies over the picture beside the verdicts: nothing moves for it. */
  #tellNote(note) {
    this.colleagueNote.hidden = !note;
    this.colleagueNote.open = true;
    const [head, text] = this.colleagueNote.children;
    head.textContent = note ? say("colleague_note.by", { who: note.by || say("somebody"), ago: sayAgo(Date.parse(note.at), serverNow()) }) : "";
    text.textContent = note?.text ?? "";
  }

  #tellFacts(nodes) {
    const { fold, count, list } = this.facts;
    fold.hidden = !nodes.length;
    count.textContent = number(nodes.length / 2);
    list.replaceChildren(...nodes);
  }

  /** How many cases this verdict decides at once. */
  #tellDecides(n) {
    this.decides.hidden = !n;
    this.decides.textContent = n ? sayCount("decides", n) : "";
    if (n) this.decides.dataset.decides = n;
    else delete this.decides.dataset.decides;
  }

  /** `on`: light(evidenceIds), goTo(evidenceId). */
  listen(on) {
    listenMarks(this.parts.text, on);
  }

  light(ids) {
    lightLabels(this.parts.labels, ids);
    lightMarks(this.parts.text, ids);
  }
}
