// Scores and where they stand on the drawing, in percent. A number that is never reached stands behind the last score.
export const LAST = 1000;
export const NEVER = LAST + 1;

/** @param {string} text as an attribute or a field has it; "" is never */
export const read = (text) => (text.trim() === "" ? NEVER : Number(text));
export const write = (score) => (score > LAST ? "" : String(score));
export const percent = (score) => `${Math.min(score, LAST) / 10}%`;

/** The scores of each area, [from, to), by both numbers now and as they are in force (null: no threshold).
 * @param {{review: number, reject: number}} now
 * @param {{review: number, reject: number} | null} was
 * @returns {Record<string, [number, number]>} */
export function areas(now, was) {
  const pass = Math.min(now.review, now.reject);
  const passed = was ? Math.min(was.review, was.reject) : pass;
  const rejected = was ? was.reject : now.reject;
  return {
    PASS: [0, pass], REVIEW: [pass, now.reject], REJECT: [now.reject, NEVER],
    leaves: [passed, Math.max(passed, pass)], joins: [now.reject, Math.max(now.reject, rejected)],
  };
}

/** Within the scale, and review never above reject.
 * @param {"review" | "reject"} which */
export function bounded(which, score, { review, reject }) {
  const whole = Math.max(0, Math.min(NEVER, Math.round(score)));
  return which === "review" ? Math.min(whole, reject) : Math.max(whole, review > LAST ? 0 : review);
}
