// Wires the review stage together.
import { Along } from "./same_subject.js";
import { Answers } from "./buffer/responses.js";
import { Bar } from "./top_bar.js";
import { Card } from "./picture/card.js";
import { config } from "../shared/config.js";
import { Desk } from "./review_controller.js";
import { byId } from "../shared/dom.js";
import { Hand } from "./assign_menu.js";
import { listen, listenClicks } from "../shared/keys.js";
import { keymap, labelButtons } from "../shared/keymap.js";
import { Lease } from "./buffer/leases.js";
import { Line } from "./buffer/task_buffer.js";
import { Look } from "./browse.js";
import { Note } from "./panel/note.js";
import { fetching } from "./notices.js";
import { Numbers } from "./own_figures.js";
import { Outbox } from "./buffer/outbox.js";
import { Panel, buildPages } from "./panel/panel.js";
import { Practice } from "./practice.js";
import { QueueMenu } from "./queue_menu.js";
import { onPreference } from "../shared/preferences.js";
import { Reveal } from "./picture/reveal.js";
import { search } from "../shared/search.js";
import { Session } from "../shared/session.js";
import { Sheet } from "../shared/key_sheet.js";
import { Status } from "../shared/status.js";
import { Strip } from "./undo_strip.js";
import { Table } from "./picture/light_table.js";
import { VeilChoice } from "./picture/blur_choice.js";
import { Waits } from "./latency_report.js";
import { say } from "../shared/strings.js";

const PAN_PX = 80;
const PANS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [1, 0], ArrowRight: [-1, 0] };

export function openStage() {
  const bar = new Bar();
  const status = new Status();
  const panel = new Panel();
  const table = new Table({ lit: (ids) => light(ids) });
  const strip = new Strip(config);
  const note = new Note();
  const numbers = new Numbers({ outbox: () => outbox });
  const answers = new Answers({ bar, strip, status });
  const outbox = new Outbox({
    urls: config.urls,
    user: config.practice ? `practice-${config.user.id}` : config.user.id, // what is practised is never sent as work
    lease: () => lease.want(),
    on: {
      answered: (item, body, sentAt) => answers.answered(item, body, sentAt),
      refused: (item, error) => answers.refused(item, error),
      stopped: (error) => session.ended(error),
      changed: (count, stalled) => sending(count, stalled),
    },
  });
  const session = new Session({ outbox });
  const line = new Line({
    buildCard: (task) => new Card(task),
    buildPages: (task, said) => buildPages(task, { light, goTo, say: (text) => status.say(text) }, said),
    decided: outbox.taskIds(),
  });
  const look = new Look({ line, status });
  const practice = config.practice ? new Practice({ line, outbox, look }) : null;
  const waits = new Waits({ rest: (text) => status.toast(text) });
  const reveal = new Reveal({ table, status });
  const desk = new Desk({ line, outbox, table, panel, bar, strip, status, note, look, reveal, numbers, waits, practice, fetchingNotice: fetching });
  const lease = new Lease({
    line,
    outbox,
    on: {
      came: (answer) => {
        line.depth.waiting = answer.waiting;
        answers.came(answer);
      },
      failed: (error) => answers.failed(error),
      lost: (taskIds) => answers.lost(taskIds),
      changed: (tasks) => desk.refill(tasks),
      counted: (waiting, answer) => {
        line.depth.waiting = waiting;
        bar.count(waiting);
        bar.tellReviewing(answer);
        queueMenu.tell(answer.queues);
      },
    },
  });
  const queueMenu = new QueueMenu({ leaveFor: (url) => lease.leaveFor(url) });
  Object.assign(answers, { desk, line, outbox, session, lease });
  Object.assign(look, { desk, practice });

  function sending(count, stalled) {
    bar.pending(count, stalled);
    numbers.tell();
    practice?.sent();
  }

  function light(ids) {
    table.light(ids);
    panel.light(ids);
  }

  function goTo(evidenceId) {
    const item = table.card?.boxes.find(evidenceId);
    if (item) status.say(table.goTo(item));
  }

  function toggle(act) {
    status.say(`${say(`act.${act}`)}: ${say(table.toggle(act) ? "on" : "off")}`);
  }

  function pan(key) {
    const page = key === "PageUp" ? 1 : -1;
    const [dx, dy] = PANS[key] ?? [0, (page * table.port.height * 0.8) / PAN_PX];
    table.move((view) => view.pan(dx * PAN_PX, dy * PAN_PX));
  }

  /** A key hides while it is held (`down` true, then false); a click, which has no end, toggles. */
  function hide(down) {
    table.hide(down ?? !byId("stage").classList.contains("hide-evidence"));
  }

  const along = new Along({ desk, look, status });
  const hand = new Hand({ desk, look, status });

  /** To the grid of the queue on the table and back: what was decided stays on its way. */
  function toGrid() {
    const queue = line.first?.task.queue ?? config.queues[0];
    if (queue) lease.leaveFor(`${config.urls.grid}?queue=${queue}`);
    else status.say(say("guard.nothing"));
  }

  const handlers = {
    pass: (event) => desk.decide(event, { verdict: "PASS" }),
    reject: (event) => desk.reject(event),
    reason: (event, key) => desk.rejectFor(event, key),
    escalate: (event) => desk.setAside(event, "escalate"),
    skip: (event) => desk.setAside(event, "skip"),
    snooze: (event) => desk.setAside(event, "snooze"),
    ask: () => hand.open("ask"),
    assign: () => hand.open("assign"),
    along: () => along.open(),
    undo: () => desk.undo(),
    note: () => (look.isAway ? status.say(say("guard.looking")) : note.open()),
    faces: () => toggle("faces"),
    persons: () => toggle("persons"),
    objects: () => toggle("objects"),
    words: () => toggle("words"),
    hide: (event, key, down) => hide(down),
    boxBefore: () => status.say(table.step(-1)),
    boxAfter: () => status.say(table.step(1)),
    reveal: (event, key, down) => reveal.act(event, down),
    zoomIn: () => table.move((view) => view.zoom(1)),
    zoomOut: () => table.move((view) => view.zoom(-1)),
    fit: () => table.goTo(null),
    pan: (event, key) => pan(key),
    ahead: () => look.step(1),
    back: () => look.step(-1),
    here: () => (practice ? practice.goOn() : look.home()),
    queues: (event) => queueMenu.open(event),
    grid: () => toGrid(),
    search: () => search(),
    keys: () => sheet.open(),
  };
  const sheet = new Sheet(Object.keys(handlers), { numbers: () => numbers.toggle() });

  /** What a changed preference changes on the page; a filter or a key stands on what was built for each case. */
  onPreference(() => {
    keymap.refresh();
    labelButtons(document);
    desk.rebuild();
  });

  new VeilChoice();
  labelButtons(document);
  if (keymap.problem) status.toast(say("keys.conflict", { why: keymap.problem }), { tone: "warn" });
  listen(keymap, handlers);
  listenClicks(handlers);
  table.showNotice(fetching());
  lease.start();
}
