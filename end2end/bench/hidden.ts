// Whether anything is painted in a tab that nobody sees.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Browser, CDPSession } from '@playwright/test';

import type { Server } from '../server.ts';
import { begin, halt } from '../tests/runs.ts';
import type { Report } from './report.ts';

const SECONDS = 5;

type Send = (method: string, params?: object) => Promise<Record<string, any>>;

/** Speaks to a page that Playwright does not know: those that it knows never believe to be hidden. */
async function attach(session: CDPSession, targetId: string): Promise<Send> {
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  const waiting = new Map<number, (answer: Record<string, any>) => void>();
  let id = 0;
  session.on('Target.receivedMessageFromTarget', (event) => {
    if (event.sessionId !== sessionId) return;
    const message = JSON.parse(event.message);
    waiting.get(message.id)?.(message.result ?? message);
    waiting.delete(message.id);
  });
  return (method, params = {}) =>
    new Promise((answer) => {
      waiting.set(++id, answer);
      void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    });
}

/** Adds the row: paintings while the tab is behind another, and whether they go on afterwards. */
export async function hidden(browser: Browser, server: Server, report: Report): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { browserContextId } = await session.send('Target.createBrowserContext');
  const id = await begin(server, 'twenty');
  try {
    // As large as a window is, so that charts are in sight.
    const size = { width: 1440, height: 900 };
    const { targetId } = await session.send('Target.createTarget', { url: 'about:blank', browserContextId, ...size });
    const send = await attach(session, targetId);
    await send('Page.enable');
    await send('Page.addScriptToEvaluateOnNewDocument', { source: await readFile(new URL('hooks.js', import.meta.url), 'utf8') });
    await send('Page.navigate', { url: `${server.url}/runs/${id}` });
    const ask = async (expression: string) => (await send('Runtime.evaluate', { expression, returnByValue: true })).result?.value;
    const during = async () => {
      await ask('bench.reset()');
      await sleep(1000 * SECONDS);
      return { hidden: await ask('document.hidden'), clears: await ask('bench.clears'), messages: await ask('bench.messages') };
    };
    await sleep(5000);
    const seen = await during();
    await session.send('Target.createTarget', { url: 'about:blank', browserContextId });
    await sleep(1000);
    const unseen = await during();
    await session.send('Target.activateTarget', { targetId });
    await sleep(1000);
    const again = await during();
    const words = ({ clears, messages }: { clears: number; messages: number }) => `${clears} at ${messages} events`;
    report.add({
      what: `paintings in ${SECONDS} s: in sight, behind another tab, in sight again`,
      ours: `${words(seen)}, ${words(unseen)}, ${words(again)}`,
      budget: 'none behind',
      kept: unseen.hidden === true && unseen.messages > 0 && unseen.clears === 0 && seen.clears > 0 && again.clears > 0,
    });
  } finally {
    await halt(server, id);
    await session.send('Target.disposeBrowserContext', { browserContextId });
    await session.detach();
  }
}
