// The page of the thresholds: handles on the drawing, keys, and lists that keep their place. All of it can also be done by
// its forms and links alone.
import { byId } from "../shared/dom.js";
import { labelKeys, listenKeys } from "./keys.js";
import { keepPlaces, restorePlaces } from "./panes.js";
import { found, listenSearch } from "./search.js";
import { Slider } from "./slider.js";

/** The parts that bring lists and handles; others are figures that come by themselves. */
const EXCHANGED = new Set(["main", "tree"]);

/** @type {Slider | null} */
let slider = null;
let isSending = false;

/** Whether the form of the threshold sent it. The element that an event names can be another by then: the form is gone. */
const isOurs = ({ requestConfig, elt }) => (requestConfig?.elt ?? elt).id === "threshold";
const VERSION = /name="version" value="(\d+)"/;

/** Sends both numbers. While one answer is on its way the next waits for it: it knows the draft's version. */
function save() {
  if (isSending) return false;
  const form = byId("threshold");
  form.requestSubmit(form.querySelector("[value=score]"));
  return true;
}

function ready() {
  const figure = byId("slider");
  if (figure !== slider?.figure) slider = figure ? new Slider(figure, save) : null;
  labelKeys();
  restorePlaces();
  found();
}

/** A handle that was moved while the answer was on its way stays where it is, and is sent again. */
function goesOn({ detail }) {
  if (!isOurs(detail) || !slider?.isAhead) return false;
  const version = VERSION.exec(detail.xhr.responseText);
  if (!version) return false;
  for (const field of document.querySelectorAll("[name=version]")) /** @type {HTMLInputElement} */ (field).value = version[1];
  return true;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isOurs(/** @type {CustomEvent} */ (event).detail)) isSending = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (isOurs(/** @type {CustomEvent} */ (event).detail)) isSending = false;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const swap = /** @type {CustomEvent} */ (event);
  keepPlaces();
  if (!goesOn(swap)) return;
  swap.detail.shouldSwap = false;
  setTimeout(() => slider?.send());
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (EXCHANGED.has(/** @type {CustomEvent} */ (event).detail.target?.id)) ready();
});
listenKeys();
listenSearch();
ready();
