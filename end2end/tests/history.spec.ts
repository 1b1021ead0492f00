// The history: found, sorted, annotated, chosen for comparison, deleted and restored.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test, type Page } from '@playwright/test';

import { Server } from '../server.ts';
import { open, shellTrainer } from './page.ts';
import { begin, halt, ran, scriptTrainer } from './runs.ts';

let server: Server;

test.beforeEach(async () => {
  server = await Server.start({
    config:
      shellTrainer('slow', 400, 0.05) + shellTrainer('quick', 5, 0.01) + scriptTrainer('fails', 'echo no >&2; exit 3') + scriptTrainer('drawn', 'echo Epoch 1/2 fid: 7.25; echo Epoch 2/2 fid: 12.5') +
      scriptTrainer('many', `awk 'BEGIN { printf "{\\"epoch\\": 1"; for (i = 10; i < 35; i++) printf ", \\"m%d\\": %d", i, i; print "}" }'`),
  });
});
test.afterEach(() => server.cleanup());

const rows = (page: Page) => page.getByTestId('run-row');
const names = (page: Page) => rows(page).locator('th.name .titled > a').allInnerTexts();

test('without a run the page says how to get one', async ({ page }) => {
  await open(page, server, '/runs');
  await expect(page.locator('.nothing')).toContainText('nashboard run -- COMMAND');
  await page.getByRole('link', { name: 'live page' }).click();
  await expect(page).toHaveURL(`${server.url}/`);
});

test('runs are sorted, searched and filtered, and the address says how', async ({ page }) => {
  await ran(server, 'quick', 'beta');
  await ran(server, 'quick', 'alpha');
  await ran(server, 'fails', 'gamma');
  await open(page, server, '/runs');
  await expect(page.getByTestId('total')).toHaveText('3');
  expect(await names(page)).toEqual(['gamma', 'alpha', 'beta']);
  await page.getByRole('columnheader', { name: /Name/ }).getByRole('link').click();
  await expect.poll(() => names(page)).toEqual(['alpha', 'beta', 'gamma']);
  await expect(page).toHaveURL(/sort=name/);
  await expect(page.locator('[data-column="name"]')).toHaveAttribute('aria-sort', 'ascending');
  await page.getByRole('columnheader', { name: /Name/ }).getByRole('link').click();
  await page.getByRole('columnheader', { name: /Name/ }).getByRole('link').click();
  await expect.poll(() => names(page)).toEqual(['gamma', 'alpha', 'beta']);
  await page.getByRole('columnheader', { name: /Started/ }).getByRole('link').click();
  await expect.poll(() => names(page)).toEqual(['beta', 'alpha', 'gamma']);
  await page.getByRole('columnheader', { name: /Name/ }).getByRole('link').click();
  await expect.poll(() => names(page)).toEqual(['alpha', 'beta', 'gamma']);

  await page.getByTestId('query').fill('ALPH');
  await expect.poll(() => names(page)).toEqual(['alpha']);
  // Enter searches at once, and takes nothing away.
  await rows(page).first().getByRole('checkbox').check();
  await page.getByTestId('query').fill('a');
  await page.getByTestId('query').press('Enter');
  await expect(page).toHaveURL(/query=a&sort=name/);
  await expect.poll(() => names(page)).toEqual(['alpha', 'beta', 'gamma']);
  await expect(rows(page).first().getByRole('checkbox')).toBeChecked();
  await page.getByTestId('query').fill('');
  await page.getByTestId('status').selectOption('failed');
  await expect.poll(() => names(page)).toEqual(['gamma']);
  await page.getByTestId('query').fill('nothing like it');
  await expect(page.locator('.nothing')).toContainText('No run matches');

  await open(page, server, '/runs?status=completed&sort=name');
  expect(await names(page)).toEqual(['alpha', 'beta']);
  await rows(page).first().getByRole('link').click();
  await expect(page).toHaveURL(/\/runs\/\d{8}-/);
});

