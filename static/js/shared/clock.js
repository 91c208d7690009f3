// The server's time. Due times and ends of leases are the server's, and a workstation's clock may be minutes off.
let skew = 0;

/** Learns from a response's Date header, whose resolution is one second. */
export function learnTime(header) {
  const served = Date.parse(header ?? "");
  if (Number.isFinite(served) && Math.abs(served - Date.now() - skew) > 1500) skew = served - Date.now();
}

export const serverNow = () => Date.now() + skew;

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const two = (n) => String(n).padStart(2, "0");

/** 372 → "06:12", 4000 → "1:06:40". */
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
