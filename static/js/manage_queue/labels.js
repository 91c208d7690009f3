// The label of a reason is picked with the fuzzy search of the stage; only a new one, which is ticked, is typed.
import { Combobox } from "../shared/combobox.js";

const chinese = document.documentElement.lang.startsWith("zh");

/** Answers a function that makes the label of a row one that is picked. */
export function pickLabels({ url, label, changed }) {
  async function find(query) {
    const answer = await fetch(`${url}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return null;
    const { labels } = await answer.json();
    return labels.map(({ path, name, nameZh }) => ({ name: (chinese && nameZh) || name || path.replaceAll("/", " › "), detail: path }));
  }

  function open(field) {
    const place = field.parentElement;
    const close = () => place.replaceChildren(field);
    const leave = () => {
      close();
      field.focus({ preventScroll: true });
    };
    const chose = ({ detail }) => {
      field.value = detail;
      leave();
      changed();
    };
    const gaveUp = () => {
      leave();
      field.readOnly = false; // without the list it is typed, and the server checks it
    };
    new Combobox({ label, placeholder: field.value, find, on: { chose, left: leave, blurred: close, gaveUp } }).openIn(place);
  }

  return (row) => {
    const field = row.querySelector("[data-label]");
    const isNew = row.querySelector("[name$='-new_label']");
    const lock = () => (field.readOnly = !isNew.checked);
    isNew.addEventListener("change", lock);
    field.addEventListener("click", () => field.readOnly && open(field));
    field.addEventListener("keydown", (event) => {
      if (!field.readOnly || event.altKey || !(event.key === "Enter" || event.key === " " || event.key === "ArrowDown" || event.key.length === 1)) return;
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      open(field);
    });
    lock();
  };
}
