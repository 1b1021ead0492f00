// Everything by keys alone: each control is reached in the order of the page, shows that it is reached, and works.
import { expect, test, type Locator, type Page } from '@playwright/test';

import { Server } from '../server.ts';
import { shellTrainer, status } from './page.ts';
import { Stage, visit } from './places.ts';

/** More stops than any page of the tests has. */
const STOPS = 400;

/** Goes on by the tab key until `wanted` has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let stop = 0; stop < STOPS; stop++) {
    await page.keyboard.press('Tab');
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`the tab key never came to ${wanted}`);
}

/** What the page offers to hands, in its order: what is switched off or out of sight is not offered. */
function offers(): string[] {
  const all = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const offered = [...document.querySelectorAll<HTMLElement>(all)].filter((element) => {
    const off = element.matches(':disabled, [tabindex="-1"]') || element.closest('[hidden], details:not([open]) > :not(summary)');
    // Of radio buttons the chosen one stands for all: arrow keys go on from there.
    const others = element instanceof HTMLInputElement && element.type === 'radio' && !element.checked;
    return !off && !others && element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible';
  });
  offered.forEach((element, index) => element.setAttribute('data-stop', String(index)));
  return offered.map((element) => element.outerHTML.slice(0, 120));
}

/** Where the focus is, and what is wrong with how that shows; null where no control has it. */
function stop(): { index: number; wrong?: string } | null {
  const element = document.activeElement as HTMLElement | null;
  const index = element?.getAttribute('data-stop');
  if (!element || element === document.body) return null;
  if (index == null) return { index: -1, wrong: `${element.outerHTML.slice(0, 120)} was not expected` };
  // A control without a look of its own shows the focus by what stands around it.
  let shown: HTMLElement | null = element;
  const outlined = (part: HTMLElement) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(part);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  };
  const plain = (part: HTMLElement) => getComputedStyle(part).opacity !== '0' && part.offsetWidth > 1;
  for (let up = 0; shown && !(plain(shown) && outlined(shown)) && up < 2; up++) shown = shown.parentElement;
  if (!shown || !outlined(shown)) return { index: Number(index), wrong: `${element.outerHTML.slice(0, 120)} shows no focus` };
  for (let part: HTMLElement | null = shown; part; part = part.parentElement) {
    if (Number(getComputedStyle(part).opacity) < 0.3) return { index: Number(index), wrong: `${element.outerHTML.slice(0, 120)} cannot be seen` };
  }
  const box = shown.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { index: Number(index), wrong: inside ? undefined : `${element.outerHTML.slice(0, 120)} is out of the window` };
}

let stage: Stage;

test.describe('the tab key', () => {
  test.beforeAll(async () => {
    stage = await Stage.start();
  });
  test.afterAll(() => stage.end());

  for (const [name, width] of [
    ['live-idle', 1440],
    ['data', 1440],
    ['history', 1440],
    ['run', 1440],
    ['run-failed', 390],
    ['compare', 1440],
    ['reading', 1440],
    ['live-running', 390],
  ] as const) {
    test(`comes to all of the page ${name} at ${width} px, and shows where it is`, async ({ page }) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await visit(page, stage.place(name));
      const offered = await page.evaluate(offers);
      expect(offered.length).toBeGreaterThan(6);
      const reached: number[] = [];
      const wrong: string[] = [];
      for (let count = 0; count < STOPS; count++) {
        await page.keyboard.press('Tab');
        const here = await page.evaluate(stop);
        if (!here) break;
        if (here.wrong) wrong.push(here.wrong);
        if (here.index >= 0) reached.push(here.index);
      }
      expect(wrong).toEqual([]);
      expect(offered.filter((_, index) => !reached.includes(index))).toEqual([]);
      // In the order of the page, so that who listens and who looks hear and see the same.
      expect(reached).toEqual([...reached].sort((a, b) => a - b));
    });
  }
});

test('a run is started, watched, stopped and looked up by keys alone', async ({ page }) => {
  const server = await Server.start({ config: shellTrainer('slow', 400, 0.05) });
  try {
    await page.goto(server.url);
    await expect(page.locator('body')).toHaveAttribute('data-hydrated', 'true');
    await tabTo(page, page.getByTestId('source').filter({ hasText: 'penguins.csv' }).getByRole('link'));
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('preview')).toContainText('penguins.csv');
    await tabTo(page, page.locator('#trainer'));
    await page.keyboard.type('slow');
    await expect(page.locator('#trainer')).toHaveValue('slow');
    await tabTo(page, page.locator('#run-name'));
    await page.keyboard.type('by hand');
    await page.keyboard.press('Enter');
    await expect(status(page)).toHaveAttribute('data-state', 'running');
    await tabTo(page, page.getByTestId('loss-chart').locator('.chart-pointer'));
    await page.keyboard.press('Shift+ArrowLeft');
    await expect(page.getByTestId('loss-chart').getByRole('status')).toContainText('epoch');
    await tabTo(page, page.getByTestId('stop'));
    await page.keyboard.press('Space');
    await expect(status(page)).toHaveAttribute('data-state', 'stopped', { timeout: 20_000 });
    await tabTo(page, page.getByTestId('run').getByRole('link', { name: 'by hand' }));
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('run-name')).toHaveText('by hand');
    await tabTo(page, page.getByTestId('edit'));
    await page.keyboard.press('Enter');
    await expect(page.locator('.editor')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.locator('.editor')).toHaveCount(0);
    await expect(page.getByTestId('edit')).toBeFocused();
  } finally {
    await server.cleanup();
  }
});
