// How long a decision keeps the person waiting: from the key press's own time stamp to the end of the frame in which the
// next picture and its boxes are painted (see afterPaint in dom.js), as a User Timing measure.

/** `since` in milliseconds of the page's clock; answers with the duration. `warm`: the picture was decoded before. */
export function recordWait(since, warm) {
  const { duration } = performance.measure("decision-to-next", { start: since, detail: { warm } });
  if (performance.getEntriesByName("decision-to-next").length > 5000) performance.clearMeasures("decision-to-next");
  return duration;
}
