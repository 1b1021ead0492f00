// Charts under a microscope: zoom, move, read, compare by eye, save.
import { expect, test, type Locator, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';

import { Server } from '../server.ts';
import { choose, expectPoints, open, points, shellTrainer, start } from './page.ts';
import { ran, scriptTrainer } from './runs.ts';

/** Sixty epochs with a NaN, an infinity and some zeros. */
const MIXED =
  `awk 'BEGIN { for (e = 1; e <= 60; e++) { g = 2 * exp(-e / 20) + 0.3 * sin(e) + 0.4; d = e % 15 ? 0.7 : 0; ` +
  `if (e == 20) g = "nan"; if (e == 30) g = "inf"; ` +
  `printf "Epoch %d/60 Generator Loss: %s Discriminator Loss: %s Real Scores: 0.7 Fake Scores: 0.3\\n", e, g, d } }'`;

/** Twenty thousand epochs, of which one is a spike. */
const LONG =
  `awk 'BEGIN { for (e = 1; e <= 20000; e++) printf "Epoch %d/20000 Generator Loss: %s\\n", e, ` +
  `(e == 777 ? 99 : 1 + e % 7 / 10) }'`;

/** Twenty thousand steps. */
const STEPPED =
  `awk 'BEGIN { for (s = 1; s <= 20000; s++) printf "Step %d/20000 Generator Loss: %s\\n", s, 1 + s % 7 / 10 }'`;

/** Forty metrics of three groups, and one alone. */
const MANY =
  `awk 'BEGIN { for (e = 1; e <= 5; e++) { printf "{\\"epoch\\": %d, \\"generator_loss\\": 1.%d, \\"fid\\": %d", e, e, 90 - e; ` +
  `for (i = 10; i < 30; i++) printf ", \\"grad/layer%d\\": 0.%d%d", i, i, e; ` +
  `for (i = 10; i < 22; i++) printf ", \\"weights/layer%d\\": 0.%d%d", i, i, e; ` +
  `for (i = 10; i < 15; i++) printf ", \\"lr_%d\\": 0.00%d", i, i; print "}" } }'`;

/** Sixty epochs with two metrics. */
const FEW = `awk 'BEGIN { for (e = 1; e <= 60; e++) printf "{\\"epoch\\": %d, \\"generator_loss\\": 1.5, \\"kid\\": 0.5, \\"is\\": 3.5}\\n", e }'`;

let server: Server;

test.beforeAll(async () => {
  server = await Server.start({
    config:
      scriptTrainer('mixed', MIXED) +
      scriptTrainer('long', LONG) +
      scriptTrainer('stepped', STEPPED) +
      scriptTrainer('many', MANY) +
      scriptTrainer('few', FEW) +
      shellTrainer('slow', 400, 0.05),
  });
});
test.afterAll(() => server.cleanup());

function surface(page: Page, chart = 'loss-chart'): Locator {
  return page.getByTestId(chart).locator('.chart-pointer');
}

/** From where to where the horizontal axis of a chart reaches. */
async function reach(page: Page, chart = 'loss-chart'): Promise<[number, number]> {
  const [from, to] = (await page.getByTestId(chart).getAttribute('data-window'))!.split(' ').map(Number);
  return [from, to];
}

/** Waits until a window has come to rest at about a range. */
async function expectReach(page: Page, [from, to]: [number, number], slack = 0.8, chart = 'loss-chart'): Promise<void> {
  const off = async () => {
    const is = await reach(page, chart);
    return Math.max(Math.abs(is[0] - from), Math.abs(is[1] - to));
  };
  await expect.poll(off, { message: `${from} to ${to}` }).toBeLessThan(slack);
}

/** The place on the screen of a part of a chart's width, and of its height where that is told. */
async function at(page: Page, part: number, down = 0.5, chart = 'loss-chart'): Promise<{ x: number; y: number }> {
  const box = (await surface(page, chart).boundingBox())!;
  const [left, right] = [52, 14];
  return { x: box.x + left + part * (box.width - left - right), y: box.y + down * box.height };
}

async function drag(page: Page, from: number, to: number, down = 0.5): Promise<void> {
  const [a, b] = [await at(page, from, down), await at(page, to, down)];
  await page.mouse.move(a.x, a.y);
  await page.mouse.down();
  await page.mouse.move((a.x + b.x) / 2, a.y, { steps: 3 });
  await page.mouse.move(b.x, b.y, { steps: 3 });
  await page.mouse.up();
}

test('a mouse zooms by wheel and by range, moves, and shows all again', async ({ page }) => {
  const id = await ran(server, 'mixed');
  await open(page, server, `/runs/${id}`);
  await expectReach(page, [1, 60]);
  await surface(page).scrollIntoViewIfNeeded();
  // A wheel that has just moved the page goes on doing so.
  await page.waitForTimeout(400);

  const middle = await at(page, 0.5);
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.wheel(0, -300);
  await expect.poll(async () => (await reach(page))[0]).toBeGreaterThan(5);
  const [from, to] = await reach(page);
  expect((from + to) / 2).toBeCloseTo(30.5, 0);
  await page.mouse.dblclick(middle.x, middle.y);
  await expectReach(page, [1, 60]);

  // Under a pointer that rests, a wheel that has moved the page goes on doing so, however late.
  await page.evaluate(() => scrollBy(0, 5));
  await page.waitForTimeout(400);
  await page.mouse.wheel(0, -300);
  await page.waitForTimeout(200);
  await expectReach(page, [1, 60]);
  await surface(page).scrollIntoViewIfNeeded();
  await page.waitForTimeout(400);

  await drag(page, 0.25, 0.5);
  await expectReach(page, [15.75, 30.5]);
  // All charts of a page look at the same part.
  await expectReach(page, [15.75, 30.5], 0.8, 'score-chart');
  expect(Number(await page.getByTestId('loss-chart').getAttribute('data-seen'))).toBe(2 * 15);

  await page.keyboard.down('Shift');
  await drag(page, 0.8, 0.3);
  await page.keyboard.up('Shift');
  await expectReach(page, [23.1, 37.9]);
  await drag(page, 0.2, 0.7, 0.98);
  await expectReach(page, [15.75, 30.5]);
  await page.getByTestId('loss-chart').getByRole('button', { name: 'Show all' }).click();
  await expectReach(page, [1, 60]);
});

test('keys zoom, move, read and reset', async ({ page }) => {
  const id = await ran(server, 'mixed');
  await open(page, server, `/runs/${id}`);
  await surface(page).focus();
  await page.keyboard.press('+');
  await expect.poll(async () => (await reach(page))[0]).toBeGreaterThan(5);
  const [from, to] = await reach(page);
  await page.keyboard.press('ArrowRight');
  await expectReach(page, [from + 0.1 * (to - from), to + 0.1 * (to - from)], 0.1);
  await page.keyboard.press('Home');
  await expectReach(page, [1, 1 + to - from], 0.1);
  await page.keyboard.press('End');
  await expectReach(page, [60 - (to - from), 60], 0.1);
  await page.keyboard.press('Shift+ArrowLeft');
  const heard = page.getByTestId('loss-chart').getByRole('status');
  await expect(heard).toContainText('epoch 60: Generator');
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(heard).toContainText('epoch 59: Generator');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expectReach(page, [1, 60]);
});

test('a zoom survives what the run reports, and the end can be followed', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await start(page, 'slow');
  await expect.poll(() => points(page, 'loss-chart')).toBeGreaterThan(40);
  await surface(page).scrollIntoViewIfNeeded();
  await drag(page, 0.2, 0.6);
  const zoomed = await reach(page);
  const before = await points(page, 'loss-chart');
  await expect.poll(() => points(page, 'loss-chart')).toBeGreaterThan(before + 20);
  expect(await reach(page)).toEqual(zoomed);

  const follow = page.getByTestId('loss-chart').getByRole('button', { name: 'Follow' });
  await follow.click();
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(async () => (await reach(page))[1]).toBeGreaterThan(zoomed[1] + 5);
  const [from, to] = await reach(page);
  expect(to - from).toBeCloseTo(zoomed[1] - zoomed[0], 5);
  await expect.poll(async () => (await reach(page))[1]).toBeGreaterThan(to);
  await page.getByTestId('stop').click();
  await expect(page.getByTestId('status-card')).toHaveAttribute('data-state', 'stopped', { timeout: 20_000 });
});

