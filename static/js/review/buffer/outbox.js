// Decisions on their way to the server: posted one after another in the order they were made, kept in this browser
// until answered, sent again after a stall. The server knows each by its decisionId, so sending twice is harmless.
/** @import { OutboxItem } from "../../shared/types.js" */
import { Refused, SignedOut, Unreachable, post } from "../../shared/api.js";
import { Announcer } from "../../shared/announcer.js";
import { forget, namesUnder, recall, remember } from "../../shared/local_memory.js";
import { translated } from "./stored_decisions.js";

const BACKOFF_SECONDS = [1, 2, 4, 8, 15, 30];

/** A random UUID; crypto.randomUUID exists on https and localhost only. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** What an item is about: one task, or each tile of a page of a grid. */
const leasedFor = (item) => item.tiles ?? (item.taskId === undefined ? [] : [item]);

/** What is posted for an item; `lease` is the request for the next cases.
 * @param {OutboxItem} item */
function bodyOf({ kind, taskId, leaseToken, decisionId, note, ...rest }, lease) {
  const noted = note ? { note } : {};
  if (kind.startsWith("grid")) return rest;
  if (kind === "undo") return { decisionId };
  if (kind === "take_back") return { taskId };
  if (rest.body) return { ...rest.body, lease };
  if (kind !== "decide") return { taskId, leaseToken, ...noted, ...(rest.to ? { to: rest.to } : {}) };
  const { verdict, reason, labels, elapsedMs, machineRevision } = rest;
  const said = { ...(reason ? { reason } : {}), ...(labels?.length ? { labels } : {}) };
  return { decisionId, taskId, leaseToken, machineRevision, verdict, ...said, ...noted, elapsedMs, lease };
}

/** Announces answered(item, body, sentAt), refused(item, error), stopped(error) and changed(count, stalled). */
export class Outbox extends Announcer {
  /** @type {OutboxItem[]} */
  #items = [];
  #tries = 0;
  #busy = false;
  #kept = true; // whether this browser could keep what is unsent
  #alarm = 0;
  #name;

  /** `refill(unsent)` is the request for leases that is sent with a decision.
   * @param {{urls: Record<string, string>, user: string | number, refill?: (unsent: number[]) => object | undefined}} parts */
  constructor({ urls, user, refill = () => undefined }) {
    super();
    this.urls = urls;
    this.refill = refill;
    this.stopped = false;
    this.box = `outbox.${user}.`;
    this.#name = this.box + uuid();
    this.#inherit();
    addEventListener("online", () => this.retry());
    addEventListener("beforeunload", (event) => this.count && !this.#kept && event.preventDefault());
  }

  get count() {
    return this.#items.length;
  }

  /** Tasks decided here or in another tab of ours and not yet known to the server. */
  taskIds() {
    return namesUnder(this.box).flatMap((name) => recall(name, [])).concat(this.#items).flatMap(leasedFor).map(({ taskId }) => taskId);
  }

  leaseKeys() {
    const leased = this.#items.filter((item) => item.kind !== "undo").flatMap(leasedFor);
    return leased.filter(({ leaseToken }) => leaseToken).map(({ taskId, leaseToken }) => ({ taskId, leaseToken }));
  }

  /** Tasks decided here that are still leased to us. */
  unsent = () => this.#items.flatMap(leasedFor).map(({ taskId }) => taskId);

  has = (decisionId) => this.#items.some((item) => item.kind === "decide" && item.decisionId === decisionId);

  add(item) {
    this.#items.push(item);
    this.#keep();
    this.#pump();
  }

  /** Drops what was still to be sent about a task, and returns it.
   * @returns {OutboxItem[]} */
  dropFor(taskId) {
    const dropped = this.#items.filter((item, index) => item.taskId === taskId && !(index === 0 && this.#busy));
    this.#items = this.#items.filter((item) => !dropped.includes(item));
    this.#keep();
    return dropped;
  }

  /** An undo gave the task a new token; decisions waiting behind it must carry that one. */
  retoken(taskId, leaseToken) {
    for (const lease of this.#items.flatMap(leasedFor)) if (lease.taskId === taskId) lease.leaseToken = leaseToken;
    this.#keep();
  }

  discard() {
    this.#items = [];
    this.#keep();
    this.retry();
  }

  retry() {
    this.stopped = false;
    this.#tries = 0;
    clearTimeout(this.#alarm);
    this.#pump();
  }

  async #pump() {
    if (this.#busy || this.stopped || !this.#items.length) return;
    this.#busy = true;
    const item = this.#items[0];
    const sentAt = performance.now();
    try {
      const answer = await post(this.urls[item.kind], bodyOf(item, this.refill(this.unsent())));
      this.#settle(() => this.announce("answered", item, answer, sentAt));
    } catch (error) {
      this.#fail(item, error);
    }
  }

  #settle(announce) {
    this.#busy = false;
    this.#tries = 0;
    this.#items.shift();
    this.#keep();
    try {
      announce();
    } finally {
      this.#pump();
    }
  }

  #fail(item, error) {
    if (error instanceof Refused) return this.#settle(() => this.announce("refused", item, error));
    this.#busy = false;
    if (error instanceof SignedOut) {
      this.stopped = true;
      this.announce("stopped", error);
    } else if (error instanceof Unreachable) {
      this.#wait(error.retryAfter);
    } else {
      throw error;
    }
    this.announce("changed", this.count, true);
  }

  #wait(retryAfter) {
    const backoff = BACKOFF_SECONDS[Math.min(this.#tries, BACKOFF_SECONDS.length - 1)];
    this.#tries += 1;
    const seconds = Math.max(retryAfter ?? 0, backoff * (0.8 + Math.random() * 0.4));
    clearTimeout(this.#alarm);
    this.#alarm = setTimeout(() => this.#pump(), seconds * 1000);
  }

  #keep() {
    if (this.#items.length) this.#kept = remember(this.#name, this.#items);
    else forget(this.#name);
    this.announce("changed", this.count, this.#tries > 0 || this.stopped);
  }

  /** Takes over what earlier pages of this person left unsent. An open page has the browser's lock named like its box, so
   *  waiting for the lock waits for that page to be closed. */
  #inherit() {
    const { locks } = navigator;
    locks?.request(this.#name, () => new Promise(() => {}));
    for (const name of namesUnder(this.box)) {
      if (locks) locks.request(name, () => this.#adopt(name));
      else queueMicrotask(() => this.#adopt(name));
    }
  }

  #adopt(name) {
    const kept = recall(name, []);
    forget(name);
    if (!Array.isArray(kept) || !kept.length) return;
    const left = kept.map(translated);
    const sending = this.#busy ? 1 : 0;
    this.#items.splice(sending, 0, ...left);
    this.#keep();
    this.#pump();
  }
}
