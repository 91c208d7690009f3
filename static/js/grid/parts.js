// Makes the parts of the grid, each from those made before it; several are the stage's own.
import { GridController } from "./grid_controller.js";
import { Large } from "./large.js";
import { PageBuffer } from "./page_buffer.js";
import { Responses } from "./responses.js";
import { Leases } from "../review/buffer/leases.js";
import { Outbox } from "../review/buffer/outbox.js";
import { Reveal } from "../review/picture/reveal.js";
import { UndoStrip } from "../review/undo_strip.js";
import { config } from "../shared/config.js";
import { QueueStatus } from "../shared/queue_status.js";
import { Session } from "../shared/session.js";
import { Status } from "../shared/status.js";

/** @typedef {{head: QueueStatus, status: Status, large: Large, reveal: Reveal, strip: UndoStrip, outbox: Outbox,
 *   session: Session, buffer: PageBuffer, leases: Leases}} GridControllerParts */
/** @typedef {GridControllerParts & {controller: GridController}} GridResponseParts */

/** @returns {GridResponseParts} */
export function makeGrid() {
  const head = new QueueStatus();
  const status = new Status();
  const large = new Large();
  const reveal = new Reveal({ table: large, status });
  const strip = new UndoStrip(config);
  const outbox = new Outbox({ urls: config.urls, user: config.user.id });
  const session = new Session(outbox);
  const buffer = new PageBuffer({ queue: config.queues[0], outbox });
  const leases = new Leases({ buffer, outbox, url: config.urls.grid_lease, asks: (again) => buffer.asks(again) });
  const parts = { head, status, large, reveal, strip, outbox, session, buffer, leases };
  const controller = new GridController(parts);
  new Responses({ ...parts, controller });
  return { ...parts, controller };
}
