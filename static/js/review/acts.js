// What each act of the stage does, by its name in shared/keys.js.
/** @import { Handlers } from "../shared/types.js" */
/** @import { StageParts } from "./parts.js" */
import { config } from "../shared/config.js";
import { byId } from "../shared/dom.js";
import { KeySheet } from "../shared/key_sheet.js";
import { search } from "../shared/search.js";
import { say } from "../shared/strings.js";

const PAN_PX = 80;
const PANS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [1, 0], ArrowRight: [-1, 0] };

/** @param {StageParts} parts
 * @returns {Handlers} */
export function stageActs(parts) {
  const sheet = new KeySheet({ figures: () => parts.figures.toggle() });
  const acts = { ...verdicts(parts), ...evidence(parts), ...view(parts), ...pages(parts), keys: () => sheet.open(acts) };
  return acts;
}

function verdicts({ controller, assignMenu, sameSubject, browse, status, note }) {
  return {
    pass: (event) => controller.decide(event, { verdict: "PASS" }),
    reject: (event) => controller.reject(event),
    reason: (event, key) => controller.rejectFor(event, key),
    escalate: (event) => controller.defer(event, "escalate"),
    skip: (event) => controller.defer(event, "skip"),
    snooze: (event) => controller.defer(event, "snooze"),
    ask: () => assignMenu.open("ask"),
    assign: () => assignMenu.open("assign"),
    sameSubject: () => sameSubject.open(),
    undo: () => controller.undo(),
    labels: () => enterLabels(status),
    note: () => (browse.isAway ? status.say(say("guard.browsing")) : note.open()),
  };
}

/** To the first label, where arrows say what each one is; Escape leads back. */
function enterLabels(status) {
  const first = /** @type {HTMLElement | null} */ (document.querySelector("#stage-labels .label-main"));
  if (first) first.focus();
  else status.say(say("labels.none"));
}

function evidence({ table, status }) {
  const toggle = (act) => () => status.say(`${say(`act.${act}`)}: ${say(table.toggle(act) ? "on" : "off")}`);
  return {
    faces: toggle("faces"),
    persons: toggle("persons"),
    objects: toggle("objects"),
    words: toggle("words"),
    // A key hides while it is pressed (`down` true, then false); a click, which has no end, toggles.
    hide: (event, key, down) => table.hide(down ?? !byId("stage").classList.contains("hide-evidence")),
    boxBefore: () => status.say(table.step(-1)),
    boxAfter: () => status.say(table.step(1)),
  };
}

function view({ table, reveal, status }) {
  return {
    reveal: (event, key, down) => reveal.act(event, down),
    zoomIn: () => table.move((picture) => picture.zoom(1)),
    zoomOut: () => table.move((picture) => picture.zoom(-1)),
    fit: () => table.goTo(null),
    rotate: () => table.move((picture) => picture.turn()),
    pixels: () => status.say(say(table.toggleSmooth() ? "view.pixels" : "view.smooth")),
    pan: (event, key) => pan(table, key),
  };
}

/** An arrow pans by a step, a page key by most of the table's height. */
function pan(table, key) {
  const page = key === "PageUp" ? 1 : -1;
  const [dx, dy] = PANS[key] ?? [0, (page * table.port.height * 0.8) / PAN_PX];
  table.move((picture) => picture.pan(dx * PAN_PX, dy * PAN_PX));
}

function pages({ browse, practice, queueMenu, buffer, leases, status, run, controller }) {
  return {
    ahead: () => browse.step(1),
    back: () => browse.step(-1),
    here: () => {
      if (run && !browse.isAway && !isMenuOpen()) return leases.leaveFor(run.addressOf(controller.task?.taskId));
      return practice ? practice.goOn() : browse.home();
    },
    queues: (event) => queueMenu.open(event),
    grid: () => toGrid(buffer, leases, status),
    search: () => search(),
  };
}

/** Escape closes what is open before it leads anywhere. */
const isMenuOpen = () => Boolean(document.querySelector(":popover-open, #stage-assign:not([hidden])"));

/** To the grid of the queue on the table: what is undecided is released, what was decided stays on its way. */
function toGrid(buffer, leases, status) {
  const queue = buffer.first?.task.queue ?? config.queues[0];
  if (queue) leases.leaveFor(`${config.urls.grid}?queue=${queue}`);
  else status.say(say("guard.nothing"));
}
