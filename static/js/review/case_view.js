// Shows one case on the light table, in the panel and in the top bar.
/** @import { Panel } from "./panel/panel.js" */
/** @import { LightTable } from "./picture/light_table.js" */
/** @import { RunBanner } from "./run_banner.js" */
/** @import { Reveal } from "./picture/reveal.js" */
/** @import { TopBar } from "./top_bar.js" */
import { Origin } from "./origin.js";

export class CaseView {
  /** @param {{table: LightTable, panel: Panel,
   *   bar: TopBar, reveal: Reveal, banner: RunBanner | null}} parts */
  constructor({ table, panel, bar, reveal, banner }) {
    this.origin = new Origin();
    this.table = table;
    this.panel = panel;
    this.bar = bar;
    this.reveal = reveal;
    this.banner = banner;
  }

  /** A decided entry has no lease to show. */
  show(entry) {
    this.reveal.end();
    this.table.show(entry.card);
    this.panel.show(entry.pages);
    this.bar.show(entry.task, entry.act ? null : entry);
    this.origin.show(entry.task.origin);
    this.banner?.show(entry.task);
  }

  /** No case: `notice` (a node) says why. */
  showNothing(notice) {
    this.reveal.end();
    this.table.showNotice(notice);
    this.panel.show();
    this.bar.show(null);
    this.origin.show();
  }
}
