// Trying out how a trainer's lines are read.
import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { open } from './page.ts';
import { ran, scriptTrainer } from './runs.ts';

let server: Server;

test.beforeAll(async () => {
  server = await Server.start({ config: scriptTrainer('mute', 'echo doing this; echo and that') });
});
test.afterAll(() => server.cleanup());

test('pasted lines show which values are found, and by which rule', async ({ page }) => {
  await open(page, server, '/reading');
  await expect(page.getByTestId('understood')).toContainText('3 of 4 lines');
  await page.getByTestId('lines').fill('hello\nepoch 7 G_loss=0.25 lr: 1e-4');
  await expect(page.getByTestId('understood')).toContainText('1 of 2 lines');
  const line = page.locator('.read-lines > [data-line="2"]');
  await expect(line.locator('mark')).toHaveText(['7', '0.25', '1e-4']);
  await expect(line.locator('[data-key="generator_loss"]')).toContainText('pair');

  await page.getByTestId('pattern').fill('(?P<epoch>');
  await expect(page.getByTestId('message')).toContainText('unclosed');
  await page.getByTestId('pattern').fill('epoch (?P<step>\\d+)');
  await expect(line.locator('mark')).toHaveText(['7']);
  await expect(line.locator('[data-key="step"]')).toContainText('pattern');
});

test('a run of which nothing was understood leads to its lines here', async ({ page }) => {
  const id = await ran(server, 'mute');
  await open(page, server, '/');
  const word = page.getByTestId('unread');
  await expect(word).toContainText('in the 2 lines of this run');
  await expect(page.getByTestId('loss-chart')).toContainText('No values were reported');
  await word.getByRole('link', { name: 'See how they are read' }).click();
  await expect(page).toHaveURL(new RegExp(`/reading\\?run_id=${id}`));
  await expect(page.getByTestId('lines')).toHaveValue('doing this\nand that\n');
  await expect(page.getByTestId('understood')).toContainText('0 of 2 lines');
});
