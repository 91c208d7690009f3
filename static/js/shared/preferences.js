// The person's preferences. A change takes effect at once on every open page; the server stores it.
/** @import { Preferences } from "./types.js" */
import { post } from "./api.js";
import { config } from "./config.js";

/** @type {Preferences} */
let mine = config.preferences; // `filter` is null for the organisation's `default`
const listeners = [];
const pages = new BroadcastChannel(`second-look.preferences.${config.user.id}`);

export const preferences = () => mine;
export const onPreference = (listener) => listeners.push(listener);

function take(changes) {
  mine = { ...mine, ...changes };
  for (const listener of listeners) listener(changes);
}

pages.addEventListener("message", ({ data }) => take(data));

/** Answers whether the server has it; else it lasts as long as the page. */
export async function prefer(changes) {
  take(changes);
  pages.postMessage(changes);
  return post(config.urls.preferences, changes).then(() => true, () => false);
}

/** The organisation's filter, for everybody who has none of their own. Administrators only; throws as `post` does. */
export async function preferForAll(filter) {
  await post(config.urls.default_filter, filter);
  take({ default: filter });
}
