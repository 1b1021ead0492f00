// What it costs to add a point to a chart of 100,000, and to twenty charts at a time.
import type { Browser } from '@playwright/test';

import type { Server } from '../server.ts';
import { begin, halt } from '../tests/runs.ts';
import { Measured } from './browser.ts';
import { feed, type Work } from './rivals.ts';
import { mean, mega, ms, quantile, type Report } from './report.ts';
import { LONG, PERIOD } from './trainers.ts';

/** The longest frame that is not felt, in milliseconds. */
const FRAME = 50;

/** Metrics of the run with twenty charts, and what a point of them may take while a page holds all. */
const METRICS = 22;
const POINT = 256;

/** Waits until a run has been read as far as `epoch`. */
async function reached(server: Server, id: string, epoch: number): Promise<void> {
  for (let second = 0; second < 600; second++) {
    const status = (await (await fetch(`${server.url}/api/training_status?run_id=${id}`)).json()) as { epoch?: number };
    if ((status.epoch ?? 0) >= epoch) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`the run ${id} did not reach epoch ${epoch}`);
}

/** Adds the rows of one chart with 100,000 points. */
export async function append(browser: Browser, server: Server, report: Report): Promise<void> {
  const appends = 100;
  const id = await begin(server, 'long');
  const measured = await Measured.open(browser);
  try {
    await reached(server, id, LONG);
    const { page } = measured;
    await page.goto(`${server.url}/runs/${id}`);
    await page.waitForFunction(() => window.bench.paints.some((paint) => paint.id === 'loss-chart' && paint.points > 1000));
    const size = (await page.getByTestId('loss-chart').locator('canvas').boundingBox())!;
    await page.waitForTimeout(2000);
    await measured.reset();
    const before = await measured.spent();
    await page.waitForFunction((appends) => window.bench.folds.length >= appends, appends);
    const after = await measured.spent();
    const noted = await measured.noted();
    const heap = await measured.heap();
    await halt(server, id);

    const count = noted.folds.length;
    const paints = noted.paints.filter((paint) => paint.id === 'loss-chart').map((paint) => paint.to - paint.from);
    const order = { charts: 1, points: LONG, size: { width: Math.round(size.width), height: Math.round(size.height) }, appends };
    const uplot = await feed(browser, 'uplot', order);
    const chartjs = await feed(browser, 'chartjs', order);

    const ours = mean(noted.folds) + mean(paints);
    const ratio = ours / mean(uplot.draws);
    report.add({
      what: `append and redraw, ${LONG.toLocaleString('en')} points stored: mean`,
      ours: `${ms(ours)} (painting ${ms(mean(paints))}), ${ratio.toFixed(2)} × uPlot`,
      uplot: ms(mean(uplot.draws)),
      chartjs: ms(mean(chartjs.draws)),
      budget: 'uPlot',
      kept: ratio <= 1,
    });
    const each = (seconds: number) => (1000 * seconds) / count;
    report.add({
      what: 'the same with all that the page does besides (cards, log, layout, painting): script, thread',
      ours: `${ms(each(after.script - before.script))}, ${ms(each(after.all - before.all))}`,
      uplot: `${ms(uplot.script)}, ${ms(uplot.all)}`,
      chartjs: `${ms(chartjs.script)}, ${ms(chartjs.all)}`,
    });
    report.add({
      what: 'memory with these points: scripts and their buffers + WebAssembly',
      ours: `${mega(heap.script)} + ${mega(heap.wasm)}`,
      uplot: mega(uplot.heap.script),
      chartjs: mega(chartjs.heap.script),
    });
  } finally {
    await measured.close();
  }
}

/** Adds the rows of twenty charts that are all in sight. */
export async function twenty(browser: Browser, server: Server, report: Report, seconds: number): Promise<void> {
  const viewport = { width: 1600, height: 3000 };
  const measured = await Measured.open(browser, viewport);
  const id = await begin(server, 'twenty');
  try {
    const { page } = measured;
    await page.goto(`${server.url}/runs/${id}`);
    await page.waitForFunction(() => new Set(window.bench.paints.map((paint) => paint.id)).size >= 20);
    await page.waitForTimeout(2000);
    await page.evaluate(() => window.bench.watch());
    const first = await measured.heap();
    await measured.reset();
    const before = await measured.spent();
    await page.waitForTimeout(1000 * seconds);
    const after = await measured.spent();
    const noted = await measured.noted();
    // What the hooks have noted is not the page's.
    await measured.reset();
    const last = await measured.heap();
    await halt(server, id);

    const charts = new Set(noted.paints.map((paint) => paint.id)).size;
    const rounds = noted.folds.length;
    const order = { charts: 20, points: 20, size: { width: 500, height: 176 }, appends: (1000 * seconds) / PERIOD, viewport };
    const uplot = await feed(browser, 'uplot', order);
    const chartjs = await feed(browser, 'chartjs', order);
    const frames = (gaps: number[]) =>
      `longest ${ms(Math.max(...gaps))}, 99 % within ${ms(quantile(gaps, 0.99))}, over ${FRAME} ms: ${gaps.filter((gap) => gap > FRAME).length}`;
    report.add({
      what: `${charts} charts in sight, ${(rounds / seconds).toFixed(1)} updates a second for ${seconds} s: frames`,
      ours: frames(noted.gaps),
      uplot: frames(uplot.gaps),
      chartjs: frames(chartjs.gaps),
      budget: `none over ${FRAME} ms`,
      kept: charts >= 20 && noted.gaps.every((gap) => gap <= FRAME),
    });
    const busy = (work: Work) => `${ms(work.all)} (script ${ms(work.script)})`;
    const each = (seconds: number) => (1000 * seconds) / rounds;
    report.add({
      what: 'time of the thread for an update of all',
      ours: `${ms(each(after.all - before.all))} (script ${ms(each(after.script - before.script))})`,
      uplot: busy(uplot),
      chartjs: busy(chartjs),
    });
    const grown = last.script + last.wasm - first.script - first.wasm;
    report.add({
      what: `memory at the begin, and ${seconds} s and ${rounds * METRICS} points later: scripts + WebAssembly`,
      ours: `${mega(first.script)} + ${mega(first.wasm)}, ${mega(last.script)} + ${mega(last.wasm)}`,
      budget: `flat, apart from ${POINT} bytes a point`,
      kept: grown < 1e6 + POINT * rounds * METRICS,
    });
  } finally {
    await measured.close();
  }
}
