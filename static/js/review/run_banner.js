// Where the run stands: its place and the way back in the banner, its pictures in the strip.
/** @import { Run } from "./run.js" */
import { byId, h } from "../shared/dom.js";
import { preferences } from "../shared/preferences.js";
import { number, say, sayCount } from "../shared/strings.js";
import { STRONGEST, blurSettingOf } from "./picture/blur_filter.js";

const AROUND = 4; // pictures shown before and behind the current one
const GLYPHS = { pass: "✓", PASS: "✓", reject: "✕", REJECT: "✕", skip: "↷", escalate: "↑", snooze: "‖", leased: "◔", assigned: "→" };
const ENDS = ["own", "decided", "skipped", "deferred", "leased", "assigned", "not-member", "gone"];
const MOST_PIPS = 20;

export class RunBanner {
  #at = 0; // the place of the case on the table

  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    this.place = byId("stage-run-at");
    this.pips = byId("stage-run-pips");
    this.strip = byId("stage-run-strip");
    run.on("changed", () => this.draw());
    preferences(); // a fault in them shows at once, not with the first picture
    this.draw();
  }

  /** The case on the table; null for none. */
  show(task) {
    if (task) this.#at = Math.max(0, this.run.place(task.taskId));
    this.draw();
  }

  draw() {
    const { stops } = this.run;
    this.place.textContent = say("run.at", { at: number(this.#at + 1), n: number(stops.length) });
    const shown = stops.length > MOST_PIPS ? [] : stops;
    this.pips.replaceChildren(...shown.map(({ outcome }, at) => h("i", { class: at === this.#at ? "cur" : outcome ? "done" : "" })));
    const first = Math.max(0, Math.min(this.#at - AROUND, stops.length - 2 * AROUND - 1));
    const near = stops.slice(first, first + 2 * AROUND + 1);
    this.strip.replaceChildren(...near.map((stop, n) => this.#thumb(stop, first + n)));
  }

  #thumb(stop, at) {
    const { taskId, caseId, outcome, verdict, act, picture } = stop;
    const { blur, grayscale } = blurSettingOf(this.run.taskOf(taskId) ?? stop);
    const url = this.run.picture.replace("/0/", `/${caseId}/`).replace("thumbnail", blur ? "blurred" : "thumbnail");
    const strength = blur && blur < STRONGEST ? `?strength=${blur}` : "";
    const glyph = GLYPHS[act ?? verdict ?? outcome] ?? "";
    const did = outcome ? say(`run.stop.${outcome}`, { who: stop.by ?? say("somebody") }) : say("run.stop.waits");
    const told = say("run.stop", { at: number(at + 1), did });
    const current = at === this.#at;
    const css = `thumb ${act ?? verdict?.toLowerCase() ?? ""}${blur ? " blurred" : ""}${grayscale ? " grey" : ""}${outcome ? " over" : ""}${current ? " cur" : ""}`;
    return h("li", { class: css, title: told, "aria-label": told, "aria-current": current ? "step" : null },
      picture ? h("img", { alt: "", src: url + strength, draggable: "false" }) : null,
      h("span", { class: "nr num", "aria-hidden": "true" }, number(at + 1)), glyph ? h("b", { "aria-hidden": "true" }, glyph) : null);
  }
}

/** What the table says at the end of a run. */
export function runEnd(run, home) {
  const counts = run.ends();
  const list = ENDS.filter((name) => counts[name]).map((name) => h("li", {}, sayCount(`run.end.${name}`, counts[name])));
  const link = h("a", { class: "button primary", id: "stage-run-home", href: run.back }, say("run.back"), " ", h("kbd", { "aria-hidden": "true" }, "Esc"));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    home();
  });
  return h("div", { class: "notice empty run-end" }, h("strong", {}, say(counts.leased ? "run.waits" : "run.over")), h("ul", {}, ...list), h("p", {}, link));
}
