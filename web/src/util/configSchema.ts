/** What the JSON Schema of a configuration says, in the words of a form. */
import { isNumber, isWhole } from "./json";
import { isNamed, type Named } from "./place";

export type Node = {
  $ref?: string;
  $defs?: Record<string, Node>;
  title?: string;
  description?: string;
  type?: string | string[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  enumNames?: string[];
  format?: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  exclusiveMinimum?: number | bigint;
  exclusiveMaximum?: number | bigint;
  multipleOf?: number;
  step?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Node>;
  required?: string[];
  additionalProperties?: boolean | Node;
  items?: Node | boolean;
  prefixItems?: Node[];
  anyOf?: Node[];
  oneOf?: Node[];
  allOf?: Node[];
  discriminator?: { propertyName: string };
};

export type Kind =
  | "fixed"
  | "choice"
  | "boolean"
  | "integer"
  | "number"
  | "text"
  | "group"
  | "map"
  | "tuple"
  | "list"
  | "union"
  | "any";

/** A node without references; `nullable` and `variants` say what its alternatives were. */
export type Plain = Node & { kind: Kind; nullable: boolean; variants: Node[] };

const known = new WeakMap<Node, Plain>();

/** What a node means; the same answer for the same node. */
export function plain(node: Node, root: Node): Plain {
  const before = known.get(node);
  if (before) return before;
  const found = interpreted(node, root);
  known.set(node, found);
  return found;
}

function interpreted(node: Node, root: Node): Plain {
  const { $ref, ...beside } = node;
  if ($ref) return interpreted({ ...defined($ref, root), ...beside }, root);
  const parts = node.anyOf ?? node.oneOf ?? node.allOf;
  if (!parts) return { ...node, ...typeOf(node), variants: [] };
  const variants = parts.filter((part) => part.type !== "null");
  const nullable = variants.length < parts.length;
  const { anyOf, oneOf, allOf, ...rest } = node;
  const [only] = variants;
  if (only && variants.length === 1) {
    const inner = interpreted({ ...only, ...rest }, root);
    return { ...inner, nullable: nullable || inner.nullable };
  }
  if (allOf) return { ...rest, kind: "any", nullable: true, variants: [] };
  return { ...rest, kind: "union", nullable, variants };
}

function defined(reference: string, root: Node): Node {
  return root.$defs?.[reference.replace("#/$defs/", "")] ?? {};
}

function typeOf(node: Node): { kind: Kind; nullable: boolean } {
  const types = [node.type ?? []].flat();
  const nullable = types.includes("null");
  const [type, second] = types.filter((name) => name !== "null");
  if ("const" in node) return { kind: "fixed", nullable: false };
  if (node.enum) return { kind: "choice", nullable: nullable || node.enum.includes(null) };
  if (second) return { kind: "any", nullable };
  switch (type) {
    case "boolean":
    case "integer":
    case "number":
      return { kind: type, nullable };
    case "string":
      return { kind: "text", nullable };
    case "array":
      return { kind: node.prefixItems ? "tuple" : "list", nullable };
    case "object":
      return { kind: node.properties ? "group" : "map", nullable };
    default:
      return { kind: "any", nullable: true };
  }
}

/** `Runs Per Pair` of `runs_per_pair`. */
export function humanised(name: string): string {
  const words = name.split(/[_\s]+/).filter(Boolean);
  return words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(" ") || name;
}

/** What a field begins with: its default, or the nearest thing to nothing; undefined asks to be filled in. */
export function initialValue(node: Node, root: Node): unknown {
  const field = plain(node, root);
  if (field.default !== undefined) return completed(field, root, field.default);
  if (field.nullable) return null;
  switch (field.kind) {
    case "fixed":
      return field.const;
    case "boolean":
      return false;
    case "group":
      return completed(field, root, {});
    case "list":
      return [];
    case "tuple":
      return field.prefixItems?.map((item) => initialValue(item, root) ?? null);
    case "map":
      return {};
    case "union":
      return field.variants[0] && initialValue(field.variants[0], root);
    default:
      return undefined;
  }
}

/** A value with what its groups are missing; what it has is never changed. */
export function completed(node: Node, root: Node, value: unknown): unknown {
  const field = plain(node, root);
  if (field.kind === "union") {
    const variant = field.variants[variantOf(field, root, value)];
    return variant && value != null ? completed(variant, root, value) : value;
  }
  if (Array.isArray(value) && isNamed(field.items))
    return value.map((item) => completed(field.items as Node, root, item));
  if (!field.properties || !isNamed(value)) return value;
  const { properties } = field;
  const whole: Named = {};
  for (const [name, part] of Object.entries(properties)) {
    const has = Object.hasOwn(value, name);
    const inner = has ? completed(part, root, value[name]) : initialValue(part, root);
    if (inner !== undefined) whole[name] = inner;
  }
  for (const [name, inner] of Object.entries(value))
    if (!Object.hasOwn(properties, name)) whole[name] = inner;
  return whole;
}

/** Which alternative of a union a value is; the first when it is none. */
export function variantOf(union: Plain, root: Node, value: unknown): number {
  const scores = union.variants.map((variant) => likeness(plain(variant, root), root, value));
  return Math.max(0, scores.indexOf(Math.max(...scores)));
}

/** How well a value fits: 0 not at all. */
function likeness(field: Plain, root: Node, value: unknown): number {
  switch (field.kind) {
    case "fixed":
      return field.const === value ? 4 : 0;
    case "choice":
      return field.enum?.includes(value) ? 4 : 0;
    case "boolean":
      return typeof value === "boolean" ? 3 : 0;
    case "integer":
      return isWhole(value) ? 3 : 0;
    case "number":
      return isNumber(value) ? 2 : 0;
    case "text":
      return typeof value === "string" ? 2 : 0;
    case "list":
    case "tuple":
      return Array.isArray(value) ? 2 : 0;
    case "map":
      return isNamed(value) ? 1 : 0;
    case "group":
      return isNamed(value) ? alike(field, root, value) : 0;
    default:
      return 0.5;
  }
}

/** A group fits the better, the more of the keys are known; a wrong tag rules it out. */
function alike(group: Plain, root: Node, value: Named): number {
  const properties = group.properties ?? {};
  for (const [name, part] of Object.entries(properties)) {
    const tag = plain(part, root);
    if (tag.kind === "fixed" && name in value && value[name] !== tag.const) return 0;
  }
  const keys = Object.keys(value);
  const hits = keys.filter((key) => Object.hasOwn(properties, key)).length;
  return 1 + hits / Math.max(1, keys.length);
}

/** What an alternative is called where one chooses among them. */
export function variantLabel(node: Node, root: Node): string {
  const field = plain(node, root);
  if (field.title) return humanised(field.title);
  return VARIANTS[field.kind];
}

const VARIANTS: Record<Kind, string> = {
  fixed: "Fixed value",
  choice: "One of several",
  boolean: "Yes or no",
  integer: "Integer",
  number: "Number",
  text: "Text",
  group: "Group",
  map: "Named values",
  tuple: "Tuple",
  list: "List",
  union: "Alternatives",
  any: "Any value",
};

/** The label of a value of an `enum`. */
export function choiceLabel(field: Node, value: unknown): string {
  const at = field.enum?.indexOf(value) ?? -1;
  return field.enumNames?.[at] ?? String(value);
}
