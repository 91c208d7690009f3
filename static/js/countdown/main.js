// Times that run out, each in an element with data-until: the server wrote how long it was, this goes on with it.
import { allOf } from "../shared/dom.js";

const DAY = 86_400;
const two = (n) => String(n).padStart(2, "0");

/** @param {number} seconds
 * @param {string} days "{days} d {hours} h", in the language of the page */
function left(seconds, days) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  if (whole >= DAY) return days.replace("{days}", String(Math.floor(whole / DAY))).replace("{hours}", String(hours % 24));
  return `${hours}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

function tell() {
  for (const one of allOf("[data-until]")) {
    one.textContent = left((Date.parse(one.dataset.until) - Date.now()) / 1000, one.dataset.days);
  }
}

setInterval(tell, 1000);
