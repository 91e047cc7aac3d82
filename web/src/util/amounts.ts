/** Amounts of time and memory as people type them. */

const SECONDS: Record<string, number> = { d: 86_400, h: 3600, m: 60, min: 60, s: 1 };

/** Seconds of `90`, `15m`, `2h 30m`; null when it is none of these. */
export function secondsOf(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  const part = /(\d+(?:\.\d+)?)\s*(d|h|min|m|s)\s*/g;
  if (trimmed === "" || trimmed.replace(part, "") !== "") return null;
  return [...trimmed.matchAll(part)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (SECONDS[unit ?? ""] ?? 0),
    0,
  );
}

/** `2h 30m` of 9000: exactly, unlike a duration that is only shown. */
export function exactTime(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const unit of ["d", "h", "m"]) {
    const size = SECONDS[unit] ?? 1;
    const amount = Math.floor(rest / size);
    if (amount > 0) parts.push(`${amount}${unit}`);
    rest -= amount * size;
  }
  if (rest > 0 || parts.length === 0) parts.push(`${Number(rest.toPrecision(12))}s`);
  return parts.join(" ");
}

const PREFIXES = ["", "k", "m", "g", "t"];

/** Bytes of `512MB` or `4GiB`; null when it is neither. */
export function bytesOf(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b$/i.exec(text.trim());
  if (!found) return null;
  const [, amount = "", prefix = "", binary] = found;
  return Math.round(
    Number(amount) * (binary ? 1024 : 1000) ** PREFIXES.indexOf(prefix.toLowerCase()),
  );
}

/** `4 GiB`, `512 MB`: the largest unit that says it exactly. */
export function exactBytes(bytes: number): string {
  for (let power = 4; power > 0; power -= 1) {
    const prefix = PREFIXES[power]?.toUpperCase();
    if (bytes % 1024 ** power === 0) return `${bytes / 1024 ** power} ${prefix}iB`;
    if (bytes % 1000 ** power === 0)
      return `${bytes / 1000 ** power} ${power === 1 ? "k" : prefix}B`;
  }
  return `${bytes} B`;
}
