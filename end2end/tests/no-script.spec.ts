// Without JavaScript the page still tells how things stand.
import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { shellTrainer, status } from './page.ts';

test.use({ javaScriptEnabled: false });

test('state, cards, preview and log are in the HTML', async ({ page, request }) => {
  const server = await Server.start({ config: shellTrainer('quick', 5, 0.01) });
  try {
    const sources = await (await request.get(`${server.url}/api/data_sources`)).json();
    await request.post(`${server.url}/api/start_training`, {
      data: { data_source: sources[0].id, trainer: 'quick' },
    });
    await expect
      .poll(async () => (await (await request.get(`${server.url}/api/training_status`)).json()).status)
      .toBe('completed');
    await page.goto(server.url);
    await expect(status(page)).toHaveAttribute('data-state', 'completed');
    await expect(page.getByTestId('generator-loss-card').locator('.value')).toHaveText('1.5000');
    await expect(page.getByTestId('log').locator('[data-line]')).toHaveCount(5);
    // The charts are pictures.
    const losses = page.getByTestId('loss-chart').locator('.still');
    await expect(losses).toBeVisible();
    await expect(losses.locator('.line')).toHaveCount(2);
    await expect(losses).toContainText('epoch');
    await page.getByTestId('source').filter({ hasText: 'penguins.csv' }).getByRole('link').click();
    await expect(page.getByTestId('preview')).toContainText('Flipper Length');
    // Playwright's own text matching passes over noscript, whatever the browser shows.
    await expect(page.locator('noscript p')).toBeVisible();
    await expect(page.getByTestId('start')).toBeDisabled();
  } finally {
    await server.cleanup();
  }
});
