/** A configuration while it is filled in: its value, what is wrong with it, and who listens. */
import { createContext, useContext, useEffect, useSyncExternalStore } from "react";
import type { WrongValue } from "#api/problem";
import { completed, initialValue, type Node } from "#util/configSchema";
import { dotted, isWithin, type Named, type Place, same, valueAt, withValueAt } from "#util/place";

/** Asks the server what is wrong with a configuration. */
export type Check = (value: Named, signal: AbortSignal) => Promise<readonly WrongValue[]>;

const PAUSE_MS = 200;

export class Form {
  readonly schema: Node;
  readonly defaults: Named;
  value: Named;
  /** Places of list items that must not stay collapsed, since something in them is wrong. */
  revealed: readonly string[] = [];
  submitted = false;

  private initial: Named;
  private problems: readonly WrongValue[] = [];
  private readonly left = new Set<string>();
  private readonly owners = new Map<string, number>();
  private shown: Map<string, string> | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly ask: Check;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = new AbortController();

  constructor(schema: Node, defaults: Named, stored: Named | null, ask: Check) {
    this.schema = schema;
    this.defaults = completed(schema, schema, defaults) as Named;
    this.initial = stored ? (completed(schema, schema, stored) as Named) : this.defaults;
    this.value = this.initial;
    this.ask = ask;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private tell(): void {
    this.shown = null;
    for (const listener of [...this.listeners]) listener();
  }

  get changed(): boolean {
    return !same(this.value, this.initial);
  }

  /** What is there now is what is kept: nothing is unsaved. */
  saved(): void {
    this.initial = this.value;
    this.tell();
  }

  // --- values ---

  at(place: Place): unknown {
    return valueAt(this.value, place);
  }

  set(place: Place, next: unknown): void {
    this.forgetUnseen(dotted(place));
    this.replace(withValueAt(this.value, place, next) as Named);
  }

  replace(value: Named): void {
    if (value === this.value) return;
    this.value = value;
    this.tell();
    this.checkSoon();
  }

  /** What nobody has been told yet was said of the old value. */
  private forgetUnseen(path: string): void {
    this.problems = this.problems.filter(
      (problem) => !isWithin(problem.path, path) || this.said(this.ownerOf(problem.path)),
    );
  }

  /** The default of a place; undefined inside of lists, where every item is the author's own. */
  usual(place: Place): unknown {
    if (place.some((step) => typeof step === "number")) return undefined;
    return valueAt(this.defaults, place);
  }

  /** Items have changed places, or are gone: what was left and is wrong goes with them. */
  renumber(list: Place, placed: (at: number) => number | null): void {
    const outer = dotted(list);
    const moved = (path: string) => renumbered(path, outer, placed);
    const kept = [...this.left].map(moved).filter((path) => path !== null);
    this.left.clear();
    for (const path of kept) this.left.add(path);
    this.problems = this.problems.flatMap((problem) => {
      const path = moved(problem.path);
      return path === null ? [] : [{ ...problem, path }];
    });
  }

  // --- what is wrong ---

  /** A field was left: from now on it may say what is wrong. `hint` is shown until the server answers. */
  leave(place: Place, hint?: string): void {
    for (let depth = 0; depth <= place.length; depth += 1)
      this.left.add(dotted(place.slice(0, depth)));
    const path = dotted(place);
    if (hint && !this.problems.some((problem) => problem.path === path))
      this.problems = [...this.problems, { path, message: hint }];
    this.tell();
    this.checkSoon(0);
  }

  checkSoon(after_ms: number = PAUSE_MS): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), after_ms);
  }

  /** Whether the server finds nothing wrong; true as well when it cannot be asked, or no more matters. */
  async check(): Promise<boolean> {
    clearTimeout(this.timer);
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      const problems = await this.ask(this.value, signal);
      if (signal.aborted) return true;
      if (!same(problems, this.problems)) this.refuse(problems);
      return problems.length === 0;
    } catch {
      return true; // saving will say why
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.asking.abort();
  }

  refuse(problems: readonly WrongValue[]): void {
    this.problems = problems;
    this.tell();
  }

  /** From now on every problem is shown, and no part that has one is collapsed. */
  reveal(): void {
    this.submitted = true;
    this.revealed = this.problems.map(({ path }) => path);
    this.tell();
  }

  get wrong(): readonly WrongValue[] {
    return this.problems;
  }

  /** A part of the page shows what is wrong at this path, and deeper where nothing else does. */
  own(path: string): () => void {
    this.owners.set(path, (this.owners.get(path) ?? 0) + 1);
    this.ownersChanged();
    return () => {
      const others = (this.owners.get(path) ?? 1) - 1;
      if (others) this.owners.set(path, others);
      else this.owners.delete(path);
      this.ownersChanged();
    };
  }

  private ownersChanged(): void {
    if (this.problems.length === 0) return;
    if (this.shown) queueMicrotask(() => this.tell());
    this.shown = null;
  }

  /** What to say at a path now; empty when nothing. */
  said(path: string): string {
    this.shown ??= this.placed();
    return this.shown.get(path) ?? "";
  }

  private placed(): Map<string, string> {
    const found = new Map<string, string>();
    for (const { path, message } of this.problems) {
      const owner = this.ownerOf(path);
      if (!this.submitted && !this.left.has(path) && !(owner !== path && this.left.has(owner)))
        continue;
      const text =
        owner === path
          ? sentence(message)
          : `${path.slice(owner.length).replace(/^\./, "")} ${message}`;
      const before = found.get(owner);
      found.set(owner, before ? `${before}\n${text}` : text);
    }
    return found;
  }

  private ownerOf(path: string): string {
    let outer = path;
    while (outer && !this.owners.has(outer))
      outer = outer.slice(0, Math.max(0, outer.lastIndexOf("."), outer.lastIndexOf("[")));
    return outer;
  }
}

function sentence(message: string): string {
  return message.slice(0, 1).toUpperCase() + message.slice(1);
}

/** The path after items of the list `outer` have changed places; null when its item is gone. */
export function renumbered(
  path: string,
  outer: string,
  placed: (at: number) => number | null,
): string | null {
  if (!isWithin(path, outer)) return path;
  const found = /^\[(\d+)\](.*)$/s.exec(path.slice(outer.length));
  if (!found) return path;
  const at = placed(Number(found[1]));
  return at === null ? null : `${outer}[${at}]${found[2]}`;
}

// --- reading it from components ---

const Given = createContext<Form | null>(null);
export const FormProvider = Given.Provider;

export function useForm(): Form {
  const form = useContext(Given);
  if (!form) throw new Error("there is no form around this field");
  return form;
}

/** Something of the form; the component renders again when it is another value. */
export function useOfForm<T>(form: Form, read: () => T): T {
  return useSyncExternalStore(form.subscribe, read);
}

export function useValue(place: Place): unknown {
  const form = useForm();
  return useOfForm(form, () => form.at(place));
}

/** What is wrong at a place, as text; this component is who says it. */
export function useProblem(path: string): string {
  const form = useForm();
  useEffect(() => form.own(path), [form, path]);
  return useOfForm(form, () => form.said(path));
}

/** A value for a new place, such as a new item of a list. */
export function newValue(form: Form, node: Node): unknown {
  return initialValue(node, form.schema) ?? null;
}
