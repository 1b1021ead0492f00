// Every page at the widths of a desk, a laptop and a phone, in both themes: nothing sticks out. The pictures of the
// documentation are taken on the way, where they are asked for by NASHBOARD_SCREENSHOTS=1.
import { expect, test, type Page } from '@playwright/test';

import { Server } from '../server.ts';
import { choose, open, points, start } from './page.ts';
import { Stage, visit, type Place } from './places.ts';

/** Where the pictures are kept. */
const IMAGES = process.env.NASHBOARD_IMAGES ?? new URL('../../docs/images/', import.meta.url).pathname;
const HEIGHT = 900;
/** The longest picture of a telephone's page, in pixels. */
const LONGEST = 3000;

let stage: Stage;

test.beforeAll(async () => {
  stage = await Stage.start();
});
test.afterAll(() => stage.end());

/** Takes a picture of the window, on a telephone of the page as far as a thumb goes. */
async function take(page: Page, path: string, part?: string): Promise<void> {
  const { width } = page.viewportSize()!;
  // Charts are painted when they come into sight.
  for (let top = 0; top < LONGEST; top += HEIGHT) {
    await page.evaluate((top) => scrollTo(0, top), top);
    await page.waitForTimeout(60);
  }
  await page.evaluate(() => scrollTo(0, 0));
  if (part) {
    await page.locator(part).scrollIntoViewIfNeeded();
    await page.screenshot({ path, animations: 'disabled' });
    return;
  }
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = width === 390 ? { x: 0, y: 0, width, height: Math.min(height, LONGEST) } : undefined;
  await page.screenshot({ path, fullPage: !!clip, clip, animations: 'disabled' });
}

/** Looks at the page that is open in every width and theme. */
async function look(page: Page, { name, part }: Pick<Place, 'name' | 'part'>): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: HEIGHT });
      const out = await page.evaluate(() => {
        const room = document.documentElement.clientWidth;
        const wide = [...document.body.querySelectorAll('*')].filter((part) => part.getBoundingClientRect().right > room + 1);
        const scrolls = document.documentElement.scrollWidth - room;
        return { scrolls, by: scrolls > 0 ? wide.slice(-3).map((part) => `${part.tagName} ${part.className}`) : [] };
      });
      expect.soft(out, `${name}, ${width} px, ${colorScheme}`).toEqual({ scrolls: 0, by: [] });
      if (process.env.NASHBOARD_SCREENSHOTS) await take(page, `${IMAGES}${name}-${width}-${colorScheme}.png`, part);
    }
  }
}

test('no page scrolls sideways at any width', async ({ page }) => {
  test.setTimeout(400_000);
  for (const place of stage.places) {
    await test.step(place.name, async () => {
      await page.setViewportSize({ width: 1440, height: HEIGHT });
      await visit(page, place);
      await look(page, place);
    });
  }
});

test('nothing moves as a page comes to life, nor as reports arrive', async ({ page }) => {
  await page.addInitScript(() => {
    const moved: string[] = ((window as unknown as { moved: string[] }).moved = []);
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries() as unknown as { value: number; sources: { node?: Element }[] }[]) {
        // Less than a pixel's worth of a large part is how a font is measured, and nobody sees it.
        if (shift.value > 0.001) moved.push(`${shift.value.toFixed(4)}: ${shift.sources.map(({ node }) => node?.className).join(', ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const [name, width] of [['live-running', 1440], ['live-running', 1024], ['run', 1024], ['data', 1440], ['history', 1440], ['compare', 1440], ['run', 390]] as const) {
    await page.setViewportSize({ width, height: HEIGHT });
    await visit(page, stage.place(name));
    const before = await page.getByTestId('log').locator('[data-line]').count();
    if (name === 'live-running') await expect.poll(() => points(page, 'loss-chart')).toBeGreaterThan(before + 20);
    else await page.waitForTimeout(500);
    expect.soft(await page.evaluate(() => (window as unknown as { moved: string[] }).moved), `${name}, ${width} px`).toEqual([]);
  }
});

// The picture of the README: real data, and the trainer that comes with the program.
test('nor does the live page with the embedded trainer', async ({ page }) => {
  const server = await Server.start();
  try {
    await open(page, server);
    await choose(page, 'seattle-weather.csv');
    await start(page, 'embedded', 100_000);
    // A picture is to show a course; for the rest, a few reports do.
    const enough = process.env.NASHBOARD_SCREENSHOTS ? 40 : 8;
    await expect.poll(() => points(page, 'loss-chart'), { timeout: 60_000 }).toBeGreaterThan(enough);
    await look(page, { name: 'live' });
    await page.getByTestId('stop').click();
  } finally {
    await server.cleanup();
  }
});
