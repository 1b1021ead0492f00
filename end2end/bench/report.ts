// What was measured, as a table: on the terminal, and between two marks of docs/benchmarks.md.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';

const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);
const [BEGIN, END] = ['<!-- charts -->', '<!-- /charts -->'];

const METHOD = `Chromium loads the page from a server of its own on this machine, with trainers that print what the rows say. From
outside is noted when a canvas is emptied and last drawn on, when an event arrives and how long it is taken in, and when frames begin;
time of the thread and memory are the browser's own counts, memory after a collection. The page itself knows of no measurement. uPlot
and Chart.js (with decimation by minimum and maximum) draw curves of the same kind and length on canvases of the same size, in a page that
holds nothing else; theirs is the time from the call until it has drawn. Our page holds at most 4,000 points of a line, which keep every
extreme, and they hold all. \`make bench-page\` measures it again.`;

/** A line of the table. What nobody measured of the others stays empty. */
export interface Row {
  what: string;
  ours: string;
  uplot?: string;
  chartjs?: string;
  budget?: string;
  /** Whether the budget is kept; absent where there is none. */
  kept?: boolean;
}

export class Report {
  readonly rows: Row[] = [];

  constructor(private readonly browser: string, private readonly binary: string) {}

  add(row: Row): void {
    this.rows.push(row);
    // At once too: the whole takes minutes.
    console.log(`\n  ${row.what}: ${row.ours}${row.budget ? ` (budget: ${row.budget}${row.kept ? '' : ', MISSED'})` : ''}`);
  }

  /** The table in Markdown, with where and when. */
  text(): string {
    const head = ['', 'Nashboard', 'uPlot', 'Chart.js', 'budget', 'kept'];
    const lines = this.rows.map((row) => [
      row.what,
      row.ours,
      row.uplot ?? '',
      row.chartjs ?? '',
      row.budget ?? '',
      row.kept === undefined ? '' : row.kept ? 'yes' : '**no**',
    ]);
    const cells = [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`);
    const chips = cpus();
    const where = `${chips.length} × ${chips[0].model.trim()}, Chromium ${this.browser} without a graphics card, a ${this.binary} build`;
    return `Measured on ${new Date().toISOString().slice(0, 10)}: ${where}.\n\n${cells.join('\n')}\n\n${METHOD}\n`;
  }

  /** Puts the table into the page of benchmarks, where there is one with a place for it. */
  async keep(): Promise<void> {
    const page = await readFile(PAGE, 'utf8').catch(() => '');
    const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
    if (from < 0 || to < from) return;
    await writeFile(PAGE, `${page.slice(0, from + BEGIN.length)}\n${this.text()}${page.slice(to)}`);
  }
}

/** The value below which a part of `values` lies. */
export function quantile(values: number[], part: number): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

export function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
