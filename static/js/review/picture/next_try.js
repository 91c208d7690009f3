// A picture that could not be had: when it is tried again, and a button that asks for it now.
import { post } from "../../shared/api.js";
import { serverNow } from "../../shared/clock.js";
import { h } from "../../shared/dom.js";
import { number, say } from "../../shared/strings.js";

const SECONDS_UP_TO = 90;

/** Counts down for as long as it is on the page. */
export function nextTry(at) {
  const due = Date.parse(at);
  const text = h("p", { class: "next-try num" });
  const tell = () => {
    const seconds = Math.max(0, Math.round((due - serverNow()) / 1000));
    if (seconds === 0) text.textContent = say("picture.retried.now");
    else if (seconds <= SECONDS_UP_TO) text.textContent = say("picture.retried.seconds", { n: number(seconds) });
    else text.textContent = say("picture.retried.minutes", { n: number(Math.round(seconds / 60)) });
  };
  tell();
  const ticking = setInterval(() => (text.isConnected || !text.dataset.shown ? tell() : clearInterval(ticking)), 1000);
  requestAnimationFrame(() => (text.dataset.shown = ""));
  return text;
}

/** The stage sees by itself when the picture has come. */
export function askAgain(task) {
  const { image, taskId } = task;
  const button = h("button", { type: "button", class: "again" }, say("picture.again"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    const asked = await post(image.againUrl, { taskId }).then(() => true, () => false);
    if (asked) {
      image.state = "pending"; // so that the stage looks for it
      image.nextTryAt = undefined;
    }
    button.textContent = say(asked ? "picture.again.done" : "picture.again.refused");
  });
  return button;
}
