// The log viewer: millions of lines, of which a few are in the page.
import { expect, test, type Locator, type Page } from '@playwright/test';

import { Server } from '../server.ts';
import { open } from './page.ts';
import { begin, halt, ran, scriptTrainer } from './runs.ts';

/** 30 000 lines; every 10 000th has a needle, some are warnings and errors. */
const LONG =
  'seq 1 30000 | awk \'{ if ($1 % 10000 == 0) print "a NEEDLE at " $1; ' +
  'else if ($1 % 5000 == 1) print "WARNING: number " $1; else if ($1 == 7777) print "ERROR: broken at 7777"; ' +
  'else print "plain line " $1 }\'';

const COLOURED =
  'printf "\\033[1;31mred and bold\\033[0m plain\\n"; ' +
  'for p in 10 50 100; do printf "progress %s%%\\r" $p; done; printf "\\nafter the bar\\n"; echo to errors >&2';

/** More rows than a browser bears as one element. */
const HUGE_LINES = 450_000;

let server: Server;
let long: string;

test.beforeAll(async () => {
  server = await Server.start({
    config:
      scriptTrainer('long', LONG) +
      scriptTrainer('coloured', COLOURED) +
      scriptTrainer('huge', `seq -f "number %.0f" 1 ${HUGE_LINES}`) +
      scriptTrainer('talks', 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo "word $i"; sleep 0.03; done'),
  });
  long = await ran(server, 'long');
});
test.afterAll(() => server.cleanup());

function log(page: Page): Locator {
  return page.getByTestId('log');
}

/** The row of a line, where it is in the page. */
function row(page: Page, line: number): Locator {
  return log(page).locator(`[data-line="${line}"]`);
}

/** Whether a row stands within the window, in whole. */
async function expectInSight(page: Page, line: number): Promise<void> {
  await expect(row(page, line)).toBeAttached();
  await expect
    .poll(async () => {
      const [window, box] = [await log(page).boundingBox(), await row(page, line).boundingBox()];
      return !!window && !!box && box.y >= window.y - 1 && box.y + box.height <= window.y + window.height + 1;
    })
    .toBe(true);
}

/** The window, once it has been taken over and stands at its end. */
async function openLog(page: Page, id: string, last: number, search = ''): Promise<void> {
  await open(page, server, `/runs/${id}${search}#log`);
  if (!search) await expectInSight(page, last);
}

test('a long log stands at its end, and only what is in sight is in the page', async ({ page }) => {
  await openLog(page, long, 30_000);
  await expect(page.getByTestId('log-place')).toContainText(/of 30.000 lines/);
  await log(page).focus();
  await page.keyboard.press('Home');
  await expectInSight(page, 1);
  await expect(row(page, 1)).toContainText('WARNING: number 1');
  await page.keyboard.press('PageDown');
  await expect(row(page, 1)).not.toBeInViewport();
  await page.keyboard.press('ArrowUp');
  for (const part of [0.25, 0.5, 0.75]) {
    await log(page).evaluate((pane, part) => (pane.scrollTop = part * pane.scrollHeight), part);
    const line = Math.round(30_000 * part) + 5;
    await expectInSight(page, line);
    expect(await log(page).locator('li').count()).toBeLessThan(150);
  }
  await page.keyboard.press('End');
  await expectInSight(page, 30_000);
  await expect(row(page, 30_000)).toContainText('NEEDLE');
});

test('an address leads to a line, and a number gives the address', async ({ page }) => {
  await openLog(page, long, 30_000, '?line=12345');
  await expectInSight(page, 12_345);
  await expect(row(page, 12_345)).toHaveAttribute('aria-current', 'true');
  await row(page, 12_347).getByRole('link').click();
  await expect(page).toHaveURL(/\?line=12347#log$/);
  await expect(row(page, 12_347)).toHaveAttribute('aria-current', 'true');
  await expect(log(page).locator('[aria-current]')).toHaveCount(1);
  await page.getByTestId('log-line').fill('777');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\?line=777#log$/);
  await expectInSight(page, 777);
  await page.goBack();
  await expectInSight(page, 12_347);
  await page.getByTestId('log-line').fill('30001');
  await page.keyboard.press('Enter');
  await expect(page.locator('#log').getByRole('alert')).toContainText(/no line 30.001/);
});

test('a search leaves what matches, is stepped through, and leads back into context', async ({ page }) => {
  await openLog(page, long, 30_000);
  const field = page.getByTestId('log-search');
  const count = page.getByTestId('log-matches');
  await field.fill('needle');
  await expect(count).toHaveText('1 of 3');
  await expect(log(page).locator('[data-line]')).toHaveCount(3);
  await expect(log(page).locator('mark')).toHaveText(['NEEDLE', 'NEEDLE', 'NEEDLE']);
  await field.press('Enter');
  await expect(count).toHaveText('2 of 3');
  await expect(row(page, 20_000)).toHaveAttribute('aria-current', 'true');
  await field.press('Shift+Enter');
  await field.press('Shift+Enter');
  await expect(count).toHaveText('3 of 3');
  await page.getByRole('button', { name: 'Next match' }).click();
  await expect(count).toHaveText('1 of 3');

  await row(page, 20_000).getByRole('link').click();
  await expect(field).toHaveValue('');
  await expectInSight(page, 20_000);
  await expect(row(page, 19_999)).toBeAttached();
  await expect(row(page, 20_000)).toHaveAttribute('aria-current', 'true');

  await field.fill('nowhere to be found');
  await expect(count).toHaveText('No match');
  await expect(page.locator('#log')).toContainText('No line matches');
  await field.press('Escape');
  await expectInSight(page, 20_000);

  // Who has stepped to a match stays with it when the search is over.
  await field.fill('needle');
  await expect(count).toHaveText('1 of 3');
  await field.press('Enter');
  await field.press('Enter');
  await expect(count).toHaveText('3 of 3');
  await field.press('Escape');
  await expect(field).toHaveValue('');
  await expectInSight(page, 30_000);
  await expect(row(page, 29_999)).toBeAttached();
});

test('levels leave out what is not asked for', async ({ page }) => {
  await openLog(page, long, 30_000);
  await page.getByTestId('log-level').selectOption('Errors');
  await expect(log(page).locator('[data-line]')).toHaveCount(1);
  await expect(row(page, 7_777)).toContainText('broken');
  await page.getByTestId('log-level').selectOption('Warnings and errors');
  await expect(log(page).locator('[data-line]')).toHaveCount(7);
  await page.getByTestId('log-level').selectOption('All levels');
  await expectInSight(page, 30_000);
});

test('colours are shown, a progress bar is one line, and marks are not copied', async ({ page }) => {
  const id = await ran(server, 'coloured');
  await open(page, server, `/runs/${id}#log`);
  await expect(log(page).locator('.ansi-bold.ansi-red')).toHaveText('red and bold');
  await expect(log(page).locator('[data-line]', { hasText: 'progress' })).toHaveText(/progress 100%/);
  const errors = log(page).locator('[data-line]', { hasText: 'to errors' });
  await expect(errors.locator('.mark')).toHaveText('stderr');
  for (const part of ['.number', '.mark']) {
    await expect(errors.locator(part)).toHaveCSS('user-select', 'none');
  }
  await page.getByTestId('log-search').fill('BOLD p');
  await expect(log(page).locator('mark')).toHaveText(['bold', ' p']);
});

test('the end is followed until somebody scrolls up, and again on demand', async ({ page }) => {
  const id = await begin(server, 'talks');
  await open(page, server, `/runs/${id}#log`);
  const follow = page.locator('#log').getByRole('button', { name: 'Follow' });
  const last = () =>
    log(page)
      .locator('[data-line]')
      .evaluateAll((rows) => Math.max(0, ...rows.map((row) => Number(row.getAttribute('data-line')))));
  await expect.poll(last).toBeGreaterThan(80);
  await expect(follow).toBeHidden();
  await log(page).focus();
  await page.keyboard.press('Home');
  await expect(follow).toBeVisible();
  await expectInSight(page, 1);
  const before = await page.getByTestId('log-place').innerText();
  // The log grows, and the reader stays.
  await expect.poll(() => page.getByTestId('log-place').innerText()).not.toBe(before);
  await expectInSight(page, 1);
  await follow.click();
  await expect(follow).toBeHidden();
  const seen = await last();
  await expect.poll(last).toBeGreaterThan(seen);
  await expectInSight(page, await last());
  await halt(server, id);
});

test('a log beyond what a browser can scroll is reached in whole', async ({ page }) => {
  test.setTimeout(300_000);
  const id = await ran(server, 'huge', undefined, 240_000);
  await openLog(page, id, HUGE_LINES);
  await log(page).focus();
  await page.keyboard.press('Home');
  await expectInSight(page, 1);
  await page.keyboard.press('ArrowDown');
  await expect(row(page, 1)).not.toBeInViewport();
  await expectInSight(page, 2);
  // A notch of the wheel moves by rows, not by the thousandth part of the log.
  await log(page).hover();
  await page.mouse.wheel(0, 200);
  await expectInSight(page, 12);
  await expect(row(page, 11)).not.toBeInViewport();
  await log(page).evaluate((pane) => (pane.scrollTop = pane.scrollHeight / 2));
  await expectInSight(page, HUGE_LINES / 2 + 5);
  await page.keyboard.press('End');
  await expectInSight(page, HUGE_LINES);
  await open(page, server, `/runs/${id}?line=400123#log`);
  await expectInSight(page, 400_123);
  await expect(row(page, 400_123)).toContainText('number 400123');
});

test('the live page leads to the whole log', async ({ page }) => {
  await open(page, server, `/?run=${long}`);
  await page.getByRole('link', { name: 'Whole log' }).click();
  await expect(page).toHaveURL(new RegExp(`/runs/${long}#log$`));
  await expectInSight(page, 30_000);
});

test('the log can be downloaded as text', async ({ page }) => {
  await openLog(page, long, 30_000);
  const waiting = page.waitForEvent('download');
  await page.locator('#log').getByRole('link', { name: 'Download' }).click();
  const file = await (await waiting).createReadStream();
  let text = '';
  for await (const part of file) text += part;
  expect(text).toContain('plain line 2\n');
  expect(text).toContain('a NEEDLE at 30000');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the last lines are in the HTML', async ({ page }) => {
    await page.goto(`${server.url}/runs/${long}`);
    await expect(row(page, 30_000)).toBeVisible();
    await expect(page.locator('#log')).toContainText(/the last 400 of 30.000 lines/);
  });
});
