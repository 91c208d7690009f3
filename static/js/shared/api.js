// Calls to our own server. Every way it can fail is one of three:
//   Unreachable  network, 5xx, 429: try again later (`retryAfter` in seconds when the server named a time)
//   SignedOut    401, 403, or a login page where JSON was expected: a person has to do something
//   Refused      any other 4xx: trying again would not help; `status` and `body` say why
import { learnTime } from "./clock.js";
import { config } from "./config.js";

const PATIENCE_MS = 20000;

export class Unreachable extends Error {
  constructor(reason, retryAfter = null) {
    super(reason);
    this.retryAfter = retryAfter;
  }
}
export class SignedOut extends Error {
  constructor(status, detail = "") {
    super(`signed out (${status})`);
    this.status = status;
    this.detail = detail;
  }
}
export class Refused extends Error {
  constructor(status, body) {
    super(`refused (${status})`);
    this.status = status;
    this.body = body ?? {};
  }
}

/** Read at each call: signing in again in another tab changes the cookie. */
export function csrfToken() {
  const name = document.querySelector('meta[name="csrf-cookie"]').getAttribute("content");
  const cookies = document.cookie.split("; ");
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** X-Person says whose page this is: somebody else may have signed in since. */
const ours = () => ({ Accept: "application/json", "X-Person": config.user.id });

/** @param {string} url
 * @param {object} body
 * @returns {Promise<any>} */
export const post = (url, body) =>
  request(url, {
    method: "POST",
    body: JSON.stringify(body),
    keepalive: true,
    headers: { ...ours(), "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
  });

/** @param {string} url
 * @returns {Promise<any>} */
export const get = (url) => request(url, { headers: ours(), cache: "no-cache" });

async function request(url, options) {
  const response = await send(url, options);
  learnTime(response.headers.get("Date"));
  const body = await readJson(response);
  if (response.ok && (body !== null || response.status === 204) && !response.redirected) return body ?? {};
  throw failure(response, body);
}

async function send(url, options) {
  try {
    return await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS), ...options });
  } catch (error) {
    throw new Unreachable(error.name);
  }
}

async function readJson(response) {
  if (!/json/.test(response.headers.get("Content-Type") ?? "")) return null;
  return response.json().catch(() => null);
}

function failure(response, body) {
  const { status } = response;
  if (status >= 500 || status === 429 || status === 408) {
    return new Unreachable(String(status), Number(response.headers.get("Retry-After")) || null);
  }
  if (status === 401 || status === 403 || response.ok) return new SignedOut(status, body?.detail ?? "");
  return new Refused(status, body);
}
