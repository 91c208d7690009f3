// How long a decision keeps the person waiting: from the key press's own time stamp to the end of the frame in which the
// next picture and its boxes are painted (see afterPaint in dom.js), as a User Timing measure.
const NAME = "decision-to-next";
const MOST = 5000;

/** `since` in milliseconds of the page's clock; answers with the duration. `warm`: the picture was decoded before. */
export function recordWait(since, warm) {
  const { duration } = performance.measure(NAME, { start: since, detail: { warm } });
  if (performance.getEntriesByName(NAME).length > MOST) performance.clearMeasures(NAME);
  return duration;
}

/** Every wait so far.
 * @returns {{duration: number, warm: boolean}[]} in milliseconds */
export function waits() {
  const measures = /** @type {PerformanceMeasure[]} */ (performance.getEntriesByName(NAME, "measure"));
  return measures.map(({ duration, detail }) => ({ duration, warm: detail.warm }));
}
