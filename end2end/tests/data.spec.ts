// Data sources: preview, upload, and files that are no good.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { choose, open } from './page.ts';

let server: Server;

test.beforeEach(async () => {
  server = await Server.start();
});
test.afterEach(() => server.cleanup());

test('the preview tells types, missing values, statistics and kind', async ({ page }) => {
  await open(page, server);
  await expect(page.getByTestId('source')).toHaveCount(3);
  await choose(page, 'penguins.csv');
  const preview = page.getByTestId('preview');
  await expect(preview).toContainText('Tabular');
  await expect(preview.getByRole('row').filter({ hasText: /sex/i }).first()).toContainText('11');
  await choose(page, 'eight-gaussians.csv');
  await expect(preview.locator('svg').first()).toBeVisible();
  await expect(page).toHaveURL(/source=/);
});

test('an upload is taken in and selected; a wrong file is refused in place', async ({ page }) => {
  await open(page, server);
  const upload = page.getByTestId('upload');
  await upload.setInputFiles({
    name: 'mine.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('a,b\n1,2\n3,4\n'),
  });
  await expect(page.getByTestId('preview')).toContainText('mine.csv');
  await expect(page.getByTestId('source')).toHaveCount(4);
  await upload.setInputFiles({ name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n3\n') });
  await expect(page.getByRole('alert').filter({ hasText: /line 3/i })).toBeVisible();
  await upload.setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
  await expect(page.getByRole('alert').filter({ hasText: /exists/i })).toBeVisible();
  await expect(page.getByTestId('source')).toHaveCount(4);
});

test('an upload is deleted, and comes back by Undo', async ({ page }) => {
  await open(page, server);
  await page.getByTestId('upload').setInputFiles({
    name: 'wrong.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('a,b\n1,2\n3,4\n'),
  });
  await expect(page.getByTestId('preview')).toContainText('wrong.csv');
  // What came into the folder in another way is not ours.
  await expect(page.getByRole('button', { name: /^Delete/ })).toHaveCount(1);
  await page.getByRole('button', { name: 'Delete uploads/wrong.csv' }).click();
  await expect(page.getByTestId('source')).toHaveCount(3);
  await expect(page.getByTestId('preview')).toHaveCount(0);
  await expect(page).not.toHaveURL(/source=/);
  await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByTestId('source')).toHaveCount(4);
  await choose(page, 'wrong.csv');
});

test('a first line that looks like data is doubted', async ({ page }) => {
  await writeFile(join(server.data, 'nameless.csv'), '5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,2.9,virginica\n');
  await open(page, server);
  await choose(page, 'nameless.csv');
  await expect(page.getByTestId('preview').getByTestId('message')).toContainText('looks like data (“5.1”, “3.5”)');
  await choose(page, 'penguins.csv');
  await expect(page.getByTestId('preview').getByTestId('message')).toHaveCount(0);
});

test('a file that is dropped on the list is taken in like an upload', async ({ page }) => {
  await open(page, server);
  const dropped = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['a,b\n1,2\n3,4\n'], 'dropped.csv', { type: 'text/csv' }));
    return transfer;
  });
  await page.getByTestId('source').first().dispatchEvent('drop', { dataTransfer: dropped });
  await expect(page.getByTestId('preview')).toContainText('dropped.csv');
});

test('a damaged file says where it is damaged', async ({ page }) => {
  await writeFile(join(server.data, 'broken.csv'), Buffer.from('a,b\n1,M\xfcller\n', 'latin1'));
  await open(page, server);
  await page.getByTestId('source').filter({ hasText: 'broken.csv' }).getByRole('link').click();
  await expect(page.getByTestId('preview').getByRole('alert')).toContainText(/line 2/i);
});

test('the list follows the data folder without a reload', async ({ page }) => {
  await open(page, server);
  await expect(page.getByTestId('source')).toHaveCount(3);
  await expect(page.locator('main')).toHaveAttribute('data-link', 'connected');
  const path = join(server.data, 'copied.csv');
  await writeFile(path, 'a,b\n1,2\n3,4\n');
  const copied = page.getByTestId('source').filter({ hasText: 'copied.csv' });
  await expect(copied).toContainText('2 rows');
  await choose(page, 'copied.csv');
  await writeFile(path, 'a,b\n1,2\n3,4\n5,6\n');
  await expect(copied).toContainText('3 rows');
  await expect(page.getByTestId('preview')).toContainText('3 rows');
  await rm(path);
  await expect(copied).toHaveCount(0);
});

test('an order book is recognised and checked row by row', async ({ page }) => {
  const rows = ['time,bid_price_1,bid_price_2,ask_price_1,ask_price_2,bid_size_1,ask_size_1'];
  for (let row = 1; row <= 200; row++) {
    const ask = row === 7 || row === 150 ? 99 : 101;
    rows.push(`${row},100,99,${ask},102,5,${row === 20 ? -1 : 3}`);
  }
  await writeFile(join(server.data, 'book.csv'), rows.join('\n') + '\n');
  await open(page, server);
  await choose(page, 'book.csv');
  const checks = page.getByTestId('check');
  await expect(checks).toHaveCount(4);
  await expect(checks.nth(0)).toHaveAttribute('data-state', 'broken');
  await expect(checks.nth(0)).toContainText('broken in 2 of 200 rows, first in 7, 150');
  await expect(checks.nth(1)).toHaveAttribute('data-state', 'holds');
  await expect(checks.nth(3)).toContainText('broken in 1 of 200 rows, first in 20');
});

test('gaps, shapes and correlations of a source are shown', async ({ page }) => {
  await open(page, server);
  await choose(page, 'penguins.csv');
  const preview = page.getByTestId('preview');
  await expect(preview.locator('.shape svg')).toHaveCount(7);
  await preview.getByText('Missing values').click();
  await expect(preview.getByTestId('gaps').getByRole('img')).toHaveCount(5);
  await expect(preview.getByTestId('gaps')).toContainText('11');
  await preview.getByText('Correlations').click();
  const matrix = preview.getByTestId('matrix');
  await expect(matrix.getByRole('row').filter({ hasText: 'Flipper Length (mm)' })).toContainText('0.87');
});

test('columns are drawn over the rows, and switched on', async ({ page }) => {
  await open(page, server);
  await choose(page, 'seattle-weather.csv');
  const course = page.getByTestId('course');
  await expect(course).toBeVisible();
  const chart = page.getByTestId('course-chart');
  await expect(chart.locator('canvas')).toBeVisible();
  const points = async () => Number(await chart.getAttribute('data-points'));
  await expect.poll(points).toBeGreaterThan(100);
  const one = await points();
  await course.getByRole('button', { name: 'temp_max' }).click();
  await expect.poll(points).toBeGreaterThan(one);
  await expect(course).toContainText('the smallest and the largest value of each stretch');
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('the preview is whole', async ({ page }) => {
    await page.goto(server.url);
    await page.getByTestId('source').filter({ hasText: 'penguins.csv' }).getByRole('link').click();
    const preview = page.getByTestId('preview');
    await preview.getByText('Missing values').click();
    await expect(preview.getByTestId('gaps')).toBeVisible();
    await expect(preview.locator('.shape svg').first()).toBeVisible();
  });
});
