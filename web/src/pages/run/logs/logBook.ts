/**
 * The rows of a log, of any length: pages of rows are fetched as they come into view, what is said
 * meanwhile is put in its place, and the pages longest unseen are forgotten.
 */
import type { Level, LogLine } from "#api/logs";
import type { LogCounts } from "#api/runs";
import { Store } from "#util/store";

export type Line = Pick<LogLine, "line" | "level" | "message" | "metadata" | "timestamp"> & {
  cut?: boolean;
};
export type Fetch = (firstRow: number, limit: number) => Promise<readonly Line[]>;

export const PAGE_ROWS = 200;
const MOST_PAGES = 60;
const RETRY_MS = 2000;

type Page = { rows: (Line | undefined)[]; asked: boolean };

export class LogBook {
  /** Grows whenever rows came, or became more. */
  readonly version = new Store(0);
  total = 0;
  error: unknown = null;
  /** So many rows at the end are on their way already. */
  private coming = 0;
  private readonly pages = new Map<number, Page>();
  private newest = 0;
  private readonly fetch: Fetch;
  private readonly levels: readonly Level[] | undefined;

  constructor(fetch: Fetch, levels?: readonly Level[]) {
    this.fetch = fetch;
    this.levels = levels;
  }

  row(at: number): Line | undefined {
    return this.pages.get(Math.floor(at / PAGE_ROWS))?.rows[at % PAGE_ROWS];
  }

  /** How many there are of each level. */
  count(counts: LogCounts): void {
    const total = this.levels?.reduce((sum, level) => sum + counts[level], 0) ?? counts.total;
    if (total <= this.total) return;
    this.total = total;
    this.changed();
  }

  /** What was said: lines up to the newest one there is; those before a gap are left out. */
  add(lines: readonly Line[], counts: LogCounts): void {
    this.count(counts);
    const last = lines[lines.length - 1]?.line;
    if (last === undefined || last !== counts.total || last <= this.newest) return;
    let row = this.total;
    let expected = last;
    for (let at = lines.length - 1; at >= 0; at -= 1) {
      const line = lines[at] as Line;
      if (line.line !== expected || line.line <= this.newest) break;
      expected -= 1;
      if (this.levels && !this.levels.includes(line.level)) continue;
      row -= 1;
      this.put(row, line);
    }
    this.newest = last;
    this.changed();
  }

  /** The last lines, which are there before anything is known of the run. */
  end(lines: readonly Line[], total: number): void {
    this.coming = 0;
    if (this.levels || total < this.total) return this.changed();
    this.total = total;
    for (const line of lines) this.put(line.line - 1, line);
    this.changed();
  }

  /** The last rows are asked for by somebody else, whose `end` or `noEnd` follows. */
  expectEnd(rows: number): void {
    this.coming = rows;
  }

  noEnd(): void {
    this.coming = 0;
    this.changed();
  }

  /** These rows are in view: fetch what is missing of them. */
  want(first: number, end: number): void {
    for (let page = Math.floor(first / PAGE_ROWS); page * PAGE_ROWS < end; page += 1) {
      const from = Math.max(first, page * PAGE_ROWS);
      const to = Math.min(end, (page + 1) * PAGE_ROWS, this.total);
      if (this.coming > 0 && to > this.total - this.coming) continue;
      if (this.touch(page) && this.lacks(from, to)) void this.ask(page);
    }
  }

  private lacks(from: number, to: number): boolean {
    for (let at = from; at < to; at += 1) if (this.row(at) === undefined) return true;
    return false;
  }

  /** A page, as the one last seen; whether there may be something to ask for. */
  private touch(number: number): boolean {
    const page = this.page(number);
    this.pages.delete(number);
    this.pages.set(number, page);
    return !page.asked;
  }

  private page(number: number): Page {
    const known = this.pages.get(number);
    if (known) return known;
    const page: Page = { rows: [], asked: false };
    this.pages.set(number, page);
    if (this.pages.size > MOST_PAGES) this.pages.delete(this.pages.keys().next().value as number);
    return page;
  }

  private put(row: number, line: Line): void {
    this.page(Math.floor(row / PAGE_ROWS)).rows[row % PAGE_ROWS] = slim(line);
  }

  private async ask(number: number): Promise<void> {
    const page = this.page(number);
    page.asked = true;
    try {
      const lines = await this.fetch(number * PAGE_ROWS, PAGE_ROWS);
      lines.forEach((line, at) => {
        page.rows[at] = slim(line);
      });
      this.error = null;
      page.asked = false;
    } catch (error) {
      this.error = error;
      // Whoever still looks asks again, in a while.
      setTimeout(() => {
        page.asked = false;
        this.changed();
      }, RETRY_MS);
    }
    this.changed();
  }

  private changed(): void {
    this.version.set(this.version.get() + 1);
  }
}

/** Only what is shown: hundreds of thousands pass by. */
function slim({ line, level, message, metadata, timestamp, cut }: Line): Line {
  return cut
    ? { line, level, message, metadata, timestamp, cut }
    : { line, level, message, metadata, timestamp };
}
