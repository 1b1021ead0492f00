// Measures the page in Chromium, beside uPlot and Chart.js where they do the same, and prints a table.
import { basename, dirname } from 'node:path';

import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { append, twenty } from './append.ts';
import { hidden } from './hidden.ts';
import { burst, lines } from './live.ts';
import { load, ready } from './load.ts';
import { Report } from './report.ts';
import { TRAINERS } from './trainers.ts';

const SECONDS = Number(process.env.NASHBOARD_BENCH_SECONDS ?? 60);
/** Parts of the names of what is to be measured; all without. */
const ONLY = process.env.NASHBOARD_BENCH_ONLY?.split(',');

test('the page', async ({ browser }) => {
  const binary = process.env.NASHBOARD_BIN ?? '../target/debug/nashboard';
  const site = process.env.NASHBOARD_SITE;
  const report = new Report(browser.version(), basename(dirname(binary)));
  const server = await Server.start({ config: TRAINERS, env: site ? { LEPTOS_SITE_ROOT: site } : {} });
  const measures = { ready, load, append, lines, burst, twenty, hidden };
  const failures: string[] = [];
  try {
    for (const [name, measure] of Object.entries(measures)) {
      if (ONLY && !ONLY.includes(name)) continue;
      await measure(browser, server, report, SECONDS).catch((error: Error) => {
        failures.push(`${name}: ${error.message}`);
        console.log(`\n  ${name} could not be measured: ${error.message}`);
      });
      // What a measurement that failed has left running would be in the way of the next.
      const { runs } = (await (await fetch(`${server.url}/api/runs?status=running,stopping`)).json()) as { runs: { run_id: string }[] };
      for (const { run_id } of runs) {
        const body = JSON.stringify({ run_id });
        await fetch(`${server.url}/api/stop_training`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
        await new Promise((done) => setTimeout(done, 3000));
      }
    }
  } finally {
    await server.cleanup();
  }
  console.log(`\n${report.text()}`);
  expect(failures).toEqual([]);
  if (!ONLY) await report.keep();
});
