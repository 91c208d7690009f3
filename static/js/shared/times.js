// Times on pages: in the zone that the server wrote into the page, which is its reader's.
const { dataset, lang } = document.documentElement;

/** @param {Intl.DateTimeFormatOptions} options */
function formatter(options) {
  try {
    return new Intl.DateTimeFormat(lang || "en", { timeZone: dataset.zone || "UTC", ...options });
  } catch {
    return new Intl.DateTimeFormat(lang || "en", options); // a zone that this browser does not know
  }
}

/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const clock = formatter(CLOCK);
const named = formatter({ ...CLOCK, timeZoneName: "short" });
const day = formatter({ day: "numeric", month: "short" });

/** @param {string | number} at */
export const timeText = (at) => clock.format(new Date(at));
/** With the zone, which a page names once.
 * @param {string | number} at */
export const timeWithZone = (at) => named.format(new Date(at));
/** @param {string | number} at */
export const dayText = (at) => day.format(new Date(at));
