// What a run drew: tables beside the real data, pictures, and the slider over both.
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test, type Page } from '@playwright/test';

import { Server } from '../server.ts';
import { open } from './page.ts';
import { begin, go, halt, ran, scriptTrainer, until } from './runs.ts';

// A picture of one pixel.
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const HEADER = 'Species,Beak Length (mm),Body Mass (g)';

// Three steps: at the first all is far off, at the last half of the rows are the real ones.
const DRAW = `
cd "$NASHBOARD_RUN_DIR/samples" 2>/dev/null || { mkdir -p "$NASHBOARD_RUN_DIR/samples"; cd "$NASHBOARD_RUN_DIR/samples"; }
printf '${HEADER}\\nAdelie,5,100\\nUnicorn,6,200\\n' > step-000001.csv
printf '${HEADER}\\nAdelie,39.1,3750\\nGentoo,45,\\n' > step-000020.csv
printf '${HEADER}\\nAdelie,39.1,3750\\nGentoo,48,5000\\nChinstrap,50,3700\\n' > step-000100.csv
echo ${PIXEL} | base64 -d > step-000100.png
echo "Epoch 1/1 Generator Loss: 1.0"
`;

// Two tables at each of two steps.
const TWICE = `
mkdir -p "$NASHBOARD_RUN_DIR/samples"; cd "$NASHBOARD_RUN_DIR/samples"
for step in 1 2; do for side in one two; do printf '${HEADER}\\nAdelie,5,100\\nGentoo,6,200\\n' > $side-$step.csv; done; done
echo "Epoch 1/1 Generator Loss: 1.0"
`;

// One picture that is drawn over, once somebody says so.
const OVER = `
mkdir -p "$NASHBOARD_RUN_DIR/samples"; echo ${PIXEL} | base64 -d > "$NASHBOARD_RUN_DIR/samples/latest.png"
echo "Epoch 1/2 Generator Loss: 1.0"; ${until()}
echo ${PIXEL} | base64 -d > "$NASHBOARD_RUN_DIR/samples/latest.png"; echo "Epoch 2/2 Generator Loss: 0.9"; sleep 1000
`;

let server: Server;
let run: string;

test.beforeAll(async () => {
  server = await Server.start({
    config: scriptTrainer('drawing', DRAW) + scriptTrainer('twice', TWICE) + scriptTrainer('silent', 'echo nothing drawn') + scriptTrainer('over', OVER),
  });
  run = await ran(server, 'drawing');
});
test.afterAll(() => server.cleanup());

const viewer = (page: Page) => page.getByTestId('sample-view');

test('a picture that is drawn over is shown anew', async ({ page }) => {
  const id = await begin(server, 'over');
  await open(page, server, `/runs/${id}`);
  const picture = page.getByTestId('sample-picture').locator('img');
  const first = await picture.getAttribute('src');
  // The live page has the newest one beside its charts.
  const live = await page.context().newPage();
  await open(live, server, `/?run=${id}`);
  const newest = live.getByTestId('newest');
  await expect(newest.locator('img')).toHaveAttribute('src', first!);
  await go(server, id);
  await expect(picture).not.toHaveAttribute('src', first!, { timeout: 20_000 });
  await expect(newest.locator('img')).not.toHaveAttribute('src', first!, { timeout: 20_000 });
  await newest.getByRole('link', { name: '1 picture so far' }).click();
  await expect(live).toHaveURL(new RegExp(`/runs/${id}\\?sample=latest.png`));
  await halt(server, id);
});

test('a sample stands beside the real data, column by column', async ({ page }) => {
  await open(page, server, `/runs/${run}`);
  const view = viewer(page);
  await expect(view).toHaveAttribute('data-sample', 'step-000100.csv');
  await expect(view).toHaveAttribute('data-state', 'same');
  await expect(view).toContainText('Real: penguins.csv, 344 rows');
  await expect(view).toContainText('Synthetic: step-000100.csv, 3 rows');
  await expect(view.getByTestId('column')).toHaveCount(3);
  await expect(view.getByTestId('column').first()).toContainText('44.2 % · 33.3 %');
  await expect(view.getByTestId('matrix')).toHaveCount(3);
  await expect(view.getByTestId('scatter')).toHaveAttribute('data-synthetic', '3');
  await expect(view.getByTestId('scatter')).toHaveAttribute('data-real', '342');
  // The same in numbers, for those who do not see the picture.
  const numbers = view.getByRole('region', { name: 'Species in numbers' });
  await expect(numbers).toBeHidden();
  await view.getByRole('checkbox', { name: 'Numbers' }).check();
  await expect(numbers.getByRole('row').filter({ hasText: 'Adelie' })).toContainText('152');
});

test('of several tables of a step one is chosen, and followed over the steps', async ({ page }) => {
  const id = await ran(server, 'twice');
  await open(page, server, `/runs/${id}`);
  const view = viewer(page);
  await expect(view).toHaveAttribute('data-sample', 'one-2.csv');
  await page.getByTestId('which').selectOption('two-2.csv');
  await expect(view).toHaveAttribute('data-sample', 'two-2.csv');
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(view).toHaveAttribute('data-sample', 'two-1.csv');
  await expect(page.getByTestId('which')).toHaveValue('two-1.csv');
  await open(page, server, `/runs/${id}?sample=one-1.csv`);
  await expect(view).toHaveAttribute('data-sample', 'one-1.csv');
});

