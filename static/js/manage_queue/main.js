// A queue's page: reasons are moved by keys and by dragging, labels are picked, weights have a slider.
import { allOf, byId } from "../shared/dom.js";
import { pickLabels } from "./labels.js";
import { Rows } from "./rows.js";

const form = byId("queue-form");
const changed = () => form.dispatchEvent(new Event("change", { bubbles: true }));

/** A slider beside each weight; where none is typed it stands at the policy's. */
function slide(range) {
  const field = byId(range.dataset.for);
  const show = () => (range.value = field.value || range.dataset.usual);
  range.hidden = false;
  show();
  field.addEventListener("input", show);
  range.addEventListener("input", () => {
    field.value = range.value;
    changed();
  });
}

/** Of the people who could be added, those whose name or address has what is typed. */
function findPeople(field) {
  field.hidden = false;
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const item of field.parentElement.querySelectorAll("li")) item.hidden = !item.textContent.toLowerCase().includes(wanted);
  });
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}

if (form) {
  for (const hint of allOf("[data-script]")) hint.hidden = false;
  const pick = pickLabels({ url: form.dataset.labels, label: form.dataset.choose, changed });
  new Rows({ body: byId("reasons"), template: byId("new-reason"), add: byId("add-reason"), changed, made: pick });
  allOf("input[type=range]").forEach(slide);
  findPeople(byId("find-person"));
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    focused?.blur(); // a label that is being picked is put back
    form.requestSubmit(byId("save"));
  });
}
