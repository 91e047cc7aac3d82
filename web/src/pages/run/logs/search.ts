/** Searching a log for a text: the server looks at some 50,000 lines a time, and this goes on. */
import type { Schemas } from "#api/client";
import { Store } from "#util/store";
import type { Line } from "./logBook";

export type Found = Pick<Schemas["FoundLogs"], "items" | "complete" | "searched_to_line">;
export type Look = (afterLine: number, limit: number) => Promise<Found>;

export const MOST_FOUND = 10_000;
const AT_ONCE = 1000;
const RETRY_MS = 2000;

export class LogSearch {
  readonly version = new Store(0);
  readonly found: Line[] = [];
  searchedTo = 0;
  busy = false;
  error: unknown = null;
  private stopped = false;
  private readonly look: Look;

  constructor(look: Look) {
    this.look = look;
  }

  get total(): number {
    return this.found.length;
  }

  /** So many were found that one should ask for less. */
  get full(): boolean {
    return this.found.length >= MOST_FOUND;
  }

  row(at: number): Line | undefined {
    return this.found[at];
  }

  want(): void {}

  stop(): void {
    this.stopped = true;
  }

  resume(): void {
    this.stopped = false;
  }

  /** There are so many lines now: look at those that were not looked at. */
  async goOn(total: number): Promise<void> {
    if (this.busy || this.full || this.stopped || total <= this.searchedTo) return;
    this.busy = true;
    this.changed();
    try {
      while (!this.stopped && !this.full) if (await this.step()) break;
      this.error = null;
    } catch (error) {
      this.error = error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    this.busy = false;
    this.changed();
  }

  private async step(): Promise<boolean> {
    const limit = Math.min(AT_ONCE, MOST_FOUND - this.found.length);
    const { items, complete, searched_to_line } = await this.look(this.searchedTo, limit);
    this.found.push(...items);
    this.searchedTo = Math.max(this.searchedTo, searched_to_line ?? this.searchedTo);
    this.changed();
    return complete;
  }

  private changed(): void {
    if (!this.stopped) this.version.set(this.version.get() + 1);
  }
}
