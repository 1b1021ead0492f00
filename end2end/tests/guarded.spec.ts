// The page obeys the policy that it is sent with, and a server that asks for a token lets its browser in by one link.
import { expect, test, type Page } from '@playwright/test';

import { Server } from '../server.ts';
import { choose, expectPoints, open, shellTrainer, start, status } from './page.ts';

const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const HOSTILE =
  '\n[[trainer]]\nname = "hostile"\ncommand = ["sh", "-c", \'\'\'' +
  'echo "<img src=x onerror=alert(1)><script>alert(2)</script>"; ' +
  'echo "Epoch 1/1 Generator Loss: 1.0 <b>bold</b>: 3"; ' +
  'cd "$NASHBOARD_RUN_DIR" && mkdir -p samples && cd samples && ' +
  'echo "<script>parent.alert(3)</script>" > page.png && ' +
  `echo ${PICTURE} | base64 -d > real.jpg && ` +
  'echo "<svg xmlns=\\"http://www.w3.org/2000/svg\\" onload=\\"alert(4)\\"/>" > drawing.svg && ' +
  'echo "a,b" > "<img src=x onerror=alert(5)>.csv"\'\'\']\n';

/** Everything that a browser complains of, and every box that a script could open. */
function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') heard.push(message.text());
  });
  page.on('dialog', (dialog) => {
    heard.push(`a box: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return heard;
}

test.describe('on this machine', () => {
  let server: Server;
  test.beforeAll(async () => {
    server = await Server.start({ config: shellTrainer('quick', 5, 0.01) + HOSTILE });
  });
  test.afterAll(() => server.cleanup());

  test('every page comes alive under its policy, and the browser complains of nothing', async ({ page }) => {
    const heard = complaints(page);
    const answer = await page.request.get(server.url);
    expect(answer.headers()['content-security-policy']).toContain("script-src 'self' 'nonce-");
    expect(answer.headers()['content-security-policy']).not.toMatch(/script-src[^;]*'unsafe-inline'/);
    await open(page, server);
    await choose(page, 'penguins.csv');
    await start(page, 'quick');
    await expect(status(page)).toHaveAttribute('data-state', 'completed');
    await expectPoints(page, 'loss-chart', 10);
    for (const path of ['/runs', '/reading', '/?source=none', '/no/such/page']) await open(page, server, path);
    const { runs } = await (await page.request.get(`${server.url}/api/runs`)).json();
    await open(page, server, `/runs/${runs[0].run_id}`);
    await open(page, server, `/compare?runs=${runs[0].run_id},${runs[0].run_id}`);
    // A page of ours that does not exist is told by its status, which the browser writes down.
    expect(heard.filter((text) => !text.includes('404'))).toEqual([]);
  });

  test('what a trainer prints and draws is shown and never run', async ({ page, request }) => {
    const heard = complaints(page);
    await open(page, server);
    await choose(page, 'penguins.csv');
    await start(page, 'hostile');
    await expect(status(page)).toHaveAttribute('data-state', 'completed');
    await expect(page.getByTestId('log')).toContainText('<script>alert(2)</script>');
    const { runs } = await (await request.get(`${server.url}/api/runs`)).json();
    const id = runs[0].run_id;
    await open(page, server, `/runs/${id}`);
    const samples = page.getByTestId('samples');
    await expect(samples.getByTestId('sample')).toHaveCount(4);
    await expect(samples).toContainText('<img src=x onerror=alert(5)>.csv');
    const picture = samples.getByRole('img', { name: 'real.jpg' });
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    expect(heard.filter((text) => /policy|box/i.test(text))).toEqual([]);

    const sample = (name: string) => request.get(`${server.url}/api/sample?run_id=${id}&name=${encodeURIComponent(name)}`);
    for (const [name, kind] of [
      ['page.png', 'application/octet-stream'],
      ['drawing.svg', 'application/octet-stream'],
      ['real.jpg', 'image/png'],
    ]) {
      const answer = await sample(name);
      expect(answer.headers()['content-type'], name).toBe(kind);
      expect(answer.headers()['x-content-type-options']).toBe('nosniff');
      expect(answer.headers()['content-security-policy']).toContain('sandbox');
    }
    expect((await sample('page.png')).headers()['content-disposition']).toContain('attachment');
  });

  test('a script that found its way into the page does not run', async ({ page }) => {
    await open(page, server);
    const ran = await page.evaluate(async () => {
      // Both say that they are refused: the script, and what the picture would do when it fails to load.
      const refused = new Promise<void>((done) => {
        let left = 2;
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          if (effectiveDirective.startsWith('script-src')) left -= 1;
          if (left === 0) done();
        });
      });
      const script = document.createElement('script');
      script.textContent = 'window.foreign = true';
      document.body.append(script);
      const image = document.createElement('div');
      image.innerHTML = '<img src="/no-such" onerror="window.foreign = true">';
      document.body.append(image);
      await refused;
      return 'foreign' in window;
    });
    expect(ran).toBe(false);
  });
});

test('the link with the token lets a browser in, and a viewer only look', async ({ browser }) => {
  const server = await Server.start({ address: '0.0.0.0:0', config: shellTrainer('quick', 5, 0.01) });
  const context = await browser.newContext();
  const looking = await browser.newContext();
  try {
    const [operator, viewer] = [...server.output.matchAll(/token=([0-9a-f]{64})/g)].map((found) => found[1]);
    const page = await context.newPage();
    const heard = complaints(page);
    expect((await page.goto(server.url))?.status()).toBe(401);
    await expect(page.getByRole('heading')).toContainText('needs a token');
    heard.length = 0;
    await page.goto(`${server.url}/?token=${operator}`);
    await expect(page).toHaveURL(`${server.url}/`);
    await expect(page.locator('body')).toHaveAttribute('data-hydrated', 'true');
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', value: operator });
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await choose(page, 'penguins.csv');
    await start(page, 'quick');
    await expect(status(page)).toHaveAttribute('data-state', 'completed');
    await expectPoints(page, 'loss-chart', 10);
    expect(heard).toEqual([]);

    // By a link on another site the browser keeps its cookie back, and one click on our own page sends it.
    const elsewhere = await context.newPage();
    await elsewhere.route('http://elsewhere.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<a href="${server.url}/runs">runs</a>` }),
    );
    await elsewhere.goto('http://elsewhere.example/');
    await elsewhere.getByRole('link').click();
    await expect(elsewhere.getByRole('heading')).toContainText('needs a token');
    await elsewhere.getByRole('link', { name: 'go on' }).click();
    await expect(elsewhere.locator('body')).toHaveAttribute('data-hydrated', 'true');

    const other = await looking.newPage();
    await other.goto(`${server.url}/?token=${viewer}`);
    await expect(status(other)).toHaveAttribute('data-state', 'completed');
    await choose(other, 'penguins.csv');
    await expect(other.getByTestId('start')).toBeDisabled();
    await expect(other.getByTestId('start-reason')).toContainText('only look');
    await expect(other.getByTestId('upload')).toBeDisabled();
    // What is only read can be tried out all the same.
    await other.goto(`${server.url}/runs`);
    await expect(other.locator('body')).toHaveAttribute('data-hydrated', 'true');
    await expect(other.getByTestId('delete').first()).toBeDisabled();
    await other.goto(`${server.url}/reading`);
    await expect(other.locator('body')).toHaveAttribute('data-hydrated', 'true');
    await other.getByTestId('lines').fill('epoch 7 G_loss=0.25');
    await expect(other.getByTestId('understood')).toContainText('1 of 1 lines');
    const refused = await other.request.post(`${server.url}/api/start_training`, { data: { data_source: 'x' } });
    expect(refused.status()).toBe(403);
    expect(await refused.text()).toContain('for looking');
    const { total } = await (await other.request.get(`${server.url}/api/runs`)).json();
    expect(total).toBe(1);
  } finally {
    await context.close();
    await looking.close();
    await server.cleanup();
  }
});
