// The main job: choose data, look at it, start, watch, stop.
import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { channels, choose, expectAtLeast, expectPoints, open, points, shellTrainer, start, status } from './page.ts';
import { begin, go, ran, scriptTrainer, until } from './runs.ts';

let server: Server;

/** What a flood brings. */
const LINES = 20_000;
const FLOOD = scriptTrainer(
  'flood',
  // On a word, so that the page is there from the first line on.
  `${until()}; awk 'BEGIN { for (e = 1; e <= ${LINES}; e++) ` +
    `printf "Epoch %d/${LINES} Generator Loss: %.4f Discriminator Loss: 0.5\\n", e, e / ${LINES} }'`,
);

test.beforeEach(async () => {
  server = await Server.start({ config: shellTrainer('slow', 200, 0.1) + shellTrainer('quick', 5, 0.01) + FLOOD });
});
test.afterEach(() => server.cleanup());

test('a newcomer trains the embedded GAN on bundled data and stops it', async ({ page }) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await open(page, server);
  await expect(status(page)).toHaveAttribute('data-state', 'idle');
  await expect(page.getByTestId('start')).toBeDisabled();
  await expect(page.getByTestId('start-reason')).toContainText('Choose a data source');
  await expect(page.getByTestId('stop')).toBeDisabled();
  await channels(page, 'connected');

  await choose(page, 'seattle-weather.csv');
  await expect(page.getByTestId('preview')).toContainText('precipitation');
  await expect(page.getByTestId('preview')).toContainText('Time series');

  await page.locator('#run-name').fill('first try');
  await start(page, 'embedded', 100000);
  await expect(status(page)).toHaveAttribute('data-state', 'running');
  await expect(page.getByTestId('start')).toBeDisabled();
  await expect(page.getByTestId('start-reason')).toContainText('active');
  for (const card of ['generator-loss-card', 'discriminator-loss-card']) {
    await expect(page.getByTestId(card).locator('.value')).toHaveText(/^-?\d+\.\d{4}$/);
  }
  await expect(page.getByTestId('epoch-card').locator('.value')).toContainText(/\d+.*100.000/);
  for (const chart of ['loss-chart', 'score-chart']) {
    const before = await points(page, chart);
    await expect.poll(() => points(page, chart)).toBeGreaterThan(before);
  }
  await expect(page.getByTestId('log').locator('[data-line]').first()).toBeAttached();
  await expect(page).toHaveTitle(/▶/);
  // How quickly it goes on, and what it asks of the machine.
  await expect(page.getByTestId('usage-pace')).toHaveText(/^[\d.]+ (epochs\/s|s\/epoch)$/);
  await expect(page.getByTestId('usage-cpu')).toHaveText(/^CPU \d+\.\d of \d+ cores$/);
  await expect(page.getByTestId('usage-memory')).toHaveText(/^RAM \d+\.\d MiB$/);

  await page.getByTestId('stop').click();
  await expect(status(page)).toHaveAttribute('data-state', 'stopped', { timeout: 20_000 });
  await expect(page.getByTestId('start')).toBeEnabled();
  await expect(page.getByTestId('stop')).toBeDisabled();
  // It asks for nothing any more.
  await expect(page.getByTestId('usage-pace')).toBeVisible();
  await expect(page.getByTestId('usage-memory')).toHaveCount(0);
  expect(problems).toEqual([]);
});

test('cards and charts show what the trainer printed, to the last point', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await start(page, 'quick');
  await expect(status(page)).toHaveAttribute('data-state', 'completed');
  await expect(page.getByTestId('generator-loss-card').locator('.value')).toHaveText('1.5000');
  await expect(page.getByTestId('discriminator-loss-card').locator('.value')).toHaveText('0.5000');
  await expectPoints(page, 'loss-chart', 10);
  await expectPoints(page, 'score-chart', 10);
  await expect(page.getByTestId('log').locator('[data-line]')).toHaveCount(5);
});

