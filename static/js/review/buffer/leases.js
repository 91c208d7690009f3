// Our holds on cases: taken a few at a time, renewed while the page is looked at, given back on leaving.
import { Refused, SignedOut, csrfToken, get, post } from "../../shared/api.js";
import { serverNow } from "../../shared/clock.js";
import { BATCH, config } from "../../shared/config.js";
import { leasedElsewhere, tellOthers } from "./other_tabs.js";

const RENEW_MS = 30000;
const RENEW_AT_LEAST_MS = 3000;
const FIRST_RENEW_MS = 1000;
const TICK_MS = 500;
const LEAVE_MS = 1500;
const POLL_MS = 5000;
const PENDING_POLL_MS = 1500;
const COUNTS_MS = 10000;
const FIRST_COUNT_MS = 2500; // a count from before this page was open is remembered for two seconds
const MOST_LEASED = 100;

export class Lease {
  #asking = null;
  #leaving = false;
  // Soon at first: what this page gave back before a reload may reach the server after the reloaded page's lease.
  #renewedAt = performance.now() - RENEW_MS + FIRST_RENEW_MS;

  /** `line` is what we hold, `outbox` what we decided and still hold for the server. `asks(again)` is the body to post to
   *  `url` for more, or `again` for what we hold.
   *  `on`: came(answer, again), failed(error), lost(taskIds), changed(tasks), counted(waiting, answer). */
  constructor({ line, outbox, on, url = config.urls.lease, asks = (again) => this.#asks(again) }) {
    Object.assign(this, { line, outbox, on, url, asks });
  }

  /** The refill to ask for: the first few we hold, told anew, and more up to what the pace asks for. */
  want() {
    const more = Math.min(BATCH, Math.max(0, this.line.depth.wanted - this.line.length));
    const without = [...leasedElsewhere(), ...this.outbox.unsent(), ...this.line.behind(BATCH)];
    return { queues: config.queues, count: Math.min(BATCH, this.line.length) + more, without: [...new Set(without)].slice(0, MOST_LEASED) };
  }

  start() {
    this.ask();
    setInterval(() => this.#renewInTime(), TICK_MS);
    setInterval(() => this.#fillUp(), POLL_MS);
    setInterval(() => this.#lookForPending(), PENDING_POLL_MS);
    setInterval(() => this.#count(), COUNTS_MS);
    setTimeout(() => this.#count(), FIRST_COUNT_MS);
    document.addEventListener("visibilitychange", () => {
      this.#renew();
      this.#fillUp();
    });
    addEventListener("pagehide", () => this.#giveBack());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  /** One question at a time; a second caller gets the first one's answer. */
  ask(again = false) {
    if (this.#leaving) return undefined;
    this.#asking ??= this.#ask(again).finally(() => (this.#asking = null));
    return this.#asking;
  }

  #asks(again) {
    return again ? { ...this.want(), count: Math.min(10, this.line.length) } : this.want();
  }

  async #ask(again) {
    try {
      this.on.came(await post(this.url, this.asks(again)), again);
      tellOthers(this.line.behind(0));
    } catch (error) {
      this.on.failed(error);
    }
  }

  #fillUp() {
    if (!document.hidden && !this.outbox.stopped && this.line.isShort) this.ask();
  }

  /** A picture on its way to our store: a lease for as many as we hold answers with them and their new state. */
  #lookForPending() {
    if (!document.hidden && this.line.pending) this.ask(true);
  }

  /** Every half minute, or three times in the shortest of our keys. */
  #renewInTime() {
    const every = Math.max(RENEW_AT_LEAST_MS, Math.min(RENEW_MS, this.line.shortestLease / 3));
    if (performance.now() - this.#renewedAt >= every) this.#renew();
  }

  /** Only while the page is looked at: who walks away lets others have the cases. */
  async #renew() {
    const keys = [...this.line.leaseKeys(), ...this.outbox.leaseKeys()].slice(0, MOST_LEASED);
    if (document.hidden || this.#leaving || !keys.length) return;
    this.#renewedAt = performance.now();
    try {
      const sentAt = serverNow();
      const { renewed, lost, changed } = await post(config.urls.renew, { leases: keys });
      this.line.renewed(renewed ?? [], sentAt);
      tellOthers(this.line.behind(0));
      if (lost?.length) this.on.lost(lost);
      if (changed?.length) this.on.changed(changed);
    } catch (error) {
      if (error instanceof SignedOut || error instanceof Refused) this.on.failed(error);
    }
  }

  async #count() {
    if (document.hidden || !config.urls.counts) return;
    const answer = await get(config.urls.counts).catch(() => null);
    if (!answer?.queues) return;
    const ours = answer.queues.filter((queue) => !config.queues.length || config.queues.includes(queue.slug));
    this.on.counted(ours.reduce((sum, queue) => sum + queue.waiting, 0), answer);
  }

  /** Gives everything back and waits for it, so that the page we go to next can have it; a stalled network keeps nobody. */
  async leaveFor(url) {
    this.#leaving = true;
    const keys = this.line.leaseKeys();
    const given = keys.length ? post(config.urls.release, { leases: keys }).catch(() => null) : null;
    await Promise.race([given, new Promise((resolve) => setTimeout(resolve, LEAVE_MS))]);
    location.assign(url);
  }

  /** A beacon cannot set headers, so the token travels in the form. Decided cases stay held for the outbox. */
  #giveBack() {
    const keys = this.line.leaseKeys();
    if (!keys.length) return;
    const form = new FormData();
    form.set("leases", JSON.stringify(keys));
    form.set("csrfmiddlewaretoken", csrfToken());
    navigator.sendBeacon(config.urls.release, form);
  }
}