test('metrics become columns, sort, and are remembered', async ({ page }) => {
  await ran(server, 'drawn', 'first');
  await ran(server, 'quick', 'second');
  await open(page, server, '/runs');
  const head = page.locator('thead [data-column="metric:fid"]');
  await expect(head).toHaveCount(0);
  const menu = page.getByTestId('columns');
  await menu.locator('summary').click();
  await menu.getByRole('link', { name: 'fid, last' }).click();
  await expect(head).toHaveText('fid');
  await expect(page).toHaveURL(/metrics=fid/);
  await expect(menu.getByRole('link', { name: 'fid, last' })).toHaveAttribute('aria-current', 'true');
  await expect(rows(page).filter({ hasText: 'first' }).locator('td.metric')).toHaveText('12.5000');
  await expect(rows(page).filter({ hasText: 'second' }).locator('td.metric')).toHaveText('');
  await page.keyboard.press('Escape');
  await expect(menu.locator('.entries')).toBeHidden();
  await expect(menu.locator('summary')).toBeFocused();
  await head.getByRole('link').click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(() => names(page)).toEqual(['first', 'second']);

  // The lowest value stands beside it.
  await menu.locator('summary').click();
  await menu.getByRole('link', { name: 'fid, lowest' }).click();
  await expect(page.locator('thead [data-column="metric:fid:lowest"]')).toHaveText('fid, lowest');
  await expect(rows(page).filter({ hasText: 'first' }).locator('td.metric')).toHaveText(['12.5000', '7.2500']);
  await menu.getByRole('link', { name: 'fid, lowest' }).click();
  await expect(page.locator('thead [data-column="metric:fid:lowest"]')).toHaveCount(0);

  // The address alone does not say it any more; the browser does.
  await open(page, server, '/runs');
  await expect(head).toHaveText('fid');
  await menu.locator('summary').click();
  await menu.getByRole('link', { name: 'fid, last' }).click();
  await expect(head).toHaveCount(0);
  await page.locator('h1').click();
  await expect(menu.locator('.entries')).toBeHidden();
  await open(page, server, '/runs');
  await expect(head).toHaveCount(0);
});

test('no more metrics can be columns than the server gives', async ({ page }) => {
  await ran(server, 'many');
  const names = Array.from({ length: 25 }, (_, at) => `m${at + 10}`);
  await open(page, server, `/runs?metrics=${names.slice(0, 19).join(',')}`);
  const menu = page.getByTestId('columns');
  await menu.locator('summary').click();
  await menu.getByRole('link', { name: 'm29, last' }).click();
  await expect(page.locator('thead [data-column^="metric:"]')).toHaveCount(20);
  const further = menu.getByLabel('m30, lowest');
  await expect(further).toHaveAttribute('aria-disabled', 'true');
  await expect(further).toHaveAttribute('title', /remove one/);
  // An address with more shows as many.
  await open(page, server, `/runs?metrics=${names.join(',')}`);
  await expect(page.locator('thead [data-column^="metric:"]')).toHaveCount(20);
  await expect(rows(page)).toHaveCount(1);
});

test('on a phone a menu sorts', async ({ page }) => {
  await ran(server, 'quick', 'b');
  await ran(server, 'drawn', 'a');
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, server, '/runs');
  await expect.poll(() => names(page)).toEqual(['a', 'b']);
  const menu = page.getByTestId('order');
  await menu.locator('summary').click();
  await expect(menu.getByRole('link', { name: 'Started ↓' })).toHaveAttribute('aria-current', 'true');
  await menu.getByRole('link', { name: 'Name' }).click();
  await expect(menu.getByRole('link', { name: 'Name ↑' })).toHaveAttribute('aria-current', 'true');
  await menu.getByRole('link', { name: 'Name ↑' }).click();
  await expect.poll(() => names(page)).toEqual(['b', 'a']);
  // What lies over the page stays within it.
  const columns = page.getByTestId('columns');
  await columns.locator('summary').click();
  const box = (await columns.locator('.entries').boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1024, height: 844 });
  await expect(menu).toBeHidden();
});

test('a run is renamed, tagged and annotated, and keeps that', async ({ page }) => {
  await ran(server, 'quick', 'plain');
  await open(page, server, '/runs');
  await page.getByTestId('edit').click();
  const editor = page.getByTestId('editor');
  await expect(editor.getByLabel('Name')).toBeFocused();
  await editor.getByLabel('Name').fill('better');
  await editor.getByLabel('Tags').fill('gan, first');
  await editor.getByLabel('Notes').fill('collapses after epoch 3');
  await editor.getByRole('button', { name: 'Save' }).click();
  await expect(editor).toBeHidden();
  await expect(page.getByTestId('edit')).toBeFocused();
  await expect(rows(page).first()).toContainText('better');
  await expect(rows(page).locator('.tag')).toHaveText(['gan', 'first']);
  await page.reload();
  await expect(rows(page).first()).toContainText('collapses after epoch 3');
  await page.getByTestId('edit').click();
  await editor.getByLabel('Name').fill('never mind');
  await editor.getByLabel('Name').press('Escape');
  await expect(editor).toBeHidden();
  await expect(rows(page).first()).toContainText('better');
});

