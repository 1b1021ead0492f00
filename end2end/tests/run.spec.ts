// The page of one run: what it tells, and what can be done there.
import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { expectPoints, open, shellTrainer, status } from './page.ts';
import { begin, detail, ended, halt, ran, scriptTrainer } from './runs.ts';

/** A picture of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const DRAWS =
  'mkdir -p "$NASHBOARD_RUN_DIR/samples" && cd "$NASHBOARD_RUN_DIR/samples" && ' +
  'printf "name,weight\\nAdelie,3700\\n\\"Gentoo, large\\",5100\\n" > step-000001.csv && ' +
  `echo ${PIXEL} | base64 -d > step-000002.png && echo other > notes.bin && echo "Epoch 1/1 Generator Loss: 1.0"`;

const STATES = `for e in 1 2 3; do echo "{\\"epoch\\": $e, \\"generator_loss\\": 1.$e, \\"gradient_norm\\": 0.$e}"; done`;

let server: Server;

test.beforeEach(async () => {
  server = await Server.start({
    config:
      shellTrainer('slow', 200, 0.1) +
      shellTrainer('quick', 5, 0.01) +
      scriptTrainer('fails', 'echo getting ready; echo "ValueError: no such layer" >&2; exit 3') +
      scriptTrainer('draws', DRAWS) +
      scriptTrainer('states', STATES),
  });
});
test.afterEach(() => server.cleanup());

test('the page tells what was started, how it ran and how it ended', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const id = await ran(server, 'quick', 'a first try');
  await open(page, server, `/runs/${id}`);
  await expect(page).toHaveTitle(/a first try · Completed/);
  await expect(page.getByTestId('run-name')).toHaveText('a first try');
  await expect(page.getByTestId('run-status')).toHaveText(/Completed/);
  await expect(status(page)).toHaveAttribute('data-state', 'completed');
  await expectPoints(page, 'loss-chart', 10);
  await expect(page.getByTestId('ending')).toContainText('Exit code 0');
  const facts = page.getByTestId('facts');
  await expect(facts.getByTestId('command')).toContainText("sh -c 'for e in");
  await expect(facts.getByTestId('sha256')).toHaveText(/^[0-9a-f]{64}$/);
  await expect(facts).toContainText('344 rows');
  await expect(facts.getByRole('link', { name: 'penguins.csv' })).toHaveAttribute('href', /^\/\?source=/);

  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${server.url}/runs/${id}`);
  await facts.getByRole('button', { name: 'Copy the command' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("sh -c 'for e in");

  for (const [format, start] of [
    ['CSV', /^[a-z_]+,/],
    ['JSON', /^[[{]/],
  ] as const) {
    const link = page.getByRole('link', { name: `Export ${format}` });
    const answer = await page.request.get(server.url + (await link.getAttribute('href')));
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toMatch(start);
  }
});

test('a failure shows its exit code and its last lines', async ({ page }) => {
  const id = await ran(server, 'fails');
  await open(page, server, `/runs/${id}`);
  await expect(page.getByTestId('run-status')).toHaveText(/Failed/);
  const ending = page.getByTestId('ending');
  await expect(ending).toContainText('Exit code 3');
  await expect(ending.getByTestId('last-lines')).toContainText('no such layer');
});

test('a training goes on from where it ended', async ({ page }) => {
  const id = await ran(server, 'embedded', 'first half');
  await open(page, server, `/runs/${id}`);
  await page.getByTestId('onward').click();
  const upto = page.getByLabel('It came to epoch 5. Continue to');
  await expect(upto).toBeFocused();
  await expect(upto).toHaveValue('10');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByTestId('onward')).toBeFocused();
  await page.getByTestId('onward').click();
  await upto.fill('8');
  await upto.press('Enter');
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(status(page)).toHaveAttribute('data-state', 'completed', { timeout: 20_000 });
  await expect(page.getByTestId('epoch-card')).toContainText('8 / 8');
  await page.goto(`${server.url}/runs`);
  await page.getByTestId('runs').getByRole('link', { name: 'first half' }).first().click();
  await page.getByTestId('resumed-from').click();
  await expect(page).toHaveURL(`${server.url}/runs/${id}`);
  // A trainer that leaves no checkpoint cannot go on.
  const other = await ran(server, 'quick');
  await open(page, server, `/runs/${other}`);
  await expect(page.getByTestId('onward')).toBeHidden();
});

test('a run that ends while it is looked at says so without a reload', async ({ page }) => {
  const id = await begin(server, 'slow');
  await open(page, server, `/runs/${id}`);
  await expect(page.getByTestId('run-status')).toHaveText(/Running/);
  await expect(page.getByTestId('ending')).toBeHidden();
  for (const [button, reason] of [
    ['edit', 'once the run has ended'],
    ['delete', 'cannot be deleted'],
    ['again', 'still active'],
  ]) {
    await expect(page.getByTestId(button)).toBeDisabled();
    await expect(page.getByTestId(button)).toHaveAccessibleDescription(new RegExp(reason));
  }
  await page.getByTestId('stop').click();
  await expect(page.getByTestId('run-status')).toHaveText(/Stopped/, { timeout: 20_000 });
  await expect(page.getByTestId('ending')).toContainText('asked for');
  // It keeps its place, so that a second click hits nothing else.
  await expect(page.getByTestId('stop')).toBeDisabled();
  await expect(page.getByTestId('edit')).toBeEnabled();
});

test('name, tags and notes are changed in place and stay', async ({ page }) => {
  const id = await ran(server, 'quick', 'before');
  await open(page, server, `/runs/${id}`);
  await page.getByTestId('edit').click();
  await expect(page.getByLabel('Name')).toBeFocused();
  await page.getByLabel('Name').fill('unwanted');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('editor')).toBeHidden();
  await expect(page.getByTestId('edit')).toBeFocused();
  await expect(page.getByTestId('run-name')).toHaveText('before');

  await page.getByTestId('edit').click();
  await page.getByLabel('Name').fill('after <b>');
  await page.getByLabel('Tags').fill('good, baseline, good');
  await page.getByLabel('Notes').fill('two\nlines');
  await page.getByTestId('save').click();
  await expect(page.getByTestId('editor')).toBeHidden();
  for (const reloaded of [false, true]) {
    if (reloaded) await page.reload();
    await expect(page.getByTestId('run-name')).toHaveText('after <b>');
    await expect(page.getByTestId('tags').getByRole('listitem')).toHaveText(['good', 'baseline']);
    await expect(page.getByTestId('notes')).toHaveText('two\nlines', { useInnerText: true });
  }
  expect((await detail(server, id)).manifest.name).toBe('after <b>');
});

test('a run is started again with the same settings, but not beside another', async ({ page }) => {
  const id = await ran(server, 'quick', 'once');
  await open(page, server, `/runs/${id}`);
  await page.getByTestId('again').click();
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(page.getByRole('banner')).toContainText('once');
  await expect(status(page)).toHaveAttribute('data-state', 'completed');

  const busy = await begin(server, 'slow');
  await open(page, server, `/runs/${id}`);
  await page.getByTestId('again').click();
  await expect(page.getByTestId('message')).toContainText('active');
  await expect(page).toHaveURL(new RegExp(`/runs/${id}$`));
  await halt(server, busy);
});

test('a run is deleted only when it is asked for twice', async ({ page }) => {
  const id = await ran(server, 'quick');
  await open(page, server, `/runs/${id}`);
  await page.getByTestId('delete').click();
  await expect(page.getByTestId('delete-sure')).toBeFocused();
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByTestId('delete-sure')).toBeHidden();
  await expect(page.getByTestId('delete')).toBeFocused();
  await page.getByTestId('delete').click();
  await page.getByTestId('delete-sure').click();
  await expect(page).toHaveURL(`${server.url}/runs`);
  await open(page, server, `/runs/${id}`);
  await expect(page.getByRole('alert')).toContainText('no run');
});

test('samples are shown as what they are', async ({ page }) => {
  const id = await ran(server, 'draws');
  await open(page, server, `/runs/${id}`);
  const samples = page.getByTestId('samples');
  await expect(samples.getByTestId('sample')).toHaveCount(3);
  const picture = samples.getByRole('img', { name: 'step-000002.png' });
  await picture.scrollIntoViewIfNeeded();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  const file = samples.getByTestId('sample').filter({ hasText: 'step-000001.csv' });
  await file.getByText('First rows').click();
  await expect(file.getByRole('columnheader')).toHaveText(['name', 'weight']);
  await expect(file.getByRole('cell', { name: 'Gentoo, large' })).toBeVisible();
  await expect(samples.getByRole('link', { name: 'notes.bin' })).toHaveAttribute('download', 'notes.bin');
});

test('every further metric has a chart', async ({ page }) => {
  const id = await ran(server, 'states');
  const four = ['generator_loss', 'discriminator_loss', 'real_scores', 'fake_scores'];
  const further = (await detail(server, id)).metrics.filter((metric) => !four.includes(metric));
  expect(further.length).toBeGreaterThan(0);
  await open(page, server, `/runs/${id}`);
  for (const metric of further) await expectPoints(page, `metric-${metric}`, 3);
});

test('the run before on the same data is one click away', async ({ page }) => {
  const older = await ran(server, 'quick');
  const newer = await ran(server, 'quick');
  await open(page, server, `/runs/${newer}`);
  await expect(page.getByTestId('compare')).toHaveAttribute('href', `/compare?runs=${newer},${older}`);
  await open(page, server, `/runs/${older}`);
  await expect(page.getByTestId('compare')).toHaveAttribute('href', '/runs');
});

test('an unknown run is said to be unknown', async ({ page }) => {
  await open(page, server, '/runs/20000101-000000-none');
  await expect(page.getByRole('alert')).toContainText('no run');
  await expect(page.getByRole('link', { name: 'Go to the history' })).toHaveAttribute('href', '/runs');
});

test('no width makes the page scroll sideways', async ({ page }) => {
  const id = await ran(server, 'draws', 'a name of many words that has to be broken somewhere '.repeat(3).trim());
  await open(page, server, `/runs/${id}`);
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
  }
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('facts, end, samples and the last lines are in the HTML', async ({ page }) => {
    const id = await begin(server, 'draws', 'plain');
    expect(await ended(server, id)).toBe('completed');
    await page.goto(`${server.url}/runs/${id}`);
    await expect(page.getByTestId('run-name')).toHaveText('plain');
    await expect(page.getByTestId('ending')).toContainText('Exit code 0');
    await expect(page.getByTestId('sha256')).toHaveText(/^[0-9a-f]{64}$/);
    await expect(page.getByTestId('samples').getByRole('link', { name: 'step-000001.csv' })).toBeVisible();
    await expect(page.getByTestId('log').locator('[data-line]')).toHaveCount(1);
    await expect(page.getByRole('link', { name: 'Download' })).toHaveAttribute('href', `/api/log_file?run_id=${id}`);
    await expect(page.getByTestId('edit')).toBeHidden();
  });
});

test('charts are laid over epochs, steps or time, and sources tell how they were read', async ({ page }) => {
  const id = await ran(server, 'states');
  await open(page, server, `/runs/${id}`);
  await expectPoints(page, 'loss-chart', 3);
  const axis = page.getByTestId('axis');
  await axis.getByRole('button', { name: 'Time' }).click();
  await expect(axis.getByRole('button', { name: 'Time' })).toHaveAttribute('aria-pressed', 'true');
  await expectPoints(page, 'loss-chart', 3);
  await page.getByTestId('loss-chart').locator('.chart-pointer').hover();
  await expect(page.getByTestId('loss-chart').locator('.chart-reading strong')).toHaveText(/ s$/);
  // This trainer states no steps, so there is nothing to lay over them.
  await expect(axis.getByRole('button', { name: 'Step' })).toBeDisabled();
  await expect(axis.getByRole('button', { name: 'Step' })).toHaveAttribute('title', 'The run states no steps');

  const sources = page.getByTestId('sources');
  await sources.locator('summary').click();
  const source = sources.locator('[data-metric="gradient_norm"]');
  await expect(source).toContainText('json');
  await expect(source.locator('mark')).toHaveText('0.1');
});
