// The page below a path of a host, where a proxy puts it: one that passes the path on, and one that takes it away.
import { expect, test } from '@playwright/test';

import { Proxy } from '../proxy.ts';
import { Server } from '../server.ts';
import { channels, choose, expectAtLeast, shellTrainer, start, status } from './page.ts';

for (const takesAway of [false, true]) {
  const way = takesAway ? 'takes the path away' : 'passes the path on';
  test(`below a path everything is there, where the proxy ${way}`, async ({ page }) => {
    const proxy = await Proxy.start('/lab/gan', takesAway);
    const config = `\n[access]\nhosts = ["${proxy.host}"]\npath = "/lab/gan"\n` + shellTrainer('slow', 300, 0.05);
    const server = await Server.start({ config });
    proxy.target = server.url;
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    const hydrated = () => expect(page.locator('body')).toHaveAttribute('data-hydrated', 'true');
    const at = (rest: string) => `http://${proxy.host}/lab/gan${rest}`;
    try {
      const [token] = [...server.output.matchAll(/token=([0-9a-f]{64})/g)].map((found) => found[1]);
      await page.goto(at(`/?token=${token}`));
      await expect(page).toHaveURL(at('/'));
      await hydrated();

      await choose(page, 'penguins.csv');
      await expect(page).toHaveURL(/\/lab\/gan\/\?source=/);
      await start(page, 'slow');
      await expect(status(page)).toHaveAttribute('data-state', 'running');
      await channels(page, 'connected');
      await expectAtLeast(page, 'loss-chart', 5);
      await page.reload();
      await hydrated();
      await expectAtLeast(page, 'loss-chart', 10);

      // By links, by the router's own way, and by a file that is not the router's.
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).click();
      await expect(page).toHaveURL(at('/runs'));
      await page.getByTestId('query').fill('peng');
      await expect(page).toHaveURL(at('/runs?query=peng'));
      await page.getByTestId('run-row').getByRole('link').first().click();
      await expect(page).toHaveURL(/\/lab\/gan\/runs\/\d{8}-/);
      await page.getByTestId('stop').click();
      await expect(page.getByRole('link', { name: 'Export CSV' })).toBeVisible();
      const exported = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Export CSV' }).click();
      expect(await (await exported).failure()).toBeNull();
      await page.keyboard.press('Control+k');
      await page.keyboard.type('seattle');
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(/\/lab\/gan\/?\?source=/);
      await expect(page.getByTestId('preview')).toContainText('seattle-weather.csv');
      await page.reload();
      await hydrated();
      await expect(page.getByTestId('preview')).toContainText('seattle-weather.csv');

      // Without a slash at its end, and past the proxy.
      await page.goto(at(''));
      await hydrated();
      await page.goto(`${server.url}/runs?token=${token}`);
      await expect(page).toHaveURL(`${server.url}/lab/gan/runs`);
      await hydrated();

      expect(proxy.strays).toEqual([]);
      expect(errors).toEqual([]);
    } finally {
      await server.cleanup();
      proxy.stop();
    }
  });
}