test('a flood of lines arrives whole, though the stream breaks off in the middle', async ({ page }) => {
  await open(page, server);
  const id = await begin(server, 'flood');
  await expect(status(page)).toHaveAttribute('data-state', 'running');
  await go(server, id);
  const log = page.getByTestId('log').locator('[data-line]');
  await expect(log.first()).toBeAttached();
  // The page takes this for the end of a sleep, and opens its stream anew: what waited for its turn is asked for again.
  for (let time = 0; time < 5; time++) {
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
  }
  await expect(status(page)).toHaveAttribute('data-state', 'completed');
  await expect(page.getByTestId('epoch-card').locator('.value')).toHaveText(/^20.000 \/ 20.000$/);
  await expect(page.getByTestId('generator-loss-card').locator('.value')).toHaveText('1.0000');
  const lines = () => log.evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-line'))));
  await expect.poll(lines).toEqual(Array.from({ length: 400 }, (_, index) => LINES - 399 + index));
  await expect(page.locator('.log header')).toContainText(/the last 400 of 20.000 lines/);
});

test('a reload and a second tab show the same run at once, and lose no point', async ({ page, context }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await start(page, 'slow');
  await expect.poll(() => points(page, 'loss-chart')).toBeGreaterThan(20);
  await page.reload();
  // Before any script: the server's own HTML holds the points.
  const html = await (await fetch(server.url)).text();
  expect(Number(html.match(/data-testid="loss-chart"[^>]*data-points="?(\d+)/)?.[1])).toBeGreaterThan(20);
  const second = await context.newPage();
  await open(second, server);
  await expect(status(second)).toHaveAttribute('data-state', 'running');
  await second.getByTestId('stop').click();
  for (const tab of [page, second]) {
    await expect(status(tab)).toHaveAttribute('data-state', 'stopped', { timeout: 20_000 });
  }
  const counts = await Promise.all([page, second].map((tab) => points(tab, 'loss-chart')));
  const epoch = Number(await page.getByTestId('epoch-card').locator('.value').innerText().then((text) => text.split('/')[0]));
  expect(counts).toEqual([2 * epoch, 2 * epoch]);
});

test('the server goes and comes back: the page says so, and no point is missing', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await start(page, 'slow');
  await expect.poll(() => points(page, 'loss-chart')).toBeGreaterThan(10);
  await server.kill();
  await channels(page, 'disconnected');
  await server.restart();
  await channels(page, 'connected');
  await page.getByTestId('stop').click();
  await expect(status(page)).toHaveAttribute('data-state', 'stopped', { timeout: 20_000 });
  const epoch = Number(await page.getByTestId('epoch-card').locator('.value').innerText().then((text) => text.split('/')[0]));
  await expectPoints(page, 'loss-chart', 2 * epoch);
  const lines = await page.getByTestId('log').locator('[data-line]').evaluateAll((rows) =>
    rows.map((row) => Number(row.getAttribute('data-line'))),
  );
  expect(lines).toEqual(lines.map((_, at) => at + 1));
});

test('epochs are what was typed, however a browser lets it be typed', async ({ page, request }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await page.locator('#epochs').fill('1e1');
  await page.locator('#epochs').press('Enter');
  await expect(status(page)).toHaveAttribute('data-state', /running|completed/);
  const { run_id } = await (await request.get(`${server.url}/api/training_status`)).json();
  const { manifest } = await (await request.get(`${server.url}/api/run?run_id=${run_id}`)).json();
  expect(manifest.epochs).toBe(10);
});

test('what is wrong in a folded parameter is unfolded', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await page.locator('#trainer').selectOption('embedded');
  const parameters = page.locator('details.parameters');
  await parameters.locator('summary').click();
  await page.getByLabel('Batch size').fill('1');
  await parameters.locator('summary').click();
  await expect(parameters).not.toHaveAttribute('open');
  await page.getByTestId('start').click();
  await expect(parameters).toHaveAttribute('open');
  await expect(page.getByLabel('Batch size')).toBeFocused();
});

test('the form keeps what the last training was started with', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await start(page, 'quick', 7);
  await expect(status(page)).toHaveAttribute('data-state', 'completed');
  await open(page, server);
  await expect(page.locator('#trainer')).toHaveValue('quick');
  await expect(page.locator('#epochs')).toHaveValue('7');
});

