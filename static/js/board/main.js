// How old the board's figures are. htmx fetches them anew every few seconds; when it cannot, the page says so.
import { timeText } from "../shared/times.js";

const LOST_SECONDS = 15;
const chip = document.getElementById("live");
const text = document.getElementById("live-text");
let seenAt = Date.now();
let failed = false;
let wasLost = false;

function tell() {
  const seconds = Math.floor((Date.now() - seenAt) / 1000);
  const lost = failed || seconds > LOST_SECONDS;
  chip.classList.toggle("good", !lost);
  chip.classList.toggle("warn", lost);
  text.textContent = lost ? chip.dataset.lost.replace("{time}", timeText(seenAt)) : chip.dataset.live.replace("{n}", String(seconds));
  if (lost !== wasLost) document.getElementById("live-said").textContent = text.textContent; // said once, not every second
  wasLost = lost;
}

function end(ended) {
  failed = ended;
  if (!failed) seenAt = Date.now();
  tell();
}

if (chip) {
  const on = (name, then) => document.body.addEventListener(`htmx:${name}`, then);
  on("afterSwap", () => end(false));
  for (const name of ["sendError", "responseError", "timeout"]) on(name, () => end(true));
  setInterval(tell, 1000);
  tell();
}
