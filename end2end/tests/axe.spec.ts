// Nothing that axe-core knows to look for is wrong, on any page, in either theme, at a desk and on a phone.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { expect, test, type Page } from '@playwright/test';

import { Stage, visit } from './places.ts';

/** As far as the types of axe-core matter here. */
interface Finding {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let stage: Stage;
let axe: string;

test.beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  stage = await Stage.start();
});
test.afterAll(() => stage.end());

/** What axe finds on the page as it is, in a line each. */
async function findings(page: Page): Promise<string[]> {
  // Through the debugger: the page's policy lets no script of others in.
  await page.evaluate(axe);
  const found = await page.evaluate(async (tags) => {
    const axe = (window as unknown as { axe: { run: (on: Document, options: object) => Promise<{ violations: Finding[] }> } }).axe;
    return (await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })).violations;
  }, TAGS);
  return found.flatMap((finding) =>
    finding.nodes.map((node) => `${finding.id}: ${finding.help}\n    ${node.html.slice(0, 220)}\n    ${node.failureSummary ?? ''}`),
  );
}

for (const width of [1440, 390]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`no page has a fault at ${width} px, ${colorScheme}`, async ({ page }) => {
      test.setTimeout(300_000);
      await page.setViewportSize({ width, height: 900 });
      // Without motion: a colour half-way between two others has no contrast to speak of.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const place of stage.places) {
        await test.step(place.name, async () => {
          await visit(page, place);
          expect.soft(await findings(page), `${place.name}, ${width} px, ${colorScheme}`).toEqual([]);
        });
      }
    });
  }
}

test('what opens upon a page has no fault either', async ({ page }) => {
  test.setTimeout(180_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await visit(page, stage.place('history'));
  await page.getByTestId('run-row').last().getByTestId('edit').click();
  await expect(page.locator('.editor')).toBeVisible();
  expect.soft(await findings(page), 'the editor of a run').toEqual([]);

  await visit(page, stage.place('run'));
  const losses = page.getByTestId('loss-chart');
  await losses.hover();
  await losses.getByRole('button', { name: 'Table' }).click();
  expect.soft(await findings(page), 'the numbers of a chart').toEqual([]);
  await losses.getByRole('button', { name: 'Table' }).click();
  await losses.locator('.chart-pointer').hover();
  expect.soft(await findings(page), 'the crosshair').toEqual([]);
  await page.getByTestId('edit').click();
  expect.soft(await findings(page), 'the editor of the run page').toEqual([]);
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette').getByRole('option').first()).toBeVisible();
  expect.soft(await findings(page), 'the palette').toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('h1').first().click();
  await page.keyboard.press('?');
  await expect(page.getByTestId('keys')).toBeVisible();
  expect.soft(await findings(page), 'the keys').toEqual([]);
});
