// Data sources: preview, upload, and files that are no good.
import { writeFile } from 'node:fs/promises';
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
