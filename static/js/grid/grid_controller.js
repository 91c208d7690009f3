// The flow of work in a grid: which page is on the screen, whether it may be committed yet, and what a commit and an undo change.
/** @import { GridControllerParts } from "./parts.js" */
import { config } from "../shared/config.js";
import { afterPaint, byId } from "../shared/dom.js";
import * as notices from "../review/notices.js";
import { say } from "../shared/strings.js";
import { ending } from "./page_end.js";

const STARTLE_MS = 500; // a key pressed this soon after something changed was meant for what was there before
const FRESH_MS = 5000; // a page that loses tiles this soon was given back by the page before a reload

export class GridController {
  #readyAt = 0; // since when all of the page is on the screen; 0: not yet
  #shownAt = 0;
  #changedAt = -Infinity;

  /** @param {GridControllerParts} parts */
  constructor({ buffer, outbox, leases, large, reveal, head, strip, status }) {
    this.buffer = buffer;
    this.outbox = outbox;
    this.leases = leases;
    this.large = large;
    this.reveal = reveal;
    this.head = head;
    this.strip = strip;
    this.status = status;
    this.stage = byId("stage");
    this.place = byId("grid-page");
    this.banner = byId("grid-banner");
    this.place.addEventListener("settled", () => this.#lookWhetherPainted());
    this.place.addEventListener("focusin", (event) => this.#goTo(this.#placeOf(event.target), { focus: false }));
  }

  get page() {
    return this.buffer.first;
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
    const over = this.buffer.ending && !this.outbox.count;
    if (over) this.showNothing(ending(this.buffer.ending), this.buffer.ending.why ? "refused" : "empty");
    else this.showNothing(notices.fetching(), "loading");
  }

  showNothing(notice, state = "empty") {
    this.stage.dataset.state = state;
    this.place.replaceChildren(notice);
  }

  #lookWhetherPainted() {
    const { page } = this;
    if (!page?.isPainted || this.#readyAt) return;
    afterPaint(() => {
      if (this.page !== page || !page.isPainted || this.#readyAt) return;
      this.#readyAt = this.#changedAt = performance.now();
      this.stage.dataset.state = "ready";
      this.loadAhead();
    });
  }

  /** The banner: what a commit would do. */
  tell() {
    byId("grid-about").textContent = this.page.tiles[0].suspected.path;
    byId("grid-counts").textContent = this.page.summary;
    this.head.tellLease(this.buffer.lease);
  }

  /** Pictures that were on their way may be there now. */
  repaint() {
    this.page?.load("high");
    this.#lookWhetherPainted();
  }

  /** Once the page is seen, the one behind it. */
  loadAhead() {
    if (this.stage.dataset.state === "ready") this.buffer.pages[1]?.load("low");
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
    if (this.large.isOpen && focus) this.enlarge();
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
    this.redraw(tile);
    return this.status.say(`${tile.verdict}. ${this.page.summary}`);
  }

  markFor(event, key) {
    const reason = this.page?.current.task.reasons.find((other) => String(other.key) === key);
    if (reason) this.mark(event, reason);
    else this.status.say(say(this.page ? "reasons.unknown" : "guard.nothing", { key }));
  }

  redraw(tile) {
    tile.draw();
    if (this.large.isOpen && tile === this.page.current) this.large.tell(tile);
    this.tell();
  }

  /** Skip or escalate. */
  defer(event, kind) {
    const tile = this.#pointedAt(event);
    if (!tile?.isOpen || tile.returning) return this.status.say(say(this.page ? "grid.away" : "guard.nothing"));
    const { taskId, task: { leaseToken } } = tile;
    this.outbox.add({ kind, taskId, leaseToken });
    this.page.touched = true;
    this.leave(tile, kind);
    return this.status.say(`${say(`did.${kind}`)}. ${this.page.summary}`);
  }

  /** A tile that takes no part any more keeps its place: nothing moves under the pointer. */
  leave(tile, away) {
    tile.leave(away);
    if (!this.page) return;
    this.tell();
    this.#lookWhetherPainted();
  }

  /* ---- enlarging ---- */

  larger(event) {
    const tile = this.#pointedAt(event);
    if (this.large.isOpen) this.large.zoom(1);
    else if (tile) this.enlarge();
  }

  enlarge() {
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

  /** Space opens a tile; in large it reveals the picture while it is held down, or closes it where nothing is blurred. */
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
    this.buffer.turn();
    if (page.open.length) this.#send(page);
    this.present();
    this.leases.ask();
    return undefined;
  }

  #send(page) {
    const item = page.decided(performance.now() - this.#shownAt);
    page.said = page.did(page.counts);
    this.outbox.add(item);
    const [{ taskId, elapsedMs }] = item.tiles;
    const { task } = page.open[0];
    this.strip.add({ kind: "decide", decisionId: item.pageId, taskId, act: "pass", said: page.said, task, elapsedMs });
    this.status.say(page.said);
  }

  undo() {
    const mark = this.strip.undoable;
    if (!mark) return this.status.say(say(this.strip.latest ? "undo.over" : "undo.none"));
    this.outbox.add({ kind: "grid_undo", pageId: mark.decisionId });
    this.strip.undone(mark.decisionId);
    if (this.buffer.turnBack(mark.decisionId)) this.present();
    return this.status.say(say("did.undo", { what: mark.said }));
  }

  /** Something else stands on the page now: what was pressed a moment ago was not meant for it. */
  startle() {
    this.#changedAt = performance.now();
    this.#readyAt = this.page?.isPainted ? this.#readyAt : 0;
    this.#lookWhetherPainted();
  }

  /** Whether nothing has been said about the page yet, and it came a moment ago. */
  get isFresh() {
    return !this.page.touched && performance.now() - this.#shownAt < FRESH_MS;
  }

  /** The blur setting changed. */
  rebuild() {
    for (const page of [...this.buffer.pages, ...this.buffer.past]) for (const tile of page.tiles) tile.cover();
    this.strip.redraw();
    if (this.page) this.present();
  }
}
