// Wheel and drag on the light table, and which box the pointer is on.
const WHEEL_STEP = 100; // wheel units that make one zoom step

export function listenPointer(table) {
  const { cards } = table;
  cards.addEventListener("wheel", (event) => wheel(table, event), { passive: false });
  cards.addEventListener("pointerover", (event) => point(table, event.target));
  cards.addEventListener("pointerleave", () => table.light([]));
  cards.addEventListener("dblclick", () => table.move((view) => view.fit()));
  listenDrag(table);
}

/** A plain wheel scrolls a tall picture and zooms any other; with Ctrl (or a pinch) it always zooms. */
function wheel(table, event) {
  if (!table.card?.hasPicture) return;
  if (event.target.closest(".frames")) return;
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 16 : 1;
  if (table.card.view.scrolls && !event.ctrlKey) {
    table.move((view) => view.pan(-event.deltaX * unit, -event.deltaY * unit));
    return;
  }
  const { left, top } = table.cards.getBoundingClientRect();
  const steps = (-event.deltaY * unit * (event.ctrlKey ? 4 : 1)) / WHEEL_STEP;
  table.move((view) => view.zoom(Math.max(-3, Math.min(3, steps)), event.clientX - left, event.clientY - top));
}

function point(table, target) {
  const id = target.dataset?.evidenceId;
  table.light(id ? table.card.boxes.equals(id) : []);
}

/** One finger or the mouse pans, two fingers zoom about their middle. */
function listenDrag(table) {
  const { cards } = table;
  const fingers = new Map();
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return { span: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };
  cards.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button, a, .frames")) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    cards.setPointerCapture(event.pointerId);
    cards.classList.add("dragging");
  });
  cards.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const pinch = fingers.size === 2 ? spread() : null;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (!pinch) return table.move((view) => view.pan(event.clientX - before.x, event.clientY - before.y));
    const { left, top } = cards.getBoundingClientRect();
    const { span, x, y } = spread();
    table.move((view) => view.zoom(Math.log(span / pinch.span) / Math.log(1.25), x - left, y - top));
  });
  const end = (event) => {
    fingers.delete(event.pointerId);
    if (!fingers.size) cards.classList.remove("dragging");
  };
  cards.addEventListener("pointerup", end);
  cards.addEventListener("pointercancel", end);
}