test('a deletion is taken back', async ({ page }) => {
  await ran(server, 'quick', 'kept');
  await ran(server, 'quick', 'wanted');
  await open(page, server, '/runs');
  await rows(page).filter({ hasText: 'wanted' }).getByTestId('delete').click();
  await expect(page.getByTestId('toast')).toContainText('Deleted wanted');
  await expect.poll(() => names(page)).toEqual(['kept']);
  await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => names(page)).toEqual(['wanted', 'kept']);
  await expect(page.getByTestId('toast')).toBeHidden();
  // And later, when the page no longer knows of it.
  await rows(page).filter({ hasText: 'wanted' }).getByTestId('delete').click();
  await expect.poll(() => names(page)).toEqual(['kept']);
  await page.reload();
  await page.getByTestId('bin').click();
  const deleted = page.getByTestId('deleted-run').filter({ hasText: 'wanted' });
  await deleted.getByRole('button').click();
  await expect.poll(() => names(page)).toEqual(['wanted', 'kept']);
  await expect(deleted).toHaveCount(0);
});

test('a run appears, moves and ends while the page is open', async ({ page }) => {
  await open(page, server, '/runs');
  const id = await begin(server, 'slow', 'live one');
  const row = rows(page).filter({ hasText: 'live one' });
  await expect(row).toHaveAttribute('data-state', 'running', { timeout: 15_000 });
  await expect(row.getByTestId('delete')).toBeDisabled();
  const before = await row.locator('.epoch').innerText();
  await expect(row.locator('.epoch')).not.toHaveText(before);
  await halt(server, id);
  await expect(row).toHaveAttribute('data-state', 'stopped');
  await expect(row.getByTestId('delete')).toBeEnabled();
});

test('chosen runs are compared', async ({ page }) => {
  await ran(server, 'quick', 'one');
  await ran(server, 'quick', 'two');
  await open(page, server, '/runs');
  await expect(page.getByTestId('compare')).toBeDisabled();
  await expect(page.getByTestId('chosen')).toContainText('Choose 2 to 20');
  for (const name of ['one', 'two']) await page.getByLabel(`Choose ${name}`).check();
  await expect(page.getByTestId('chosen')).toContainText('2 chosen');
  await page.getByTestId('compare').click();
  await expect(page).toHaveURL(/\/compare\?runs=/);
  await expect(page.getByTestId('compared')).toHaveCount(2);
});

test('thousands of runs scroll, and only those in sight exist', async ({ page }) => {
  await server.kill();
  for (let number = 0; number < 3000; number++) {
    const id = `20250101-000000-${String(number).padStart(4, '0')}`;
    const folder = join(server.runs, id);
    await mkdir(folder);
    const manifest = {
      format: 1,
      id,
      name: `number ${number}`,
      trainer: 'made',
      command: ['true'],
      working_directory: '/',
      started_at: '2025-01-01T00:00:00Z',
    };
    await writeFile(join(folder, 'run.json'), JSON.stringify(manifest));
    await writeFile(join(folder, 'output.log'), '2025-01-01T00:00:01.000000000Z stdout F Epoch 1/1 G_loss: 0.5\n');
    const end = { exit_code: 0, signal: null, ended_at: '2025-01-01T00:00:02Z', asked_by: null, peak_memory_bytes: null, lost_bytes: 0, error: null };
    await writeFile(join(folder, 'exit.json'), JSON.stringify(end));
    await writeFile(join(folder, 'lock'), '{"recorder_pid":1}');
  }
  await server.restart();
  await open(page, server, '/runs');
  await expect(page.getByTestId('total')).toHaveText(/3.000/, { timeout: 90_000 });
  const pane = page.getByTestId('runs');
  await expect(rows(page).first()).toContainText('number 2999');
  expect(await rows(page).count()).toBeLessThan(120);
  await pane.evaluate((pane) => pane.scrollTo(0, pane.scrollHeight));
  await expect(rows(page).last()).toContainText('number 0');
  await pane.evaluate((pane) => pane.scrollTo(0, pane.scrollHeight / 2));
  await expect(rows(page).filter({ hasText: 'number 1500' })).toBeVisible();
  expect(await rows(page).count()).toBeLessThan(120);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the table is there, sorted and searched by links', async ({ page }) => {
    await ran(server, 'quick', 'beta');
    await ran(server, 'quick', 'alpha');
    await page.goto(`${server.url}/runs`);
    expect(await names(page)).toEqual(['alpha', 'beta']);
    await page.getByRole('columnheader', { name: /Name/ }).getByRole('link').click();
    await page.getByRole('columnheader', { name: /Name/ }).getByRole('link').click();
    expect(await names(page)).toEqual(['beta', 'alpha']);
    await page.getByTestId('query').fill('alp');
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await names(page)).toEqual(['alpha']);
  });
});
