// Our leases on cases: taken a few at a time, renewed while the page is visible, released on leaving.
/** @import { LeasedCases } from "../../shared/types.js" */
/** @import { Outbox } from "./outbox.js" */
import { Refused, SignedOut, csrfToken, get, post } from "../../shared/api.js";
import { serverNow } from "../../shared/clock.js";
import { Announcer } from "../../shared/announcer.js";
import { config } from "../../shared/config.js";
import { tellOtherTabs } from "./other_tabs.js";
import { MOST_LEASED } from "./refill.js";

const RENEW_MS = 30000;
const RENEW_AT_LEAST_MS = 3000;
const FIRST_RENEW_MS = 1000;
const TICK_MS = 500;
const LEAVE_MS = 1500;
const POLL_MS = 5000;
const PENDING_POLL_MS = 1500;
const COUNTS_MS = 10000;
const FIRST_COUNT_MS = 2500; // a count from before this page was open is remembered for two seconds

/** Announces came(answer, again), over() when there is nothing to ask for, failed(error), lost(taskIds), changed(tasks) and counted(waiting, answer). */
export class Leases extends Announcer {
  #asking = null;
  #leaving = false;
  #wanted; // tasks to be asked for by number, ahead of the queue
  // Soon at first: what this page gave back before a reload may reach the server after the reloaded page's lease.
  #renewedAt = performance.now() - RENEW_MS + FIRST_RENEW_MS;

  /** `buffer` is what is leased to us, `outbox` what we decided and still have leased. `asks(again)` is the body to post
   *  to `url` for more, or `again` for what we have; null when there is nothing to ask for.
   *  `wanted` are tasks to begin with.
   * @param {{buffer: LeasedCases, outbox: Outbox, url: string,
   *   asks: (again: boolean) => object | null, wanted?: number[]}} parts */
  constructor({ buffer, outbox, url, asks, wanted = [] }) {
    super();
    this.#wanted = wanted;
    this.buffer = buffer;
    this.outbox = outbox;
    this.url = url;
    this.asks = asks;
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

  /** One request at a time; a second caller gets the first one's answer. */
  ask(again = false) {
    if (this.#leaving) return undefined;
    this.#asking ??= this.#ask(again).finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** Asks for exactly these. */
  async want(taskIds) {
    this.#wanted = taskIds;
    await this.#asking; // it may have been posted without them
    return this.ask();
  }

  async #ask(again) {
    const tasks = again ? [] : this.#wanted;
    const body = this.asks(again);
    if (!body && !tasks.length) return this.announce("over");
    try {
      const answer = await post(this.url, { ...body, ...(tasks.length ? { tasks } : {}) });
      if (tasks.length) this.#gotWanted();
      this.announce("came", answer, again);
      tellOtherTabs(this.buffer.behind(0));
    } catch (error) {
      this.announce("failed", error);
    }
  }

  /** What the queue has follows; after a reload it comes first. */
  #gotWanted() {
    this.#wanted = [];
    history.replaceState(null, "", location.pathname);
    setTimeout(() => this.ask()); // this asking is not over yet
  }

  #fillUp() {
    if (!document.hidden && !this.outbox.stopped && this.buffer.isShort) this.ask();
  }

  /** A picture on its way to our store: asking again for the cases we have answers with their new state. */
  #lookForPending() {
    if (!document.hidden && this.buffer.pending) this.ask(true);
  }

  /** Every half minute, or three times in the shortest of our leases. */
  #renewInTime() {
    const every = Math.max(RENEW_AT_LEAST_MS, Math.min(RENEW_MS, this.buffer.shortestLease / 3));
    if (performance.now() - this.#renewedAt >= every) this.#renew();
  }

  /** Only while the page is visible: the leases of a moderator who walked away expire, and others get the cases. */
  async #renew() {
    const keys = [...this.buffer.leaseKeys(), ...this.outbox.leaseKeys()].slice(0, MOST_LEASED);
    if (document.hidden || this.#leaving || !keys.length) return;
    this.#renewedAt = performance.now();
    try {
      const sentAt = serverNow();
      const { renewed, lost, changed } = await post(config.urls.renew, { leases: keys });
      this.buffer.renewed(renewed ?? [], sentAt);
      tellOtherTabs(this.buffer.behind(0));
      if (lost?.length) this.announce("lost", lost);
      if (changed?.length) this.announce("changed", changed);
    } catch (error) {
      if (error instanceof SignedOut || error instanceof Refused) this.announce("failed", error);
    }
  }

  async #count() {
    if (document.hidden || !config.urls.counts) return;
    const answer = await get(config.urls.counts).catch(() => null);
    if (!answer?.queues) return;
    const ours = answer.queues.filter((queue) => !config.queues.length || config.queues.includes(queue.slug));
    this.announce("counted", ours.reduce((sum, queue) => sum + queue.waiting, 0), answer);
  }

  /** Releases every lease first, so that the next page can take them; waits no longer than LEAVE_MS for the network. */
  async leaveFor(url) {
    this.#leaving = true;
    const keys = this.buffer.leaseKeys();
    const given = keys.length ? post(config.urls.release, { leases: keys }).catch(() => null) : null;
    await Promise.race([given, new Promise((resolve) => setTimeout(resolve, LEAVE_MS))]);
    location.assign(url);
  }

  /** A beacon cannot set headers, so the token travels in the form. Decided cases stay leased for the outbox. */
  #giveBack() {
    const keys = this.buffer.leaseKeys();
    if (!keys.length) return;
    const form = new FormData();
    form.set("leases", JSON.stringify(keys));
    form.set("csrfmiddlewaretoken", csrfToken());
    navigator.sendBeacon(config.urls.release, form);
  }
}
