// Every visible string of the stage, translated on the server and read once from the page.
const words = JSON.parse(document.getElementById("stage-words").textContent);
const language = document.documentElement.lang || "en";
const plural = new Intl.PluralRules(language);
const digits = new Intl.NumberFormat(language);
const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

/** The sentence under `key`, with `{name}` filled from `values`; the key itself when no sentence is known. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The same for a counted thing: `key.one` or `key.other`, as the language's plural rules say. */
export function sayCount(key, n, values = {}) {
  const exact = `${key}.${plural.select(n)}`;
  return say(exact in words ? exact : `${key}.other`, { n: number(n), ...values });
}

export const knows = (key) => key in words;
export const number = (n) => digits.format(n);

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** "2 days ago"; `at` and `now` in milliseconds. */
export function sayAgo(at, now) {
  const seconds = Math.round((at - now) / 1000);
  const [unit, size] = UNITS.find(([, width]) => Math.abs(seconds) >= width) ?? UNITS.at(-1);
  return ago.format(Math.round(seconds / size), unit);
}
