/** What the server refuses, or could not be asked: one class for every failed request. */
import type { components } from "./schema";

export type WrongValue = components["schemas"]["WrongValue"];

export class Problem extends Error {
  /** `run-not-found`; `unreachable` when no answer came, `unreadable` when it made no sense. */
  readonly slug: string;
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  readonly errors: readonly WrongValue[];

  constructor(
    slug: string,
    status: number,
    title: string,
    detail: string,
    errors: WrongValue[] = [],
  ) {
    super(detail);
    this.slug = slug;
    this.status = status;
    this.title = title;
    this.errors = errors;
  }

  /** The id, or what it names, does not exist: for a page the same. */
  get isMissing(): boolean {
    return this.status === 404 || this.status === 422;
  }
}

export const unreachable = (): Problem =>
  new Problem("unreachable", 0, "Not reachable", "The server does not answer. Is it running?");

/** From an answer that is no success. */
export async function problemOf(answer: Response): Promise<Problem> {
  try {
    const said = (await answer.json()) as components["schemas"]["Problem"];
    const slug = said.type.replace("urn:athanor:", "");
    return new Problem(slug, said.status, said.title, said.detail, said.errors);
  } catch {
    const text = `The server answered ${answer.status} ${answer.statusText}.`;
    return new Problem("unreadable", answer.status, "Unexpected answer", text);
  }
}

/** What to tell a person about anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
