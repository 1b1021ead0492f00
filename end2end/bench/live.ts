// How soon what a trainer prints is drawn: one line, and ten thousand at once.
import type { Browser } from '@playwright/test';

import type { Server } from '../server.ts';
import { begin, go, halt } from '../tests/runs.ts';
import { Measured } from './browser.ts';
import { ms, quantile, type Report } from './report.ts';
import { BURST } from './trainers.ts';

const FRAME = 1000 / 60;
const LINES = 100;
const WITHIN = 1000;
/** So long may somebody wait for an answer of the page before it seems to hang, in milliseconds. */
const PATIENCE = 200;

/** Opens a run's page, lets it come to rest, and begins to note what happens there. */
async function watch(measured: Measured, url: string): Promise<void> {
  const { page } = measured;
  await page.goto(url);
  await page.waitForFunction(() => window.bench.paints.some((paint) => paint.id === 'loss-chart' && paint.points > 0));
  await page.waitForTimeout(1500);
  await page.evaluate(() => window.bench.watch());
  await measured.reset();
}

/** Adds the rows of single lines. */
export async function lines(browser: Browser, server: Server, report: Report): Promise<void> {
  const measured = await Measured.open(browser);
  const id = await begin(server, 'stamped');
  try {
    const { page } = measured;
    await watch(measured, `${server.url}/runs/${id}`);
    await page.waitForFunction((lines) => window.bench.arrivals.length > lines, LINES);
    const origin = await page.evaluate(() => performance.timeOrigin);
    const { arrivals, paints } = await measured.noted();
    await halt(server, id);

    const drawn = paints.filter((paint) => paint.id === 'loss-chart');
    const seen = arrivals.flatMap(({ at, frame, data }) => {
      const paint = drawn.find((paint) => paint.from > at);
      const sent = data.other?.sent;
      if (!paint || sent === undefined) return [];
      return [{ whole: origin + paint.to - sent, way: origin + at - sent, frames: paint.frame - frame }];
    });
    const whole = seen.map((line) => line.whole);
    const way = seen.map((line) => line.way);
    const frames = seen.map((line) => line.frames);
    report.add({
      what: `from a child's write until drawn, ${seen.length} lines: half, 99 %`,
      ours: `${ms(quantile(whole, 0.5))}, ${ms(quantile(whole, 0.99))}; to the page ${ms(quantile(way, 0.5))}, ${ms(quantile(way, 0.99))}`,
      budget: `2 frames (${ms(2 * FRAME)}), for half`,
      kept: quantile(whole, 0.5) <= 2 * FRAME,
    });
    report.add({
      what: 'frames that begin between arrival and drawing: half, most',
      ours: `${quantile(frames, 0.5)}, ${Math.max(...frames)}`,
      budget: '2',
      kept: Math.max(...frames) <= 2,
    });
  } finally {
    await measured.close();
  }
}

/** Adds the rows of a burst. */
export async function burst(browser: Browser, server: Server, report: Report): Promise<void> {
  const measured = await Measured.open(browser);
  const id = await begin(server, 'burst');
  try {
    const { page } = measured;
    await watch(measured, `${server.url}/runs/${id}`);
    await go(server, id);
    await page.waitForFunction((last) => window.bench.paints.some((paint) => paint.until >= last), BURST + 1, { timeout: 120_000 });
    const origin = await page.evaluate(() => performance.timeOrigin);
    const { arrivals, paints, blocked, gaps } = await measured.noted();
    await halt(server, id);

    const sent = arrivals.map(({ data }) => data.other?.sent).find((sent) => sent !== undefined)!;
    const shown = origin + paints.find((paint) => paint.until >= BURST + 1)!.to - sent;
    report.add({
      what: `${BURST.toLocaleString('en')} events at once, from the child's write until all are drawn`,
      ours: `${ms(shown)}, the last of them at the page after ${ms(origin + arrivals.at(-1)!.at - sent)}`,
      budget: ms(WITHIN),
      kept: shown <= WITHIN,
    });
    report.add({
      what: 'the longest that the page answered nothing meanwhile (and the longest frame)',
      ours: `${ms(blocked)} (${ms(Math.max(...gaps))})`,
      budget: ms(PATIENCE),
      kept: blocked <= PATIENCE,
    });
  } finally {
    await measured.close();
  }
}
