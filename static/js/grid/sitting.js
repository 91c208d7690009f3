// The flow of work in a grid: which page is looked at, may it be committed yet, what a commit, an undo and an answer change.
import { Refused, SignedOut, post } from "../stage/api.js";
import { config } from "../stage/config.js";
import { afterPaint, byId } from "../stage/dom.js";
import { pathOf } from "../stage/labels.js";
import { tellEnds } from "../stage/page_ends.js";
import * as notices from "../stage/notices.js";
import { say } from "../stage/words.js";
import { ending } from "./ending.js";
import { isCritical } from "./tile.js";

const STARTLE_MS = 500; // a key pressed this soon after something changed was meant for what was there before
const FRESH_MS = 5000; // a page that loses tiles this soon was given back by the page before a reload

export class Sitting {
  #readyAt = 0; // since when all of the page is on the screen; 0: not yet
  #shownAt = 0;
  #changedAt = -Infinity;

  /** `parts`: book, outbox, large, reveal, head, strip, status, session; `lease` is set once it exists. */
  constructor(parts) {
    Object.assign(this, parts);
    this.stage = byId("stage");
    this.place = byId("grid-page");
    this.banner = byId("grid-banner");
    this.place.addEventListener("settled", () => this.#lookWhetherPainted());
    this.place.addEventListener("focusin", (event) => this.#goTo(this.#placeOf(event.target), { focus: false }));
  }

  get page() {
    return this.book.first;
  }

  #placeOf(node) {
    return this.page ? this.page.tiles.findIndex((tile) => tile.element.contains(node)) : -1;
  }

  /** Puts the first page on the screen, or why there is none. */
  present() {
    this.large.close();
    this.reveal.end();
    const { page } = this;
    this.banner.hidden = !page;
    if (!page) return this.#presentNothing();
    this.#readyAt = 0;
    this.#shownAt = performance.now();
    this.stage.dataset.state = "loading";
    this.place.replaceChildren(page.element);
    this.place.scrollTop = 0;
    page.load("high");
    this.tell();
    this.#goTo(page.at, {});
    this.#lookWhetherPainted();
  }

  #presentNothing() {
    const over = this.book.ending && !this.outbox.count;
    this.stage.dataset.state = over ? (this.book.ending.why ? "refused" : "empty") : "loading";
    this.place.replaceChildren(over ? ending(this.book.ending) : notices.fetching());
  }

  #lookWhetherPainted() {
    const { page } = this;
    if (!page?.isPainted || this.#readyAt) return;
    afterPaint(() => {
      if (this.page !== page || !page.isPainted || this.#readyAt) return;
      this.#readyAt = this.#changedAt = performance.now();
      this.stage.dataset.state = "ready";
      this.book.pages[1]?.load("low");
    });
  }

  /** The banner: what a commit would do. */
  tell() {
    byId("grid-about").textContent = this.page.tiles[0].suspected.path;
    byId("grid-counts").textContent = this.page.told;
    this.head.tellHold(this.book.hold);
  }

  came(answer, again) {
    this.session.fine();
    this.head.count(answer.waiting, answer.heldByOthers);
    const before = this.page;
    const more = this.book.add(answer, again);
    if (this.page !== before || !this.page) this.present();
    else if (this.stage.dataset.state === "ready") this.book.pages[1]?.load("low");
    if (again) this.#repaint();
    if (more && this.book.isShort) setTimeout(() => this.lease.ask()); // this answer's own asking is not over yet
  }

  /** Pictures that were on their way may be there now. */
  #repaint() {
    this.page?.load("high");
    this.#lookWhetherPainted();
  }

  failed(error) {
    if (error instanceof SignedOut) this.session.ended(error);
    if (this.page) return;
    this.stage.dataset.state = "empty";
    this.place.replaceChildren(error instanceof Refused ? notices.refused(error.body.detail ?? "") : notices.unreachable());
  }

  /* ---- moving and marking ---- */

