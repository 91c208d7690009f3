// A page: pictures that are suspected of one label, and the marks on them. A picture without a mark passes.
import { h } from "../shared/dom.js";
import { suggestionOf } from "../review/panel/labels.js";
import { uuid } from "../review/buffer/outbox.js";
import { number, say, sayCount } from "../shared/strings.js";
import { Tile } from "./tile.js";

export class GridPage {
  /** `label` as the server names it; every picture is of `queue`. */
  constructor({ label, tasks }, queue) {
    this.label = label;
    this.queue = queue;
    this.at = 0; // the place of the current tile
    this.touched = false; // whether something was marked or deferred
    this.pageId = ""; // once it is decided
    this.said = "";
    this.tiles = tasks.map((task) => new Tile(task));
    this.name = this.tiles[0].suspected.name;
    this.element = h("ol", { class: "cells", "aria-label": this.name }, ...this.tiles.map(({ element }) => element));
  }

  get open() {
    return this.tiles.filter((tile) => tile.isOpen);
  }
  get current() {
    return this.tiles[this.at];
  }
  get isPainted() {
    return this.open.every((tile) => tile.settled);
  }
  get suggests() {
    return suggestionOf(this.current.task) !== null;
  }

  find = (taskId) => this.tiles.find((tile) => tile.taskId === taskId);
  load = (priority) => this.tiles.forEach((tile) => tile.load(priority));

  /** How many verdicts of each kind, and of how many cases. */
  get counts() {
    const rejected = new Map();
    const { open } = this;
    for (const { mark } of open) {
      const name = mark && (mark.reason?.name ?? this.name);
      if (mark) rejected.set(name, (rejected.get(name) ?? 0) + 1);
    }
    const rejects = [...rejected.values()].reduce((sum, n) => sum + n, 0);
    return { all: open.length, passes: open.length - rejects, rejects, rejected, cases: open.reduce((sum, { task }) => sum + task.decides, 0) };
  }

  /** "22 pass, 2 reject for Contact ad." */
  get summary() {
    const { all, passes, rejected, cases } = this.counts;
    const parts = [sayCount("grid.pass", passes), ...[...rejected].map(([name, n]) => sayCount("grid.reject", n, { name }))];
    const together = cases > all ? ` ${sayCount("grid.cases", cases)}` : "";
    return `${parts.join(say("grid.and"))}${say("grid.stop")}${together}`;
  }

  /** What a commit came to, in the strip: "24 decided: 22 passed, 2 rejected". */
  did({ passes, rejects }) {
    const parts = [sayCount("grid.passed", passes), rejects ? sayCount("grid.rejected", rejects) : ""].filter(Boolean);
    return `${say("grid.did", { n: number(passes + rejects) })} ${parts.join(say("grid.and"))}`;
  }

  /** The decisions to send, each with an id of its own; `elapsedMs` is what the whole page took. */
  decided(elapsedMs) {
    this.pageId = uuid();
    const { open, queue, label, pageId } = this;
    const tiles = open.map(({ taskId, task: { leaseToken, machineRevision }, mark }) => ({
      taskId, leaseToken, machineRevision, decisionId: uuid(), verdict: mark ? "REJECT" : "PASS", reason: mark?.reason?.code ?? "",
      elapsedMs: Math.round(elapsedMs / open.length),
    }));
    return { kind: "grid_decide", pageId, queue, label, tiles };
  }
}
