// What makes the page easy on its user: keys, the palette, links into a chart, the tab, words that come and go.
import { expect, test, type Page } from '@playwright/test';

import { Server } from '../server.ts';
import { choose, open, shellTrainer, start, status } from './page.ts';
import { begin, detail, ended, go, halt, ran, scriptTrainer, until } from './runs.ts';

let server: Server;

/** Reports from one epoch to another with these scores, and losses that change. */
const scored = (from: number, to: number, real: number, fake: number) =>
  `for e in $(seq ${from} ${to}); do ` +
  `echo "Epoch $e Generator Loss: 1.$e Discriminator Loss: 0.$e Real Scores: ${real} Fake Scores: ${fake}"; done`;

test.beforeAll(async () => {
  const lost = [scored(1, 5, 0.5, 0.5), until(), scored(6, 60, 0.99, 0.02), until('on'), scored(61, 120, 0.52, 0.48)];
  server = await Server.start({
    config: shellTrainer('quick', 30, 0) + shellTrainer('slow', 400, 0.05) + scriptTrainer('lost', lost.join('; ')),
  });
});
test.afterAll(() => server.cleanup());

/** The address of the tab's sign. */
function icon(page: Page): Promise<string | null> {
  return page.locator('link[rel=icon]').getAttribute('href');
}

test('a keyboard alone finds data, starts a training and stops it', async ({ page }) => {
  await open(page, server);
  await page.keyboard.press('Control+k');
  const palette = page.getByTestId('palette');
  await expect(palette.getByRole('combobox')).toBeFocused();
  // What is not possible yet says so, and does nothing.
  await page.keyboard.type('start');
  await expect(palette.getByRole('option').first()).toHaveAttribute('aria-disabled', 'true');
  await palette.getByRole('combobox').fill('penguins');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/source=/);
  await expect(palette).toBeHidden();
  await expect(page.getByTestId('start')).toBeEnabled();
  await page.locator('#trainer').selectOption('slow');
  await page.locator('h2').first().click();
  await page.keyboard.press('s');
  await expect(status(page)).toHaveAttribute('data-state', 'running');
  // The plain letter is too easily hit.
  await page.keyboard.press('x');
  await expect(status(page)).toHaveAttribute('data-state', 'running');
  await page.keyboard.press('Shift+X');
  await expect(status(page)).toHaveAttribute('data-state', 'stopped');
  await expect(page.getByTestId('toast')).toContainText('stopped');
});