test('the slider goes over the steps by keyboard, and the bins stay', async ({ page }) => {
  await open(page, server, `/runs/${run}`);
  const view = viewer(page);
  await expect(view).toHaveAttribute('data-sample', 'step-000100.csv');
  const ends = view.getByTestId('column').nth(1).locator('.ends');
  const before = await ends.textContent();
  await view.getByRole('checkbox', { name: 'Numbers' }).check();
  const slider = page.getByRole('slider', { name: 'Step of the training' });
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(view).toHaveAttribute('data-sample', 'step-000001.csv');
  await expect(slider).toHaveAttribute('aria-valuetext', 'step 1');
  await expect(ends).toHaveText(before ?? '');
  await expect(view.getByTestId('column').nth(1)).toContainText('2 below the real range');
  await expect(view.getByTestId('column').first()).toContainText('1 in other categories');
  await expect(view.getByTestId('scatter')).toContainText('2 of the synthetic points lie outside');
  // What was unfolded stays so.
  await expect(view.getByRole('region', { name: 'Species in numbers' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(view).toHaveAttribute('data-sample', 'step-000020.csv');
  await expect(view.getByTestId('column').nth(2)).toContainText('1 missing');
  await expect(page.getByTestId('sample-picture')).toHaveCount(0);
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(view).toHaveAttribute('data-sample', 'step-000100.csv');
  await expect(page.getByTestId('sample-picture').getByRole('img')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Next' })).toBeDisabled();
});

test('playing goes from the first step to the last, and stops there', async ({ page }) => {
  await open(page, server, `/runs/${run}`);
  await expect(viewer(page)).toHaveAttribute('data-sample', 'step-000100.csv');
  await page.getByRole('button', { name: 'Play the steps' }).click();
  const player = page.getByTestId('player');
  await expect(player).toHaveAttribute('data-state', 'playing');
  await expect(viewer(page)).toHaveAttribute('data-sample', 'step-000001.csv');
  await expect(viewer(page)).toHaveAttribute('data-sample', 'step-000100.csv');
  await expect(player).toHaveAttribute('data-state', 'still');
});

test('where less motion is asked for, nothing plays and the slider stays', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, server, `/runs/${run}`);
  await expect(page.getByTestId('player')).toBeVisible();
  await expect(page.getByTestId('player').locator('.play')).toBeHidden();
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(viewer(page)).toHaveAttribute('data-sample', 'step-000020.csv');
});

test('other columns can be laid against each other', async ({ page }) => {
  await open(page, server, `/runs/${run}`);
  const scatter = viewer(page).getByTestId('scatter');
  await expect(scatter).toContainText('Across: Beak Length (mm)');
  await page.getByLabel('Across').selectOption('Body Mass (g)');
  await expect(scatter).toContainText('Across: Body Mass (g)');
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(viewer(page)).toHaveAttribute('data-sample', 'step-000020.csv');
  await expect(scatter).toContainText('Across: Body Mass (g)');
});

test('a run that drew nothing has no such panel', async ({ page }) => {
  const silent = await ran(server, 'silent');
  await open(page, server, `/runs/${silent}`);
  await expect(page.getByTestId('facts')).toBeVisible();
  await expect(page.getByTestId('sample-viewer')).toBeHidden();
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('a link lays a sample beside the data', async ({ page }) => {
    await page.goto(`${server.url}/runs/${run}`);
    await page.getByTestId('sample-viewer').getByRole('link', { name: 'step-000001.csv' }).click();
    await expect(viewer(page)).toHaveAttribute('data-sample', 'step-000001.csv');
    await expect(viewer(page).getByTestId('column')).toHaveCount(3);
    await viewer(page).getByRole('checkbox', { name: 'Numbers' }).check();
    await expect(viewer(page).getByRole('region', { name: 'Species in numbers' })).toBeVisible();
  });
});

test('a source that changed since says so, and one that is gone leaves the sample', async ({ page, request }) => {
  const changed = await Server.start({ config: scriptTrainer('drawing', DRAW) });
  try {
    const id = await ran(changed, 'drawing');
    const path = `${changed.url}/api/sample_view?run_id=${id}&name=step-000100.csv`;
    expect((await (await request.get(path)).json()).state).toBe('same');
    await appendFile(join(changed.data, 'penguins.csv'), 'Adelie,Dream,39,18,180,3700,MALE\n');
    await open(page, changed, `/runs/${id}`);
    await expect(viewer(page)).toHaveAttribute('data-state', 'changed');
    await expect(viewer(page)).toContainText('has changed since the run');
    await expect(page.getByTestId('data-state')).toHaveAttribute('data-state', 'changed');
    await rm(join(changed.data, 'penguins.csv'));
    await open(page, changed, `/runs/${id}`);
    await expect(viewer(page)).toHaveAttribute('data-state', 'gone');
    await expect(viewer(page)).toContainText('Only the sample is shown');
    await expect(page.getByTestId('data-state')).toBeVisible();
    for (const [name, status] of [
      ['step-000100.png', 422],
      ['../run.json', 404],
      ['nothing.csv', 404],
    ] as const) {
      const answer = await request.get(
        `${changed.url}/api/sample_view?run_id=${id}&name=${encodeURIComponent(name)}`,
      );
      expect(answer.status(), name).toBe(status);
    }
  } finally {
    await changed.cleanup();
  }
});
