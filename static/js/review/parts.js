// Makes the parts of the review stage, each from those made before it. What a part has to say to later ones it announces.
import { AssignMenu } from "./assign_menu.js";
import { Browse } from "./browse.js";
import { CaseView } from "./case_view.js";
import { LatencyReport } from "./latency_report.js";
import { OwnFigures } from "./own_figures.js";
import { Practice } from "./practice.js";
import { QueueMenu } from "./queue_menu.js";
import { ReviewController } from "./review_controller.js";
import { Run } from "./run.js";
import { RunBanner } from "./run_banner.js";
import { SameSubject } from "./same_subject.js";
import { TopBar } from "./top_bar.js";
import { UndoStrip } from "./undo_strip.js";
import { Leases } from "./buffer/leases.js";
import { Outbox } from "./buffer/outbox.js";
import { refillOf } from "./buffer/refill.js";
import { Responses } from "./buffer/responses.js";
import { TaskBuffer } from "./buffer/task_buffer.js";
import { Note } from "./panel/note.js";
import { Panel, buildPages } from "./panel/panel.js";
import { buildText } from "./panel/text.js";
import { BlurChoice } from "./picture/blur_choice.js";
import { Card } from "./picture/card.js";
import { LightTable } from "./picture/light_table.js";
import { Reveal } from "./picture/reveal.js";
import { config } from "../shared/config.js";
import { Session } from "../shared/session.js";
import { Status } from "../shared/status.js";

/** What shows things and knows nothing of the work.
 * @typedef {{bar: TopBar, status: Status, panel: Panel, table: LightTable, strip: UndoStrip, note: Note, reveal: Reveal,
 *   view: CaseView, run: Run | null}} Shown */
/** What is leased and what is on its way to the server.
 * @typedef {{buffer: TaskBuffer, outbox: Outbox, leases: Leases, session: Session}} Stock */
/** @typedef {Shown & Stock & {browse: Browse, figures: OwnFigures, latency: LatencyReport}} WorkParts */
/** @typedef {WorkParts & {controller: ReviewController}} ResponseParts */
/** @typedef {{controller: ReviewController, browse: Browse, status: Status}} MenuParts */
/** @typedef {ResponseParts & {practice: Practice | null, sameSubject: SameSubject, assignMenu: AssignMenu,
 *   queueMenu: QueueMenu}} StageParts */

/** @returns {Shown} */
function makeShown() {
  const run = config.run ? new Run(config.run) : null;
  const bar = new TopBar();
  const status = new Status();
  const panel = new Panel();
  const table = new LightTable({ lit: (ids) => panel.light(ids) });
  const reveal = new Reveal({ table, status });
  const view = new CaseView({ table, panel, bar, reveal, banner: run && new RunBanner(run) });
  return { bar, status, panel, table, strip: new UndoStrip(config, run), note: new Note(), reveal, view, run };
}

/** @param {Shown} shown
 * @returns {Stock} */
function makeStock({ table, status, panel, run }) {
  const on = {
    light: (ids) => table.light(ids),
    goTo: (id) => status.say(table.goToEvidence(id)),
    say: (text) => status.say(text),
  };
  panel.listen(on);
  const buffer = new TaskBuffer({
    buildCard: (task) => new Card(task),
    buildPages: (task, before) => buildPages(task, on, before),
    located: ({ task, card, pages }) => {
      if (pages) pages.text = buildText(task);
      if (card && table.addBoxes(card, task)) panel.showText(pages.text);
    },
  });
  const outbox = new Outbox({
    urls: config.urls,
    user: config.practice ? `practice-${config.user.id}` : config.user.id, // what is practised is never sent as work
    refill: (unsent) => (run ? undefined : refillOf(buffer, unsent)),
  });
  const session = new Session(outbox);
  for (const taskId of outbox.taskIds()) buffer.settle(taskId);
  const asks = (again) => {
    if (run) return run.asks({ buffer, unsent: outbox.taskIds(), again });
    const refill = refillOf(buffer, outbox.unsent());
    return again ? { ...refill, count: Math.min(10, buffer.length) } : refill;
  };
  const leases = new Leases({ buffer, outbox, url: config.urls.lease, asks, wanted: config.tasks });
  return { buffer, outbox, leases, session };
}

/** @returns {StageParts} */
export function makeStage() {
  const shown = makeShown();
  const stock = makeStock(shown);
  const { status } = shown;
  const { buffer, outbox, leases } = stock;
  const browse = new Browse({ ...shown, buffer });
  const practice = config.practice ? new Practice({ buffer, outbox, browse }) : null;
  const work = { ...shown, ...stock, browse, figures: new OwnFigures(outbox), latency: new LatencyReport(status) };
  const controller = new ReviewController(work);
  new Responses({ ...work, controller });
  new BlurChoice();
  const menus = { controller, browse, status };
  const queueMenu = new QueueMenu(leases);
  return { ...work, controller, practice, sameSubject: new SameSubject(menus), assignMenu: new AssignMenu(menus), queueMenu };
}
