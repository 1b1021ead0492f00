// The embedded trainer in the page: its parameters, and rows from what it has learnt.
import { readFile } from 'node:fs/promises';

import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { choose, open, start, status } from './page.ts';
import { scriptTrainer } from './runs.ts';

let server: Server;

test.beforeEach(async () => {
  server = await Server.start({ config: scriptTrainer('other', 'echo nothing') });
});
test.afterEach(() => server.cleanup());

test('the parameters that the trainer declares can be set, and rows of the run downloaded by count', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  // Another trainer takes other parameters: what was typed for this one would go.
  await page.locator('#trainer').selectOption('embedded');
  await page.locator('#epochs').fill('5');
  await page.getByText('Parameters', { exact: true }).click();
  for (const [label, placeholder] of [
    ['Batch size', 'a sixth of the rows, 16 to 256'],
    ['Learning rate', '0.002'],
    ['Width of the generator', '128'],
    ['Sequence', '1'],
    ['Checkpoint every … epochs', 'a fifth of the epochs'],
  ] as const) {
    const field = page.getByLabel(label, { exact: true });
    await expect(field).toHaveAttribute('placeholder', placeholder);
    await expect(field).toHaveAccessibleDescription(/\w+/);
  }
  await page.getByLabel('Width of the generator').fill('32');
  await page.getByLabel('Sample every … epochs').fill('5');
  await page.getByTestId('start').click();
  await expect(status(page)).toHaveAttribute('data-state', 'completed');

  const { run_id: id } = await (await page.request.get(`${server.url}/api/training_status`)).json();
  await open(page, server, `/runs/${id}`);
  await expect(page.getByTestId('facts').getByTestId('command')).toContainText('--generator-width=32');
  const panel = page.getByTestId('synthesis');
  await expect(panel).toBeVisible();
  await expect(panel.getByLabel('Rows')).toHaveValue('344');
  await panel.getByLabel('Rows').fill('12');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    panel.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`${id}-12-rows.csv`);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(13);
  expect(lines[0]).toMatch(/^Species,Island,/);
});

test('a run that left no checkpoint offers no rows', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  await start(page, 'other');
  await expect(status(page)).toHaveAttribute('data-state', 'completed');
  const { run_id: id } = await (await page.request.get(`${server.url}/api/training_status`)).json();
  await open(page, server, `/runs/${id}`);
  await expect(page.getByTestId('facts')).toBeVisible();
  await expect(page.getByTestId('synthesis')).toBeHidden();
});
