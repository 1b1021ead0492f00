// How soon a page is there: of a run with a million points, and the live page.
import type { Browser } from '@playwright/test';
import { brotliCompressSync, constants } from 'node:zlib';

import type { Server } from '../server.ts';
import { ran } from '../tests/runs.ts';
import { Measured, VIEWPORT, type Heap } from './browser.ts';
import { mega, ms, quantile, type Report } from './report.ts';
import { EXTREMES, STORED } from './trainers.ts';

const TIMES = 7;
const WITHIN = 500;
const HEAP = 30e6;
const WASM = 220e3;
/** Above, a program is not optimised, and its size says nothing. */
const OPTIMISED = 5e6;

interface Visit {
  /** Milliseconds from the start of the navigation: the first picture, drawn by the server, and the living one. */
  still: number;
  painted: number;
  hydrated: number;
  /** Of these, until the server began to answer. */
  answered: number;
  heap: Heap;
  extremes: number;
}

/** One visit by a browser that has kept nothing. */
async function visit(browser: Browser, url: string, charted: boolean): Promise<Visit> {
  const measured = await Measured.open(browser);
  try {
    const { page } = measured;
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(
      (charted) => window.bench?.hydrated > 0 && (!charted || window.bench.paints.some((paint) => paint.id === 'loss-chart' && paint.points > 0)),
      charted,
    );
    // Let the page come to rest before its memory is weighed.
    await page.waitForTimeout(300);
    const noted = await measured.noted();
    const paint = noted.paints.find((paint) => paint.id === 'loss-chart');
    return {
      still: noted.still,
      painted: paint?.to ?? NaN,
      hydrated: noted.hydrated,
      answered: await page.evaluate(() => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).responseStart),
      heap: await measured.heap(),
      extremes: charted ? await page.evaluate(extremes, { far: STORED / 2 / EXTREMES, picture: null }) : 0,
    };
  } finally {
    await measured.close();
  }
}

/** The same of the picture that the server draws, in a page without scripts. */
async function stillExtremes(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: VIEWPORT });
  try {
    const page = await context.newPage();
    await page.goto(url);
    const picture = await page.getByTestId('loss-chart').locator('canvas').screenshot();
    return await page.evaluate(extremes, { far: STORED / 2 / EXTREMES, picture: picture.toString('base64') });
  } finally {
    await context.close();
  }
}

/**
 * How many extremes stand in the picture at their place: at their epoch, and all of one height far above the rest. The
 * picture is what the canvas holds, or else a PNG of its place in the page.
 */
async function extremes({ far, picture }: { far: number; picture: string | null }): Promise<number> {
  const figure = document.querySelector<HTMLElement>('[data-testid="loss-chart"]')!;
  const canvas = figure.querySelector('canvas')!;
  if (picture) {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
  }
  const [from, to] = figure.dataset.window!.split(' ').map(Number);
  const [left, right] = [52, 14];
  const ratio = canvas.width / canvas.clientWidth;
  const colour = getComputedStyle(canvas).getPropertyValue('--series-1').trim();
  const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const { data, width, height } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  const near = (at: number) => data[at + 3] > 100 && wanted.every((part, index) => Math.abs(data[at + index] - part) < 60);
  /** The highest pixel of the first line near a column, as a part of the height. */
  const top = (column: number) => {
    for (let row = 0; row < height; row++) {
      for (let x = column - 2; x <= column + 2; x++) if (near(4 * (row * width + x))) return row / height;
    }
    return 1;
  };
  let found = 0;
  for (let epoch = Math.floor(far / 2); epoch < to; epoch += far) {
    const place = left + ((epoch - from) / (to - from)) * (canvas.clientWidth - left - right);
    if (top(Math.round(place * ratio)) < 0.2) found++;
  }
  return found;
}

async function visits(browser: Browser, url: string, charted: boolean): Promise<Visit[]> {
  const all: Visit[] = [];
  for (let time = 0; time < TIMES; time++) all.push(await visit(browser, url, charted));
  return all;
}

const spread = (values: number[]) => `${ms(quantile(values, 0.5))} (slowest of ${values.length}: ${ms(Math.max(...values))})`;

/** Adds the rows of a page whose run holds very many points. */
export async function load(browser: Browser, server: Server, report: Report): Promise<void> {
  const id = await ran(server, 'stored', undefined, 900_000);
  const all = await visits(browser, `${server.url}/runs/${id}`, true);
  const still = all.map((visit) => visit.still);
  report.add({
    what: `first full chart of a run with ${STORED.toLocaleString('en')} points, from navigation: median`,
    ours: `${spread(still)}, of which the server ${ms(quantile(all.map((visit) => visit.answered), 0.5))}`,
    budget: `${WITHIN} ms`,
    kept: quantile(still, 0.5) <= WITHIN,
  });
  report.add({ what: 'the canvas in its place, which can be zoomed', ours: spread(all.map((visit) => visit.painted)) });
  const least = Math.min(await stillExtremes(browser, `${server.url}/runs/${id}`), ...all.map((visit) => visit.extremes));
  report.add({ what: 'extremes that stand at their place in either', ours: `${least} of ${EXTREMES}`, budget: 'all', kept: least === EXTREMES });
  const [heap] = all.map((visit) => visit.heap).sort((a, b) => b.script + b.wasm - a.script - a.wasm);
  report.add({
    what: 'its memory: scripts + WebAssembly',
    ours: `${mega(heap.script)} + ${mega(heap.wasm)} = ${mega(heap.script + heap.wasm)}`,
    budget: mega(HEAP),
    kept: heap.script + heap.wasm <= HEAP,
  });
}

/** Adds the rows of a live page that loads, and of what has to be loaded for it. */
export async function ready(browser: Browser, server: Server, report: Report): Promise<void> {
  const hydrated = (await visits(browser, `${server.url}/`, false)).map((visit) => visit.hydrated);
  report.add({
    what: 'live page taken over by the browser, from navigation: median',
    ours: spread(hydrated),
    budget: `${WITHIN} ms`,
    kept: quantile(hydrated, 0.5) <= WITHIN,
  });
  const program = Buffer.from(await (await fetch(`${server.url}/pkg/nashboard.wasm`)).arrayBuffer());
  const quality = program.length < OPTIMISED ? constants.BROTLI_MAX_QUALITY : 4;
  const packed = brotliCompressSync(program, {
    params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: program.length },
  });
  report.add({
    what: 'WebAssembly by brotli (and as it is)',
    ours: `${(packed.length / 1e3).toFixed(0)} kB (${(program.length / 1e3).toFixed(0)} kB)`,
    budget: `${WASM / 1e3} kB`,
    kept: packed.length <= WASM,
  });
}