test('a zoom is not that of the next run, and what is searched can be taken back', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await start(page, 'many');
  await expectPoints(page, 'loss-chart', 5);
  await surface(page).scrollIntoViewIfNeeded();
  await drag(page, 0.6, 0.9);
  await expect.poll(async () => (await reach(page))[0]).toBeGreaterThan(2);
  const search = page.getByTestId('metric-search');
  await search.fill('fid');
  await start(page, 'few');
  await expectPoints(page, 'loss-chart', 60);
  await expectReach(page, [1, 60]);
  const all = page.getByTestId('further-metrics');
  await expect(all).toContainText('No metric has a name like that');
  await search.fill('');
  await expect(search).toBeHidden();
  await expect(all.locator('.chart')).toHaveCount(2);
});

test('paper shows every chart as it is by then', async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 400 });
  await open(page, server);
  await choose(page, 'penguins.csv');
  await start(page, 'slow');
  await expect.poll(() => points(page, 'ratio-chart')).toBeGreaterThan(20);
  const canvas = page.getByTestId('ratio-chart').locator('canvas');
  const picture = () => canvas.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  await page.evaluate(() => window.scrollTo(0, 0));
  const before = await picture();
  const known = await points(page, 'ratio-chart');
  await expect.poll(() => points(page, 'ratio-chart')).toBeGreaterThan(known + 20);
  expect(await picture(), 'nobody sees it').toBe(before);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  expect(await picture()).not.toBe(before);
  await page.getByTestId('stop').click();
  await expect(page.getByTestId('status-card')).toHaveAttribute('data-state', 'stopped', { timeout: 20_000 });
});

