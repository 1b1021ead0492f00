// Runs side by side.
import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { open, shellTrainer } from './page.ts';
import { ran, scriptTrainer } from './runs.ts';

/** Twenty thousand epochs. */
const LONG =
  `awk 'BEGIN { for (e = 1; e <= 20000; e++) printf "Epoch %d/20000 Generator Loss: %s\\n", e, 1 + e % 7 / 10 }'`;

let server: Server;

test.beforeAll(async () => {
  server = await Server.start({
    config: shellTrainer('quick', 5, 0.01) + shellTrainer('longer', 9, 0.01) + scriptTrainer('long', LONG),
  });
});
test.afterAll(() => server.cleanup());

test('curves lie over each other, and a table tells what differs', async ({ page }) => {
  const one = await ran(server, 'quick', 'one');
  const two = await ran(server, 'longer', 'two');
  await open(page, server, `/compare?runs=${one},${two}`);
  const losses = page.locator('[data-metric="generator_loss"]');
  await expect(losses).toHaveAttribute('data-points', '14');
  await expect(page.getByTestId('compared')).toHaveCount(2);
  const facts = page.getByTestId('facts');
  await expect(facts.locator('[data-fact="Trainer"]')).toContainText('longer');
  await expect(facts.locator('[data-fact="Data"]')).toHaveCount(0);
  await page.getByTestId('all-facts').check();
  await expect(facts.locator('[data-fact="Data"]')).toContainText('penguins.csv');

  await page.getByLabel('Show one').uncheck();
  await expect(losses).toHaveAttribute('data-points', '9');
  await page.getByRole('link', { name: 'By time' }).click();
  await expect(page).toHaveURL(/axis=time/);
  await expect(page.getByRole('link', { name: 'By time' })).toHaveAttribute('aria-current', 'true');

  await losses.locator('.chart-pointer').hover();
  await expect(losses.locator('.chart-reading')).toBeVisible();
});

test('a run is searched for and added, and what is looked at stays', async ({ page }) => {
  const one = await ran(server, 'quick', 'first of all');
  const two = await ran(server, 'longer', 'second of all');
  await ran(server, 'quick', 'another one');
  await open(page, server, `/compare?runs=${one},${two}`);
  const losses = page.locator('[data-metric="generator_loss"]');
  await losses.locator('.chart-pointer').press('+');
  await expect(page).toHaveURL(/&window=/);
  const window = await losses.getAttribute('data-window');
  const menu = page.getByTestId('add-run');
  await menu.getByText('Add a run').click();
  await expect(menu.getByLabel('Search runs')).toBeFocused();
  await expect(menu.getByRole('link', { name: /another one/ })).toBeVisible();
  // Those that are compared are not offered again.
  await expect(menu.getByRole('link', { name: /of all/ })).toHaveCount(0);
  await page.keyboard.type('nothing like it');
  await expect(menu).toContainText('No other run answers to that.');
  await menu.getByLabel('Search runs').fill('another');
  await menu.getByRole('link', { name: /another one/ }).click();
  await expect(page.getByTestId('compared')).toHaveCount(3);
  await expect(losses).toHaveAttribute('data-window', window!);
  await menu.getByText('Add a run').click();
  await page.keyboard.press('Escape');
  await expect(menu.getByLabel('Search runs')).toBeHidden();
  await expect(menu.getByText('Add a run')).toBeFocused();
});

test('a run is taken out, and what is looked at stays', async ({ page }) => {
  const runs = [await ran(server, 'quick', 'one'), await ran(server, 'longer', 'two'), await ran(server, 'longer', 'three')];
  await open(page, server, `/compare?runs=${runs.join(',')}`);
  const losses = page.locator('[data-metric="generator_loss"]');
  await page.getByLabel('Show three').uncheck();
  await losses.locator('.chart-pointer').press('+');
  await expect(page).toHaveURL(/&window=/);
  const window = await losses.getAttribute('data-window');
  await page.getByRole('link', { name: 'Remove one from the comparison', exact: true }).press('Enter');
  await expect(page.getByTestId('compared')).toHaveCount(2);
  await expect(page.getByText('Add a run', { exact: true })).toBeFocused();
  await expect(page.getByLabel('Show three')).not.toBeChecked();
  await expect(losses).toHaveAttribute('data-window', window!);
  await expect(page).toHaveURL(/&window=/);
  // Each chart has an address of its own.
  expect(new Set(await page.locator('figure.chart').evaluateAll((all) => all.map((one) => one.id))).size).toBe(
    await page.locator('figure.chart').count(),
  );
});

test('a zoom brings the points of every run that the page did not hold', async ({ page }) => {
  const one = await ran(server, 'long', 'one', 60_000);
  const two = await ran(server, 'long', 'two', 60_000);
  await open(page, server, `/compare?runs=${one},${two}`);
  const losses = page.locator('[data-metric="generator_loss"]');
  const held = Number(await losses.getAttribute('data-points'));
  expect(held).toBeLessThan(2000);
  const surface = losses.locator('.chart-pointer');
  const box = (await surface.boundingBox())!;
  await page.waitForTimeout(400);
  await page.mouse.move(box.x + 0.4 * box.width, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.42 * box.width, box.y + 40, { steps: 3 });
  await page.mouse.move(box.x + 0.44 * box.width, box.y + 40, { steps: 3 });
  await page.mouse.up();
  const beyond = async () => {
    const [from, to] = (await losses.getAttribute('data-window'))!.split(' ').map(Number);
    return Number(await losses.getAttribute('data-seen')) - 2 * (Math.floor(to) - Math.ceil(from) + 1);
  };
  await expect.poll(beyond, { message: 'two points an epoch' }).toBe(0);
});

test('what cannot be compared is said', async ({ page }) => {
  const one = await ran(server, 'quick');
  await open(page, server, `/compare?runs=${one}`);
  await expect(page.getByTestId('message')).toContainText('2 to 20 runs');
  await page.getByRole('link', { name: 'Choose runs in the history' }).click();
  await expect(page).toHaveURL(/\/runs$/);
});
