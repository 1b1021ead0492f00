// Runs side by side.
import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { open, shellTrainer } from './page.ts';
import { ran } from './runs.ts';

let server: Server;

test.beforeAll(async () => {
  server = await Server.start({ config: shellTrainer('quick', 5, 0.01) + shellTrainer('longer', 9, 0.01) });
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

test('what cannot be compared is said', async ({ page }) => {
  const one = await ran(server, 'quick');
  await open(page, server, `/compare?runs=${one}`);
  await expect(page.getByTestId('message')).toContainText('2 to 20 runs');
  await page.getByRole('link', { name: 'Choose runs in the history' }).click();
  await expect(page).toHaveURL(/\/runs$/);
});