test('a zoom stays in the address when a line of the log comes into it', async ({ page }) => {
  const id = await ran(server, 'stepped');
  await open(page, server, `/runs/${id}`);
  await surface(page).press('+');
  await expect(page).toHaveURL(/\?window=/);
  await page.getByTestId('log').locator('[data-line] a').last().click();
  await expect(page).toHaveURL(/\?line=\d+&window=.*#log$/);
});

test('one crosshair reads all charts exactly at the nearest report', async ({ page }) => {
  const id = await ran(server, 'mixed');
  await open(page, server, `/runs/${id}`);
  const place = await at(page, (17.3 - 1) / 59);
  await page.mouse.move(place.x, place.y);
  const reading = page.getByTestId('loss-chart').locator('.chart-reading');
  await expect(reading.locator('strong')).toHaveText('epoch 17');
  const g = 2 * Math.exp(-17 / 20) + 0.3 * Math.sin(17) + 0.4;
  await expect(reading).toContainText(g.toFixed(4));
  const scores = page.getByTestId('score-chart');
  await expect(scores.locator('.chart-crosshair')).toBeVisible();
  await expect(scores.locator('.chart-reading')).toBeHidden();
  // The legend says what the lines are at the crosshair.
  const legend = page.getByTestId('loss-chart').locator('[data-metric="generator_loss"]');
  await expect(legend).toHaveText(g.toFixed(4));
  const broken = await at(page, (20 - 1) / 59);
  await page.mouse.move(broken.x, broken.y);
  await expect(reading).toContainText('NaN');
  await page.mouse.move(5, 5);
  await expect(scores.locator('.chart-crosshair')).toBeHidden();
});

test('the legend switches a line off and on', async ({ page }) => {
  const id = await ran(server, 'mixed');
  await open(page, server, `/runs/${id}`);
  await expectPoints(page, 'loss-chart', 120);
  const entry = page.getByTestId('loss-chart').getByRole('button', { name: /^Generator/ });
  await expect(entry).toHaveAttribute('aria-pressed', 'true');
  await entry.click();
  await expect(entry).toHaveAttribute('aria-pressed', 'false');
  await expectPoints(page, 'loss-chart', 60);
  await entry.click();
  await expectPoints(page, 'loss-chart', 120);
});

test('a log axis and smoothing are remembered, and what has no place is counted', async ({ page }) => {
  const id = await ran(server, 'mixed');
  await open(page, server, `/runs/${id}`);
  const chart = page.getByTestId('loss-chart');
  const note = chart.getByTestId('chart-note');
  await expect(note).toHaveText('Not drawn: 2 NaN or infinite');
  await chart.getByRole('button', { name: 'Log' }).click();
  await expect(note).toContainText('4 zero or negative');
  await page.getByTestId('smoothing').fill('60');
  for (const reloaded of [false, true]) {
    if (reloaded) {
      await page.reload();
      await expect(page.locator('body')).toHaveAttribute('data-hydrated', 'true');
    }
    await expect(page.locator('.smoothing output')).toHaveText('60 %');
    await expect(page.getByTestId('smoothing')).toHaveValue('60');
    await expect(chart.getByRole('button', { name: 'Log' })).toHaveAttribute('aria-pressed', 'true');
  }
  const place = await at(page, 0.5);
  await page.mouse.move(place.x, place.y);
  await expect(chart.locator('.chart-reading')).toContainText('≈');
});

test('metrics stand in groups, are searched, pinned and remembered', async ({ page }) => {
  const id = await ran(server, 'many');
  await open(page, server, `/runs/${id}`);
  const all = page.getByTestId('further-metrics');
  await expect(all).toContainText('Further metrics (38)');
  const group = (name: string) => all.locator(`[data-group="${name}"]`);
  const head = (name: string) => group(name).getByRole('button', { expanded: undefined }).first();
  await expect(group('grad').locator('.chart')).toHaveCount(20);
  await expect(head('grad')).toHaveAttribute('aria-expanded', 'true');
  await expect(head('weights')).toHaveAttribute('aria-expanded', 'false');
  await expect(group('weights').locator('.chart')).toHaveCount(0);
  await head('weights').click();
  await expect(group('weights').locator('.chart')).toHaveCount(12);
  await expectPoints(page, 'metric-weights/layer10', 5);

  const search = page.getByTestId('metric-search');
  await search.fill('layer21');
  await expect(all.locator('.chart')).toHaveCount(2);
  await search.fill('no such');
  await expect(all).toContainText('No metric has a name like that');
  await search.fill('');

  await page.getByTestId('metric-fid').hover();
  await page.getByTestId('metric-fid').getByRole('button', { name: 'Pin' }).click();
  for (const reloaded of [false, true]) {
    if (reloaded) await page.reload();
    await expect(all.locator('.metric-group').first()).toContainText('Pinned');
    await expect(group('pinned').getByTestId('metric-fid')).toBeVisible();
    await expect(group('weights').locator('.chart')).toHaveCount(12);
  }
});

test('a zoom into a long run brings the points that the page did not hold', async ({ page }) => {
  const id = await ran(server, 'long', undefined, 60_000);
  await open(page, server, `/runs/${id}`);
  await expect.poll(() => points(page, 'loss-chart')).toBeGreaterThan(1000);
  expect(await points(page, 'loss-chart')).toBeLessThan(5000);
  await surface(page).scrollIntoViewIfNeeded();
  await page.waitForTimeout(400);
  await drag(page, 0.01, 0.06);
  const [from, to] = await reach(page);
  // Every report of the window is there.
  const seen = async () => Number(await page.getByTestId('loss-chart').getAttribute('data-seen'));
  await expect.poll(seen).toBe(Math.floor(to) - Math.ceil(from) + 1);
  const spike = await at(page, (777 - from) / (to - from));
  await page.mouse.move(spike.x, spike.y);
  await expect(page.getByTestId('loss-chart').locator('.chart-reading')).toContainText(/epoch 77[678]/);
});

test('a zoom brings them on the axis of steps and on that of time too', async ({ page }) => {
  const id = await ran(server, 'stepped', undefined, 60_000);
  for (const axis of ['step', 'time']) {
    await open(page, server, `/runs/${id}?axis=${axis}`);
    await expect.poll(() => points(page, 'loss-chart')).toBeGreaterThan(1000);
    const held = await points(page, 'loss-chart');
    await surface(page).scrollIntoViewIfNeeded();
    await page.waitForTimeout(400);
    await drag(page, 0.3, 0.32);
    // All points: those that the page holds, and the finer ones in their place.
    await expect.poll(() => points(page, 'loss-chart'), { message: axis }).toBeGreaterThan(held + 30);
    if (axis === 'time') continue;
    const [from, to] = await reach(page);
    expect(to).toBeGreaterThan(from);
    const seen = async () => Number(await page.getByTestId('loss-chart').getAttribute('data-seen'));
    await expect.poll(seen).toBe(Math.floor(to) - Math.ceil(from) + 1);
  }
});

test('a picture that the server drew makes room for the canvas', async ({ page, browser }) => {
  const id = await ran(server, 'mixed');
  await open(page, server, `/runs/${id}`);
  await expect(page.getByTestId('loss-chart').locator('.still .line')).toHaveCount(2);
  await expect(page.getByTestId('loss-chart').locator('.still')).toBeHidden();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const bare = await context.newPage();
  await bare.goto(`${server.url}/runs/${id}`);
  const still = bare.getByTestId('loss-chart').locator('.still');
  await expect(still).toBeVisible();
  // NaN and infinity are marked, and break the line.
  await expect(still.locator('.mark')).toHaveCount(1);
  // A part of it is known to the browser alone.
  await bare.goto(`${server.url}/runs/${id}?window=10-20`);
  await expect(still.locator('.line')).toHaveCount(0);
  await context.close();
});

test('what is shown can be read, saved, and fill the screen', async ({ page }) => {
  const id = await ran(server, 'mixed');
  await open(page, server, `/runs/${id}`);
  const chart = page.getByTestId('loss-chart');
  await surface(page).scrollIntoViewIfNeeded();
  await page.waitForTimeout(400);
  await drag(page, 0.25, 0.5);
  const rows = Number(await chart.getAttribute('data-seen')) / 2;

  await chart.getByRole('button', { name: 'Table' }).click();
  const table = chart.getByRole('table');
  await expect(table.getByRole('columnheader')).toHaveText(['epoch', 'Generator', 'Discriminator']);
  await expect(table.locator('tbody tr')).toHaveCount(rows);
  await expect(table.getByRole('row', { name: /^20 / })).toContainText('NaN');
  await chart.getByRole('button', { name: 'Table' }).click();
  await expect(table).toHaveCount(0);

  const save = async (button: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      chart.getByRole('button', { name: button, exact: true }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await readFile((await download.path())!) };
  };
  const csv = await save('CSV');
  expect(csv.name).toBe(`${id} Losses.csv`);
  const lines = csv.bytes.toString().trim().split('\n');
  expect(lines[0]).toBe('x (epoch),epoch,step,time,Generator,Discriminator');
  expect(lines).toHaveLength(rows + 1);
  const png = await save('PNG');
  expect(png.name).toBe(`${id} Losses.png`);
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');

  await chart.getByRole('button', { name: 'Full screen' }).click();
  await expect.poll(() => page.evaluate(() => document.fullscreenElement?.getAttribute('data-testid'))).toBe('loss-chart');
  await chart.getByRole('button', { name: 'Full screen' }).click();
  await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBe(null);
});

test.describe('on a phone', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test('two fingers zoom, one moves, and nothing sticks out', async ({ page }) => {
    const id = await ran(server, 'mixed');
    await open(page, server, `/runs/${id}`);
    await surface(page).scrollIntoViewIfNeeded();
    const client = await page.context().newCDPSession(page);
    const touch = async (type: string, parts: number[]) => {
      const touchPoints = await Promise.all(parts.map(async (part, id) => ({ ...(await at(page, part)), id })));
      await client.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints });
    };
    await touch('touchStart', [0.4]);
    await touch('touchStart', [0.4, 0.6]);
    for (const spread of [0.15, 0.2, 0.25, 0.3]) await touch('touchMove', [0.5 - spread, 0.5 + spread]);
    await touch('touchEnd', []);
    // What was between the fingers is three times as wide.
    await expectReach(page, [30.5 - 59 / 6, 30.5 + 59 / 6], 2.5);

    const [from, to] = await reach(page);
    await touch('touchStart', [0.7]);
    for (const part of [0.6, 0.5, 0.4]) await touch('touchMove', [part]);
    await touch('touchEnd', []);
    // What was pointed at goes with a finger that the browser takes over to scroll.
    const reading = page.getByTestId('loss-chart').locator('.chart-reading strong');
    await touch('touchStart', [0.5]);
    await expect(reading).toBeVisible();
    await touch('touchCancel', []);
    await expect(reading).toHaveCount(0);
    await expectReach(page, [from + 0.3 * (to - from), to + 0.3 * (to - from)], 1.5);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