test('keys are listed, go from chart to chart, and can be switched off', async ({ page }) => {
  const id = await ran(server, 'quick');
  await open(page, server, `/runs/${id}`);
  await page.keyboard.press('j');
  await expect(page.getByTestId('loss-chart').locator('.chart-pointer')).toBeFocused();
  await page.keyboard.press('j');
  await expect(page.getByTestId('score-chart').locator('.chart-pointer')).toBeFocused();
  await page.keyboard.press('k');
  await expect(page.getByTestId('loss-chart').locator('.chart-pointer')).toBeFocused();

  await page.keyboard.press('?');
  const list = page.getByTestId('keys');
  await expect(list).toContainText('Next chart');
  await expect(list).toContainText('Search the log');
  await list.getByLabel('Single keys act').uncheck();
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await page.keyboard.press('?');
  await page.keyboard.press('t');
  await expect(list).toBeHidden();
  await expect(page.locator('html')).not.toHaveAttribute('data-theme', /./);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('show all keys');
  // What is typed while the palette comes is kept; Enter acts once it is there.
  await expect(page.getByTestId('palette').getByRole('option').first()).toContainText('Show all keys');
  await page.keyboard.press('Enter');
  await list.getByLabel('Single keys act').check();
  await page.keyboard.press('Escape');
  await page.getByTestId('loss-chart').locator('.chart-pointer').focus();
  await page.keyboard.press('?');
  await list.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByTestId('loss-chart').locator('.chart-pointer')).toBeFocused();
  await page.keyboard.press('t');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.keyboard.press('t');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('what is typed while the palette is on its way is meant for it, and so is Enter', async ({ page }) => {
  await open(page, server);
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/pkg/**', async (route) => {
    await arrived;
    await route.continue();
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('show all keyx');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('s');
  await page.keyboard.press('Enter');
  arrive();
  await expect(page.getByTestId('keys')).toContainText('Next chart');
  await expect(page.getByTestId('palette')).toBeHidden();
});

test('the palette finds runs by name and goes to them', async ({ page }) => {
  const id = await ran(server, 'quick', 'needle in a haystack');
  await open(page, server, '/reading');
  await page.keyboard.press('Control+k');
  const palette = page.getByTestId('palette');
  await page.keyboard.type('needle');
  await expect(palette.getByRole('option', { name: /needle in a haystack/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/runs/${id}$`));
  await page.keyboard.press('Control+k');
  await page.keyboard.type('no such thing');
  await expect(palette).toContainText('Nothing here has a name like that');
  await page.mouse.click(5, 5);
  await expect(palette).toBeHidden();
});

test('a link leads to the chart, its window and its axis, also after a reload', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const id = await ran(server, 'quick');
  await open(page, server);
  const chart = page.getByTestId('score-chart');
  await chart.locator('.chart-pointer').focus();
  await page.keyboard.press('+');
  await expect(page).toHaveURL(/window=\d/);
  const range = await chart.getAttribute('data-window');
  await page.reload();
  await expect(page.locator('body')).toHaveAttribute('data-hydrated', 'true');
  await expect(chart).toHaveAttribute('data-window', range!);
  await chart.hover();
  await chart.getByRole('button', { name: 'Link to this chart' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(new RegExp(`/runs/${id}\\?window=[^#]+#score-chart$`));
  await page.goto('about:blank');
  await page.goto(link);
  await expect(chart).toHaveAttribute('data-window', range!);
  await expect(chart).toBeInViewport();
  await page.getByTestId('axis').getByRole('button', { name: 'Time' }).click();
  await expect(page).toHaveURL(/axis=time/);
  await expect(page).not.toHaveURL(/window=/);
  await page.reload();
  await expect(page.getByTestId('axis').getByRole('button', { name: 'Time' })).toHaveAttribute('aria-pressed', 'true');
});

test('the tab shows progress by its sign and its title', async ({ page }) => {
  await open(page, server);
  const usual = await icon(page);
  await choose(page, 'penguins.csv');
  await start(page, 'slow');
  await expect(page).toHaveTitle(/▶ \d+ %/);
  await expect.poll(() => icon(page)).toContain('data:image/svg+xml');
  const early = await icon(page);
  await expect.poll(() => icon(page)).not.toBe(early);
  await page.getByTestId('stop').click();
  await expect(page).toHaveTitle(/■ stopped/);
  await page.getByRole('link', { name: 'Reader' }).click();
  await expect.poll(() => icon(page)).toBe('/favicon.svg');
  expect(usual).toBeTruthy();
});

test('a run that is deleted on its page comes back by a word at the edge', async ({ page }) => {
  const id = await ran(server, 'quick', 'deleted and restored');
  await open(page, server, `/runs/${id}`);
  await page.getByTestId('delete').click();
  await page.getByTestId('delete-sure').click();
  await expect(page).toHaveURL(/\/runs$/);
  const toast = page.getByTestId('toast');
  await toast.filter({ hasText: 'Deleted deleted and restored' }).getByRole('button', { name: 'Undo' }).click();
  await expect(toast.filter({ hasText: 'Restored' })).toBeVisible();
  await toast.getByRole('button', { name: 'Dismiss' }).click();
  await expect(toast).toHaveCount(0);
  expect((await detail(server, id)).manifest.name).toBe('deleted and restored');
});

test('both losses are seen against each other, and how scores are spread', async ({ page }) => {
  const id = await ran(server, 'quick');
  await open(page, server, `/runs/${id}`);
  for (const chart of ['ratio-chart', 'phase-chart']) {
    await expect(page.getByTestId(chart)).toHaveAttribute('data-points', '30');
  }
  // Two lists of thirty scores in twenty bins.
  await expect(page.getByTestId('spread-chart')).toHaveAttribute('data-points', '40');
  await expect(page.getByTestId('spread-chart')).toContainText('Real, last 30');
  const stand = page.getByTestId('stand');
  await expect(stand).toHaveText('D(x) 0.70, D(G(z)) 0.30 lately: the discriminator tells some samples apart, and the generator can learn from it.');
  await expect(stand).not.toHaveClass(/alarming/);

  const phase = page.getByTestId('phase-chart');
  await phase.locator('.chart-pointer').focus();
  await page.keyboard.press('End');
  await expect(phase.locator('.chart-reading')).toContainText('epoch 30');
  await expect(phase.locator('.chart-reading')).toContainText('1.3000');
  const spread = page.getByTestId('spread-chart');
  await spread.locator('.chart-pointer').focus();
  await page.keyboard.press('Home');
  await expect(spread.locator('.chart-reading')).toContainText('0 to 0.05');
  // A zoom of the axis says which reports are meant.
  await page.getByTestId('loss-chart').locator('.chart-pointer').focus();
  await page.keyboard.press('+');
  await expect.poll(async () => Number(await phase.getAttribute('data-points'))).toBeLessThan(30);
});

test('a discriminator that is sure of all samples is told of, as long as it is', async ({ page }) => {
  await open(page, server);
  const id = await begin(server, 'lost');
  const stand = page.getByTestId('stand');
  await expect(stand).toHaveText('Too few reports yet to say how the two networks stand.');
  await go(server, id);
  await expect(stand).toHaveText('D(x) 0.99, D(G(z)) 0.02 lately: the discriminator is sure of nearly all samples, and the generator learns little.');
  await expect(stand).toHaveClass(/alarming/);
  await go(server, id, 'on');
  await expect(stand).toHaveText(/^D\(x\) 0\.52, D\(G\(z\)\) 0\.48 lately: the discriminator does not tell real from synthetic/);
  await expect(stand).not.toHaveClass(/alarming/);
});

test('an active run is told of when it ends, though another page was open meanwhile', async ({ page }) => {
  const id = await begin(server, 'slow', 'in the background');
  await open(page, server);
  await expect(status(page)).toHaveAttribute('data-state', 'running');
  await halt(server, id);
  await ended(server, id);
  await expect(page.getByTestId('toast')).toContainText('in the background: stopped');
});