  #goTo(at, { focus = true }) {
    const { page } = this;
    if (!page || at < 0 || at >= page.tiles.length) return;
    page.current.button.tabIndex = -1;
    page.at = at;
    const { button } = page.current;
    button.tabIndex = 0;
    if (focus) button.focus({ preventScroll: this.large.isOpen });
    if (this.large.isOpen && focus) this.#enlarge();
  }

  /** Arrows go from tile to tile; up and down by a row as it is on the screen. */
  move(key) {
    if (!this.page) return;
    const { tiles, at } = this.page;
    const top = tiles[0].element.offsetTop;
    const columns = Math.max(1, tiles.filter(({ element }) => element.offsetTop === top).length);
    const forward = document.dir === "rtl" ? -1 : 1;
    const by = { ArrowLeft: -forward, ArrowRight: forward, ArrowUp: -columns, ArrowDown: columns, PageUp: -2 * columns, PageDown: 2 * columns }[key];
    this.#goTo(at + by, {});
  }

  /** The tile a click is on becomes the current one. */
  #pointedAt(event) {
    if (event.type === "click") this.#goTo(this.#placeOf(event.target), { focus: event.detail > 0 && !this.large.isOpen });
    return this.page?.current;
  }

  /** Marks the current tile as rejected, `reason` null for "as suggested"; the same again takes the mark away. */
  mark(event, reason = null) {
    const tile = this.#pointedAt(event);
    if (!tile?.isOpen) return this.status.say(say(this.page ? "grid.away" : "guard.nothing"));
    const same = tile.mark && (tile.mark.reason?.code ?? null) === (reason?.code ?? null);
    if (!same && !reason && !this.page.suggests) return this.status.toast(say("suggest.refused"), { tone: "warn" });
    if (!same && !reason && config.reasonRequired) return this.status.toast(say("grid.reason"), { tone: "warn" });
    tile.mark = same ? null : { reason };
    this.page.touched = true;
    this.#redraw(tile);
    return this.status.say(`${tile.verdict}. ${this.page.told}`);
  }

  markFor(event, key) {
    const reason = this.page?.current.task.reasons.find((other) => String(other.key) === key);
    if (reason) this.mark(event, reason);
    else this.status.say(say(this.page ? "reasons.unknown" : "guard.nothing", { key }));
  }

  #redraw(tile) {
    tile.draw();
    if (this.large.isOpen && tile === this.page.current) this.large.tell(tile);
    this.tell();
  }

  setAside(event, kind) {
    const tile = this.#pointedAt(event);
    if (!tile?.isOpen || tile.returning) return this.status.say(say(this.page ? "grid.away" : "guard.nothing"));
    const { taskId, task: { holdToken } } = tile;
    this.outbox.add({ kind, taskId, holdToken });
    this.page.touched = true;
    this.#leave(tile, kind);
    return this.status.say(`${say(`did.${kind}`)}. ${this.page.told}`);
  }

  /** A tile that takes no part any more keeps its place: nothing moves under the hand. */
  #leave(tile, away) {
    Object.assign(tile, { away, mark: null });
    tile.draw();
    if (!this.page) return;
    this.tell();
    this.#lookWhetherPainted();
  }

  /* ---- enlarging ---- */

  larger(event) {
    const tile = this.#pointedAt(event);
    if (this.large.isOpen) this.large.zoom(1);
    else if (tile) this.#enlarge();
  }

  #enlarge() {
    this.reveal.end();
    this.large.show(this.page.current);
    this.stage.classList.add("enlarged");
  }

  smaller() {
    if (!this.large.isOpen) return;
    this.reveal.end();
    this.large.close();
    this.stage.classList.remove("enlarged");
    this.page?.current.button.focus();
  }

  /** Space opens a tile; in large it looks under the veil while it is held, or closes where nothing lies over it. */
  space(event, down) {
    if (down === null || this.large.hides || (!down && this.large.isOpen)) this.reveal.act(event, down);
    else if (down && this.large.isOpen) this.smaller();
    else if (down) this.larger(event);
  }

  /* ---- committing and taking back ---- */

  #objection(event) {
    if (!this.page) return "guard.nothing";
    if (this.large.isOpen) return "grid.enlarged";
    if (!this.#readyAt) return "grid.unseen";
    return event.timeStamp < this.#changedAt + STARTLE_MS ? "grid.startled" : "";
  }

  commit(event) {
    const why = this.#objection(event);
    if (why) return this.status.say(say(why));
    const { page } = this;
    this.book.turn();
    if (page.open.length) this.#send(page);
    this.present();
    this.lease.ask();
    return undefined;
  }

  #send(page) {
    const item = page.decided(performance.now() - this.#shownAt);
    page.said = page.did(page.counts);
    this.outbox.add(item);
    this.strip.add({ kind: "decide", decisionId: item.pageId, act: "pass", said: page.said, task: page.open[0].task, elapsedMs: item.tiles[0].elapsedMs });
    this.status.say(page.said);
  }

  undo() {
    const mark = this.strip.undoable;
    if (!mark) return this.status.say(say(this.strip.latest ? "undo.over" : "undo.none"));
    this.outbox.add({ kind: "grid_undo", pageId: mark.decisionId });
    this.strip.drop(mark.decisionId);
    if (this.book.turnBack(mark.decisionId)) this.present();
    return this.status.say(say("did.undo", { what: mark.said }));
  }

  /* ---- what the server answered ---- */

  answered(item, body, sentAt) {
    this.session.fine();
    if (item.kind === "grid_decide") this.#decided(item, body, sentAt);
    else if (item.kind === "grid_undo") this.#undone(item, body);
    if (!this.page || this.book.isShort) this.lease.ask();
  }

  /** What was not decided is told; what the grid does not take is given back, for somebody to look at it singly. */
  #decided({ pageId, tiles }, { tiles: ends }, sentAt) {
    this.strip.answered(pageId, sentAt);
    const page = this.book.past.find((other) => other.pageId === pageId);
    const holds = [];
    for (const end of ends.filter(({ outcome }) => outcome !== "decided")) {
      const { taskId, holdToken } = tiles.find((other) => other.taskId === end.taskId);
      if (["not-for-grid", "refused"].includes(end.outcome)) holds.push({ taskId, holdToken });
      const tile = page?.find(taskId);
      if (tile) Object.assign(tile, { away: holds.at(-1)?.taskId === taskId ? "changed" : "lost", mark: null }).draw();
    }
    if (holds.length) post(config.urls.release, { holds }).catch(() => null);
    const told = tellEnds(ends);
    if (told) this.status.toast(told, { tone: "warn" });
    if (told && page) this.strip.retell(pageId, page.did(page.counts));
  }

  /** What was taken back is held under new tokens; the rest had left. */
  #undone({ pageId }, { tasks, left }) {
    for (const task of tasks) {
      this.outbox.retoken(task.taskId, task.holdToken);
      const tile = this.book.find(task.taskId);
      if (tile) Object.assign(tile, { returning: false }).take(task);
    }
    for (const taskId of left) if (this.book.find(taskId)) this.#leave(this.book.find(taskId), "left");
    if (left.length) this.status.toast(say("grid.left", { n: tasks.length, m: left.length }), { tone: "warn" });
    if (this.page?.pageId === pageId) this.tell();
  }

  refused(item, { status, body }) {
    if (item.pageId) this.strip.drop(item.pageId);
    if (item.kind === "grid_undo") {
      for (const tile of this.page?.tiles ?? []) if (tile.returning) this.#leave(Object.assign(tile, { returning: false }), "left");
    }
    const held = body.outcome === "hold-lost" || body.outcome === "already-decided";
    this.status.toast(held ? say("refused.lost") : say("refused.other", { why: body.detail || String(status) }), { tone: "warn" });
  }

  lost(taskIds) {
    const sending = this.outbox.taskIds();
    const gone = taskIds.map((taskId) => this.book.find(taskId)).filter((tile) => tile && !tile.returning && !sending.includes(tile.taskId));
    if (!gone.length) return;
    const fresh = !this.page.touched && performance.now() - this.#shownAt < FRESH_MS;
    if (fresh) this.book.pages = [];
    else for (const tile of gone) this.#leave(tile, "lost");
    if (fresh) this.lease.ask();
    else this.status.toast(say("hold.over"), { tone: "warn" });
  }

  /** The machine says something new about pictures we hold: other evidence stays, another suspicion has to leave. */
  changed(tasks) {
    for (const task of tasks) {
      const tile = this.book.find(task.taskId);
      if (!tile) continue;
      const before = pathOf(tile.task.result).join("/");
      tile.take(task);
      tile.load("high");
      if (isCritical(task) || pathOf(task.result).join("/") !== before) this.#giveBack(tile);
      else this.#redraw(tile);
      if (this.large.isOpen && tile === this.page.current) this.#enlarge();
    }
    this.#changedAt = performance.now();
    this.#readyAt = this.page?.isPainted ? this.#readyAt : 0;
    this.#lookWhetherPainted();
    this.status.toast(say("grid.changed"), { tone: "warn" });
  }

  #giveBack(tile) {
    const { taskId, task: { holdToken } } = tile;
    post(config.urls.release, { holds: [{ taskId, holdToken }] }).catch(() => null);
    this.#leave(tile, "changed");
  }

  /** What lies over pictures is another. */
  rebuild() {
    for (const page of [...this.book.pages, ...this.book.past]) for (const tile of page.tiles) tile.cover();
    this.strip.redraw();
    if (this.page) this.present();
  }
}
