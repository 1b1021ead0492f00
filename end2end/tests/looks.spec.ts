// The page at the widths of a desk, a laptop and a phone, in both themes: nothing sticks out.
import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { choose, open, points, start } from './page.ts';

/** Where the README's picture is kept; taken anew with NASHBOARD_SCREENSHOTS=1. */
const IMAGES = new URL('../../docs/images/', import.meta.url).pathname;

let server: Server;

test.beforeAll(async () => {
  server = await Server.start();
});
test.afterAll(() => server.cleanup());

test('no width makes the page scroll sideways', async ({ page }) => {
  await open(page, server);
  await choose(page, 'seattle-weather.csv');
  await start(page, 'embedded', 100_000);
  await expect.poll(() => points(page, 'loss-chart'), { timeout: 30_000 }).toBeGreaterThan(40);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${width} px, ${colorScheme}`).toBeLessThanOrEqual(0);
      if (process.env.NASHBOARD_SCREENSHOTS) {
        await page.screenshot({ path: `${IMAGES}live-${width}-${colorScheme}.png`, fullPage: width === 390 });
      }
    }
  }
  await page.getByTestId('stop').click();
});