test('a page stays with the run that goes on, and leads to the other', async ({ page }) => {
  const two = await Server.start({
    activeRuns: 2,
    config: shellTrainer('slow', 400, 0.1) + shellTrainer('quick', 5, 0.01),
  });
  try {
    const long = await begin(two, 'slow', 'the long one');
    await open(page, two);
    await expect(page.getByRole('banner')).toContainText('the long one');
    await expect(page.getByRole('banner')).toContainText('slow · penguins.csv');
    const short = await ran(two, 'quick', 'the short one');
    expect(short > long).toBe(true);
    await expect(page.getByRole('banner')).toContainText('the long one');
    await open(page, two);
    await expect(page.getByRole('banner')).toContainText('the long one');
    // Who starts one wants to see that one, and finds back to the other.
    await choose(page, 'penguins.csv');
    await page.locator('#run-name').fill('the third');
    await start(page, 'slow');
    await expect(page.getByRole('banner')).toContainText('the third');
    await page.getByRole('link', { name: '1 other is active' }).click();
    await expect(page.getByRole('banner')).toContainText('the long one');
    expect(page.url()).toContain(long);
  } finally {
    await two.cleanup();
  }
});

test('a second start is refused with a reason', async ({ page, request }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await start(page, 'slow');
  await expect(status(page)).toHaveAttribute('data-state', 'running');
  const sources = await (await request.get(`${server.url}/api/data_sources`)).json();
  const answer = await request.post(`${server.url}/api/start_training`, {
    data: { data_source: sources[0].id },
  });
  expect(answer.status()).toBe(409);
  expect((await answer.json()).error.message).toContain('active');
});

test('the page turns to a newer run, and shows an older one by its link', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await page.locator('#run-name').fill('the older');
  await start(page, 'quick');
  await expect(status(page)).toHaveAttribute('data-state', 'completed');
  const runs = await (await fetch(`${server.url}/api/runs`)).json();
  const older = runs.runs[0].run_id;
  // Who looks on is told why the page turns; who has started it knows.
  const onlooker = await page.context().newPage();
  await open(onlooker, server);
  await page.locator('#run-name').fill('the newer');
  await start(page, 'slow');
  await expect(status(page)).toHaveAttribute('data-state', 'running');
  await expect(page.getByRole('banner')).toContainText('the newer');
  await expect(onlooker.getByTestId('toast')).toContainText('the newer has begun, and is on show now');
  await expect(page.getByTestId('toast').filter({ hasText: 'has begun' })).toHaveCount(0);
  await onlooker.close();
  await expectAtLeast(page, 'loss-chart', 10);

  const link = await page.context().newPage();
  await open(link, server, `/?run=${older}`);
  await expect(status(link)).toHaveAttribute('data-state', 'completed');
  await expect(link.getByRole('banner')).toContainText('the older');
  await expectPoints(link, 'loss-chart', 10);
  await open(link, server, '/?run=20000101-000000-none');
  await expect(link.getByRole('alert')).toContainText('no run');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('data and settings fold away while a training goes on', async ({ page }) => {
    const fold = page.getByTestId('fold');
    const epochs = page.locator('#epochs');
    await open(page, server);
    // Nothing else is there yet.
    await expect(fold).toBeHidden();
    await choose(page, 'penguins.csv');
    await start(page, 'slow');
    await expect(status(page)).toHaveAttribute('data-state', 'running');
    await expect(epochs).toBeHidden();
    await expect(page.getByTestId('source').first()).toBeHidden();
    await expect(page.getByTestId('stop')).toBeInViewport();
    await expect(fold).toHaveAttribute('aria-expanded', 'false');

    await fold.click();
    await expect(fold).toHaveAttribute('aria-expanded', 'true');
    await expect(epochs).toBeVisible();
    // A page that is loaded meanwhile begins folded; what was opened stays so when the run ends, and so does what was not.
    await page.reload();
    await expect(page.locator('body')).toHaveAttribute('data-hydrated', 'true');
    await expect(epochs).toBeHidden();
    await page.getByTestId('stop').click();
    await expect(status(page)).toHaveAttribute('data-state', 'stopped', { timeout: 20_000 });
    await expect(epochs).toBeHidden();

    // What is wrong in a field is said at the field.
    await fold.click();
    await epochs.fill('0');
    await fold.click();
    await expect(epochs).toBeHidden();
    await page.getByTestId('start').click();
    await expect(epochs).toBeVisible();
    await expect(status(page)).toHaveAttribute('data-state', 'stopped');
  });
});
