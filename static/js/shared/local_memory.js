// Small choices kept in this browser. Storage may be full or forbidden; then a choice lasts as long as the page.
const PREFIX = "second-look.";
/** Names under which an older version of the page kept a choice, and their present ones. */
const RENAMED = { numbers: "figures" };

export function recall(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was kept, so nothing is left behind.
  }
}

export function namesUnder(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + start)).map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/** Moves a choice kept under an old name, once: afterwards nothing is left under it. */
for (const [before, now] of Object.entries(RENAMED)) {
  const kept = recall(before, null);
  if (kept !== null) remember(now, kept);
  forget(before);
}
