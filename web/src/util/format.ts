/** Numbers, moments and ids as people read them. Durations come in seconds, moments as ISO text. */

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
const WEEK_S = 7 * DAY_S;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** just now · N min ago · N hours ago · N days ago (under a week) · Feb 18 */
export function relativeTime(moment: string, now: number = Date.now()): string {
  const then = new Date(moment);
  const ago_s = (now - then.getTime()) / 1000;
  if (ago_s < MINUTE_S) return "just now";
  if (ago_s < WEEK_S) return `${lapse(ago_s)} ago`;
  const day = `${MONTHS[then.getMonth()]} ${then.getDate()}`;
  const sameYear = then.getFullYear() === new Date(now).getFullYear();
  return sameYear ? day : `${day}, ${then.getFullYear()}`;
}

/** 59s · 3 min · 2 hours · 1 day */
export function lapse(seconds: number): string {
  if (seconds < MINUTE_S) return `${Math.floor(seconds)}s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min`;
  if (seconds < DAY_S) return plural(Math.floor(seconds / HOUR_S), "hour");
  return plural(Math.floor(seconds / DAY_S), "day");
}

/** 999ms · 1.2s · 3m 5s · 2h 4m */
export function duration(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  if (ms < 1000) return `${ms}ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const whole = Math.round(ms / 1000);
  if (whole < HOUR_S) return `${Math.floor(whole / MINUTE_S)}m ${whole % MINUTE_S}s`;
  return `${Math.floor(whole / HOUR_S)}h ${Math.floor((whole % HOUR_S) / MINUTE_S)}m`;
}

/** The last eight characters: the first ones of a UUIDv7 are the clock. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** 2026-02-18 12:00:00 in the reader's time zone. */
export function absoluteTime(moment: string): string {
  const at = new Date(moment);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${clock(moment)}`;
}

/** 12:00:00 in the reader's time zone. */
export function clock(moment: string): string {
  const at = new Date(moment);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((n) => String(n).padStart(2, "0"))
    .join(":");
}

/** 12:00:00.123 in the reader's time zone. */
export function clockMs(moment: string): string {
  return `${clock(moment)}.${millis(new Date(moment).getMilliseconds())}`;
}

/** +1:02:03.456, with hours when there are some; from one moment to another. */
export function sinceStart(moment: string, start: string): string {
  const ms = Date.parse(moment) - Date.parse(start);
  const whole = Math.floor(Math.abs(ms) / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / HOUR_S);
  const rest = `${two(Math.floor(whole / MINUTE_S) % 60)}:${two(whole % 60)}`;
  const sign = ms < 0 ? "-" : "+";
  return `${sign}${hours > 0 ? `${hours}:` : ""}${rest}.${millis(Math.abs(ms) % 1000)}`;
}

function millis(value: number): string {
  return String(Math.floor(value)).padStart(3, "0");
}

/** 1,234,567 */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** 1,234,567 · 0.12346 · 123,457 · 9.0072e+15: rounded as it looks, never digits that were not said. */
export function figure(value: number, digits = 5): string {
  if (Number.isSafeInteger(value)) return count(value);
  const size = Math.abs(value);
  const near = Number(value.toPrecision(digits));
  // Beyond 2^53 the last digits of an integer were lost when it was read.
  if (size > Number.MAX_SAFE_INTEGER) return near.toExponential();
  return size < 10 ** digits ? String(near) : count(Math.round(value));
}

/** 1 run · 2 runs */
export function plural(value: number, unit: string): string {
  return `${count(value)} ${unit}${value === 1 ? "" : "s"}`;
}

/** 512 B · 1.5 KB · 4.3 GB: powers of 1,000, as the terminal has them. */
export function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let amount = value;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
}

/** my_experiment of experiments.lab:my_experiment */
export function shortModule(module: string): string {
  return module.slice(module.lastIndexOf(":") + 1);
}
