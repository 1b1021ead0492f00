// uPlot and Chart.js with the same data on canvases of the same size, in a page of their own.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { Browser } from '@playwright/test';

import { Measured, type Heap } from './browser.ts';
import { PERIOD } from './trainers.ts';

const require = createRequire(import.meta.url);
const SOURCES = {
  uplot: require.resolve('uplot/dist/uPlot.iife.min.js'),
  // Its package names only the modules.
  chartjs: join(dirname(require.resolve('chart.js')), 'chart.umd.min.js'),
};

/** An address that is answered here, since hooks come only into pages that were gone to. */
const PLACE = 'http://rivals.example/';
const EMPTY = '<!DOCTYPE html><style>body{margin:0;display:flex;flex-wrap:wrap}</style><body></body>';

export type Rival = keyof typeof SOURCES;

/** How a rival's charts are fed. */
export interface Order {
  charts: number;
  /** Points that each has at first. */
  points: number;
  /** Size of each canvas in CSS pixels. */
  size: { width: number; height: number };
  /** How often a point is added to each. */
  appends: number;
  viewport?: { width: number; height: number };
}

/** What it took. */
export interface Work {
  /** Milliseconds of each append with its redraw, as the caller sees them. */
  draws: number[];
  gaps: number[];
  /** Milliseconds of the page's thread for each time that all charts were fed. */
  script: number;
  all: number;
  heap: Heap;
}

export async function feed(browser: Browser, rival: Rival, order: Order): Promise<Work> {
  const measured = await Measured.open(browser, order.viewport);
  try {
    const { page } = measured;
    await page.route(PLACE, (route) => route.fulfill({ contentType: 'text/html', body: EMPTY }));
    await page.goto(PLACE);
    await page.addScriptTag({ path: SOURCES[rival] });
    await page.evaluate(set[rival], order);
    await page.waitForTimeout(500);
    await measured.reset();
    if (order.charts > 1) await page.evaluate(() => window.bench.watch());
    const before = await measured.spent();
    const draws = await page.evaluate(
      ({ appends, period }) =>
        new Promise<number[]>((done) => {
          const draws: number[] = [];
          let left = appends;
          const timer = setInterval(() => {
            const from = performance.now();
            window.append();
            // Behind what the append itself has put off until the end of this task.
            queueMicrotask(() => draws.push(performance.now() - from));
            if (--left === 0) {
              clearInterval(timer);
              setTimeout(() => done(draws), 200);
            }
          }, period);
        }),
      { appends: order.appends, period: PERIOD },
    );
    const after = await measured.spent();
    const { gaps } = await measured.noted();
    const each = (seconds: number) => (1000 * seconds) / order.appends;
    return {
      draws,
      gaps,
      script: each(after.script - before.script),
      all: each(after.all - before.all),
      heap: await measured.heap(),
    };
  } finally {
    await measured.close();
  }
}

declare global {
  interface Window {
    /** Adds a point to each chart and draws it. */
    append(): void;
    uPlot: new (options: object, data: number[][], target: Element) => { setData(data: number[][]): void };
    Chart: new (canvas: Element, options: object) => { update(mode: string): void };
  }
}

/** Each runs in the page. */
const set: Record<Rival, (order: Order) => void> = {
  uplot: ({ charts, points, size }) => {
    const value = (x: number) => 0.8 + 2 * Math.exp(-x / 20000) + 0.2 * Math.sin(x / 50) + 0.3 * Math.random();
    const all = Array.from({ length: charts }, () => {
      const data: number[][] = [[], []];
      for (let x = 1; x <= points; x++) {
        data[0].push(x);
        data[1].push(value(x));
      }
      const options = {
        ...size,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false } },
        series: [{}, { stroke: '#4f56c9', width: 1.75, points: { show: false } }],
      };
      return { data, chart: new window.uPlot(options, data, document.body) };
    });
    window.append = () => {
      for (const { data, chart } of all) {
        const x = data[0].length + 1;
        data[0].push(x);
        data[1].push(value(x));
        chart.setData(data);
      }
    };
  },
  chartjs: ({ charts, points, size }) => {
    const value = (x: number) => 0.8 + 2 * Math.exp(-x / 20000) + 0.2 * Math.sin(x / 50) + 0.3 * Math.random();
    const all = Array.from({ length: charts }, () => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, size);
      document.body.append(canvas);
      const data: { x: number; y: number }[] = [];
      for (let x = 1; x <= points; x++) data.push({ x, y: value(x) });
      const chart = new window.Chart(canvas, {
        type: 'line',
        data: { datasets: [{ data, borderColor: '#4f56c9', borderWidth: 1.75, pointRadius: 0 }] },
        options: {
          responsive: false,
          animation: false,
          parsing: false,
          normalized: true,
          events: [],
          plugins: { legend: { display: false }, decimation: { enabled: true, algorithm: 'min-max' } },
          scales: { x: { type: 'linear' } },
        },
      });
      return { data, chart };
    });
    window.append = () => {
      for (const { data, chart } of all) {
        const x = data.length + 1;
        data.push({ x, y: value(x) });
        chart.update('none');
      }
    };
  },
};
