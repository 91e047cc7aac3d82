/** Where in nested values something is, and values changed there without touching the old ones. */
export type Step = string | number;
export type Place = readonly Step[];
export type Named = Record<string, unknown>;

/** `layers[2].units`, as the server names the place of a problem. */
export function dotted(place: Place): string {
  return place.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text ? `${text}.${step}` : step;
  }, "");
}

/** Whether a dotted place is another one or inside of it. */
export function isWithin(path: string, outer: string): boolean {
  if (outer === "" || path === outer) return true;
  return path.startsWith(outer) && (path[outer.length] === "." || path[outer.length] === "[");
}

export function isNamed(value: unknown): value is Named {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a place; undefined where there is none. */
export function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((within, step) => {
    if (Array.isArray(within)) return typeof step === "number" ? within[step] : undefined;
    return isNamed(within) && Object.hasOwn(within, step) ? within[step] : undefined;
  }, value);
}

/** A copy with another value at a place; undefined takes a key away. Untouched parts stay the same objects. */
export function withValueAt(value: unknown, place: Place, next: unknown): unknown {
  const [step, ...rest] = place;
  if (step === undefined) return next;
  if (typeof step === "number") {
    const items = Array.isArray(value) ? [...value] : [];
    items[step] = withValueAt(items[step], rest, next);
    return items;
  }
  const within = isNamed(value) ? value : {};
  const inner = withValueAt(Object.hasOwn(within, step) ? within[step] : undefined, rest, next);
  if (inner !== undefined) return { ...within, [step]: inner };
  const { [step]: _, ...others } = within;
  return others;
}

/** Whether two JSON values are equal, whatever the order of their keys. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, at) => same(item, other[at]));
  if (!isNamed(one) || !isNamed(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
  );
}
