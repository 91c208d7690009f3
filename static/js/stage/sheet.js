// The sheet of keys, drawn from the same list that handles them.
import { byId, h } from "./dom.js";
import { ACTS, keycap, keysOf } from "./keys.js";
import { recall, remember } from "./memory.js";
import { say } from "./words.js";

const caps = (keys) => (keys.length > 3 && keys[0] === "1" ? [h("kbd", {}, "1"), " – ", h("kbd", {}, keys.at(-1))]
  : keys.flatMap((key, index) => [index ? " " : "", h("kbd", {}, keycap(key))]));

function group(table, name) {
  const rows = ACTS.filter((entry) => entry.group === name).map(({ act, held }) =>
    h("tr", {}, h("td", {}, held ? `${say("keys.held")} ` : "", ...caps(keysOf(table, act))), h("td", {}, say(`act.${act}`))));
  return h("table", {}, h("caption", {}, say(`keys.${name}`)), h("tbody", {}, ...rows));
}

export const lettersOn = () => recall("letters-on", true);

export function buildSheet(table) {
  const dialog = byId("stage-keys");
  byId("stage-keys-list").replaceChildren(...["decide", "evidence", "picture", "page"].map((name) => group(table, name)));
  const letters = byId("stage-letters");
  letters.checked = lettersOn();
  letters.addEventListener("change", () => remember("letters-on", letters.checked));
  return () => dialog.showModal();
}
