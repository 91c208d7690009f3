// Which key of the list was pressed, whatever the keyboard's layout prints. Layouts without Latin letters (Arabic, Cyrillic,
// Hebrew, Hindi, Persian …) print digits, brackets and slash of their own, too: there the place on the keyboard counts.
const PLACES = {
  BracketLeft: "[{", BracketRight: "]}", Slash: "/?", Minus: "-_", Equal: "=+", Semicolon: ";:", Quote: "'\"",
  Comma: ",<", Period: ".>", Backslash: "\\|", Backquote: "`~", Space: "  ",
};
const DIGITS_WITH_SHIFT = ")!@#$%^&*(";
const NOT_ASCII = /[^\x20-\x7e]/;

let latin; // whether the layout has Latin letters, by the last letter pressed; undefined before the first

/** What an American keyboard prints at this place; "" where it has no such key. */
function printed({ code, shiftKey }) {
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
  const [, row, digit] = /^(Digit|Numpad)(\d)$/.exec(code) ?? [];
  if (letter) return letter.toLowerCase();
  if (digit) return shiftKey && row === "Digit" ? DIGITS_WITH_SHIFT[digit] : digit;
  return PLACES[code]?.[shiftKey ? 1 : 0] ?? "";
}

/** A letter's key counts by its place, and so do the keys of brackets and slash, whatever they print; of the rest only
 *  what is not ASCII. With AltGr the sign itself is meant. */
function countsByPlace(event) {
  const { key, code } = event;
  if (event.getModifierState("AltGraph")) return false;
  if (code.startsWith("Key") && /\p{L}/u.test(key)) latin = /\p{Script=Latin}/u.test(key);
  if (NOT_ASCII.test(key)) return true;
  if (latin === false) return code === "Slash" || /^(Key|Bracket)/.test(code);
  return latin === undefined && code === "Slash" && key === ".";
}

/** The key as the list of keys names it.
 * @param {KeyboardEvent} event */
export function keyOf(event) {
  const { key } = event;
  const named = key.length > 1 && !NOT_ASCII.test(key); // Enter, ArrowUp, Dead …
  return named ? key : ((countsByPlace(event) && printed(event)) || key).toLowerCase();
}

/** Digits of any script as 0–9: what is typed as a number.
 * @param {string} text */
export const asciiDigits = (text) => text.replace(/\p{Nd}/gu, (digit) => {
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(digit.codePointAt(0) - value - 1))) value += 1;
  return String(value);
});

/** Whether an input method takes this key. Of the one that ends a composition some browsers say so by 229 alone.
 * @param {KeyboardEvent} event */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;
