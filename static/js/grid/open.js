// Wires the grid together, from the stage's own parts where they fit.
import { config } from "../shared/config.js";
import { Head } from "../shared/queue_status.js";
import { listen, listenClicks } from "../shared/keys.js";
import { keymap, labelButtons } from "../shared/keymap.js";
import { Lease } from "../review/buffer/leases.js";
import { Outbox } from "../review/buffer/outbox.js";
import { onPreference } from "../shared/preferences.js";
import { Reveal } from "../review/picture/reveal.js";
import { search } from "../shared/search.js";
import { Session } from "../shared/session.js";
import { Sheet } from "../shared/key_sheet.js";
import { Status } from "../shared/status.js";
import { Strip } from "../review/undo_strip.js";
import { Answers } from "./responses.js";
import { Book } from "./page_buffer.js";
import { Large } from "./large.js";
import { Sitting } from "./grid_controller.js";

export function openGrid() {
  const head = new Head();
  const status = new Status();
  const large = new Large();
  const strip = new Strip(config);
  const outbox = new Outbox({
    urls: config.urls,
    user: config.user.id,
    lease: () => undefined,
    on: {
      answered: (item, body, sentAt) => answers.answered(item, body, sentAt),
      refused: (item, error) => answers.refused(item, error),
      stopped: (error) => session.ended(error),
      changed: (count, stalled) => head.pending(count, stalled),
    },
  });
  const session = new Session({ outbox });
  const book = new Book({ queue: config.queues[0], outbox });
  const sitting = new Sitting({ book, outbox, large, reveal: new Reveal({ table: large, status }), head, strip, status });
  const answers = new Answers({ sitting, book, outbox, large, head, strip, status, session });
  const lease = new Lease({
    line: book,
    outbox,
    url: config.urls.grid_lease,
    asks: (again) => book.asks(again),
    on: {
      came: (answer, again) => answers.came(answer, again),
      failed: (error) => answers.failed(error),
      lost: (taskIds) => answers.lost(taskIds),
      changed: (tasks) => answers.changed(tasks),
      counted: (waiting) => head.count(waiting),
    },
  });
  for (const part of [sitting, answers]) Object.assign(part, { lease });

  const handlers = {
    reject: (event) => sitting.mark(event),
    mark: (event) => sitting.mark(event),
    reason: (event, key) => sitting.markFor(event, key),
    commit: (event) => sitting.commit(event),
    undo: () => sitting.undo(),
    skip: (event) => sitting.setAside(event, "skip"),
    escalate: (event) => sitting.setAside(event, "escalate"),
    pan: (event, key) => sitting.move(key),
    zoomIn: (event) => sitting.larger(event),
    larger: (event) => sitting.larger(event),
    zoomOut: () => sitting.smaller(),
    here: () => sitting.smaller(),
    reveal: (event, key, down) => sitting.space(event, down),
    grid: () => lease.leaveFor(config.urls.stage),
    search: () => search(),
    keys: () => sheet.open(),
  };
  const sheet = new Sheet(Object.keys(handlers));

  onPreference(() => {
    keymap.refresh();
    labelButtons(document);
    sitting.rebuild();
  });

  labelButtons(document);
  listen(keymap, handlers);
  listenClicks(handlers);
  setInterval(() => head.tellLease(book.lease), 1000);
  sitting.present();
  lease.start();
}
