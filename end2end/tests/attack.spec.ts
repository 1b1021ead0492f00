// A page of another origin, open in the same browser, tries to start a run; nothing that it can send does.
import { createServer, type Server as Site } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from '@playwright/test';

import { Server } from '../server.ts';
import { open, shellTrainer } from './page.ts';

let server: Server;
let evil: Site;
let address: string;
let order: string;

test.beforeAll(async () => {
  server = await Server.start({ config: shellTrainer('quick', 5, 0.01) });
  const sources = await (await fetch(`${server.url}/api/data_sources`)).json();
  order = JSON.stringify({ data_source: sources[0].id, trainer: 'quick' });
  evil = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!DOCTYPE html><body>'));
  await new Promise<void>((done) => evil.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
});
test.afterAll(async () => {
  evil.close();
  await server.cleanup();
});

/** Nothing was started; asked of the server itself. */
async function nothingHappened(): Promise<void> {
  const { total } = await (await fetch(`${server.url}/api/runs`)).json();
  expect(total).toBe(0);
}

for (const [name, host] of [
  ['another port of this machine', '127.0.0.1'],
  ['another name', 'localhost'],
]) {
  test(`${name}: no way of sending starts a run`, async ({ page }) => {
    // The victim has the dashboard open in another tab.
    await open(await page.context().newPage(), server);
    await page.goto(address.replace('127.0.0.1', host));
    const told = await page.evaluate(
      async ({ url, order }) => {
        const call = `${url}/api/start_training`;
        const send = (init: RequestInit) =>
          fetch(call, { method: 'POST', body: order, credentials: 'include', ...init }).then(
            (answer) => `${answer.type} ${answer.status}`,
            () => 'failed',
          );
        const json = { 'Content-Type': 'application/json' };
        return {
          noCors: await send({ mode: 'no-cors' }),
          noCorsJson: await send({ mode: 'no-cors', headers: json }),
          cors: await send({ mode: 'cors', headers: json }),
          read: await fetch(`${url}/api/runs`).then(
            () => 'read',
            () => 'failed',
          ),
          beacon: navigator.sendBeacon(call, new Blob([order], { type: 'text/plain' })),
        };
      },
      { url: server.url, order },
    );
    // Without CORS it is sent, and refused; that even the refusal stays unseen is the resource policy's work.
    expect(told).toMatchObject({ noCors: 'failed', noCorsJson: 'failed', cors: 'failed', read: 'failed' });
    await nothingHappened();
  });
}

test('a form is refused, whatever its encoding', async ({ context }) => {
  for (const encoding of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const page = await context.newPage();
    await page.goto(address);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/api/start_training'));
    await page.evaluate(
      ({ url, order, encoding }) => {
        const form = document.createElement('form');
        Object.assign(form, { method: 'POST', action: `${url}/api/start_training`, enctype: encoding });
        const field = document.createElement('input');
        // As text/plain this is JSON: {"data_source": …, "x": "="}
        field.name = `${order.slice(0, -1)},"x":"`;
        field.value = '"}';
        form.append(field);
        document.body.append(form);
        form.submit();
      },
      { url: server.url, order, encoding },
    );
    expect((await answered).status(), encoding).toBe(403);
  }
  await nothingHappened();
});

test('the events and the answers cannot be read', async ({ page }) => {
  await page.goto(address);
  const heard = await page.evaluate(
    (url) =>
      new Promise((done) => {
        const source = new EventSource(`${url}/events?after=0`, { withCredentials: true });
        source.onmessage = () => done('a message');
        source.onerror = () => done('refused');
      }),
    server.url,
  );
  expect(heard).toBe('refused');
  const loaded = await page.evaluate(
    (url) =>
      Promise.all(
        ['/favicon.svg', '/theme.js'].map(
          (path) =>
            new Promise((done) => {
              const element = path.endsWith('.js') ? document.createElement('script') : new Image();
              element.onload = () => done('loaded');
              element.onerror = () => done('refused');
              element.src = url + path;
              document.body.append(element);
            }),
        ),
      ),
    server.url,
  );
  expect(loaded).toEqual(['refused', 'refused']);
});

test('the page cannot be framed or steered from a window', async ({ page }) => {
  await page.goto(address);
  const [status] = await Promise.all([
    page.waitForResponse((answer) => answer.url() === `${server.url}/`).then((answer) => answer.status()),
    page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = `${url}/`;
      document.body.append(frame);
    }, server.url),
  ]);
  expect(status).toBe(403);
  // A window that it opens is a page of its own, which it has no hold on.
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate((url) => {
      Object.assign(window, { hold: window.open(`${url}/`) });
    }, server.url),
  ]);
  await expect(popup.locator('body')).toHaveAttribute('data-hydrated', 'true');
  const closed = () => page.evaluate(() => (window as unknown as { hold: Window }).hold.closed);
  await expect.poll(closed).toBe(true);
  await nothingHappened();
});

test('a name that was pointed at this machine is refused', async ({ playwright }) => {
  const rebinding = await playwright.chromium.launch({
    executablePath: process.env.NASHBOARD_CHROMIUM || undefined,
    args: ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
  });
  let victim: Server | undefined;
  try {
    // The page comes from where the name points first; then the name points to the dashboard, on the same port.
    const before = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!DOCTYPE html><body>'));
    await new Promise<void>((done) => before.listen(0, '127.0.0.1', done));
    const { port } = before.address() as AddressInfo;
    const page = await rebinding.newPage();
    await page.goto(`http://evil.example:${port}/`);
    before.closeAllConnections();
    await new Promise((done) => before.close(done));
    victim = await Server.start({ address: `127.0.0.1:${port}`, config: shellTrainer('quick', 5, 0.01) });
    const sources = await (await fetch(`${victim.url}/api/data_sources`)).json();
    const told = await page.evaluate(
      async (order) => {
        const headers = { 'Content-Type': 'application/json' };
        const read = await fetch('/api/data_sources');
        const started = await fetch('/api/start_training', { method: 'POST', body: order, headers });
        return [read.status, started.status];
      },
      JSON.stringify({ data_source: sources[0].id, trainer: 'quick' }),
    );
    expect(told).toEqual([403, 403]);
    expect((await (await fetch(`${victim.url}/api/runs`)).json()).total).toBe(0);
  } finally {
    await rebinding.close();
    await victim?.cleanup();
  }
});
