// The notice shown when the session ended or a permission was removed while the page was open. Unsent decisions stay stored.
/** @import { Outbox } from "../review/buffer/outbox.js" */
import { config } from "./config.js";
import { byId } from "./dom.js";
import { say } from "./strings.js";

export class Session {
  /** @param {Outbox} outbox */
  constructor(outbox) {
    this.outbox = outbox;
    outbox.on("stopped", (error) => this.ended(error));
    this.box = byId("stage-session");
    const login = config.urls.login ?? "/accounts/login/";
    byId("stage-sign-in").href = `${login}?next=${encodeURIComponent(location.pathname + location.search)}`;
    byId("stage-session-again").addEventListener("click", () => this.#again());
    byId("stage-session-discard").addEventListener("click", () => this.outbox.discard());
  }

  #again() {
    this.fine();
    this.outbox.retry();
  }

  ended({ status, detail }) {
    byId("stage-session-text").textContent = say(status === 403 ? "session.forbidden" : "session.ended");
    byId("stage-session-detail").textContent = detail;
    byId("stage-session-discard").hidden = this.outbox.count === 0;
    this.box.hidden = false;
  }

  fine() {
    if (!this.outbox.stopped) this.box.hidden = true;
  }
}
