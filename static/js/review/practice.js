// Practice: after each verdict the stage looks back at its picture, and a card says what the guideline says. The server
// keeps practice apart from cases; the page only shows it.
/** @import { Browse } from "./browse.js" */
/** @import { Outbox } from "./buffer/outbox.js" */
/** @import { TaskBuffer } from "./buffer/task_buffer.js" */
import { config } from "../shared/config.js";
import { byId } from "../shared/dom.js";
import { say } from "../shared/strings.js";

export class Practice {
  #leaving = false;

  /** @param {{buffer: TaskBuffer, outbox: Outbox,
   *   browse: Browse}} parts */
  constructor({ buffer, outbox, browse }) {
    this.buffer = buffer;
    this.outbox = outbox;
    this.browse = browse;
    this.card = byId("stage-lesson");
    this.next = byId("lesson-next");
    outbox.on("changed", () => this.#leave());
    browse.on("shown", (entry) => this.#show(entry));
    browse.on("ended", () => this.#hide());
  }

  /** The card of a case that was judged; none for one that was not. */
  #show({ task: { lesson }, act, reason, said }) {
    this.card.hidden = !act;
    if (!act) return;
    const agrees = lesson.right.includes(reason ? `${act}:${reason}` : act);
    byId("lesson-title").textContent = say(agrees ? "lesson.agrees" : "lesson.differs");
    byId("lesson-said").textContent = say(agrees ? "lesson.said.agrees" : "lesson.said", { did: said, answer: lesson.answer });
    byId("lesson-why").textContent = lesson.why;
    this.next.textContent = say(this.buffer.first ? "lesson.next" : "lesson.last");
    this.card.dataset.agrees = agrees;
    this.next.focus({ preventScroll: true });
  }

  #hide() {
    if (this.card.contains(document.activeElement)) byId("stage").focus({ preventScroll: true });
    this.card.hidden = true;
  }

  /** On to the next picture; after the last one to the page with the result, once the server has every answer. */
  goOn() {
    if (this.buffer.first) return this.browse.home();
    this.#leaving = true;
    return this.#leave();
  }

  #leave() {
    if (this.#leaving && !this.outbox.count) location.assign(config.practice.done);
  }
}
