// Decisions that this browser kept while they could not be sent. An older version of the page may have written them: its
// words are translated when the decisions are taken over, and they are kept under today's from then on.
/** @import { OutboxItem } from "../../shared/types.js" */
const WORDS = { holdToken: "leaseToken", along: "sameSubject" };
const KINDS = { hold: "snooze", take_along: "decide_these", undo_along: "undo_these" };

/** A stored decision under today's names; `body` is what the server is sent.
 * @param {Record<string, any>} stored
 * @returns {OutboxItem} */
export function translated(stored) {
  const { body, ...rest } = stored;
  const item = Object.fromEntries(Object.entries(rest).map(([word, value]) => [WORDS[word] ?? word, value]));
  if (body) item.body = sentBody(body);
  if (item.tiles) item.tiles = item.tiles.map(translated);
  if (item.kind) item.kind = KINDS[item.kind] ?? item.kind;
  return /** @type {any} */ (item);
}

/** @param {Record<string, any>} body */
const sentBody = ({ along, ...rest }) => (along ? { ...rest, tasks: along } : rest);
