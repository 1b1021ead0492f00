// A page under measurement: with hooks, and with the browser's own counters.
import { readFile } from 'node:fs/promises';

import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test';

const HOOKS = await readFile(new URL('hooks.js', import.meta.url), 'utf8');

/** Size of the window, unless a measurement needs another. */
export const VIEWPORT = { width: 1440, height: 900 };

/** So long is waited for what a page is to show, in milliseconds. */
const PATIENCE = 120_000;

/** What the hooks note; hooks.js says what it means. */
export interface Bench {
  paints: { from: number; to: number; id: string; points: number; until: number; frame: number }[];
  folds: number[];
  arrivals: { at: number; frame: number; data: { epoch?: number; other?: Record<string, number> } }[];
  messages: number;
  clears: number;
  gaps: number[];
  blocked: number;
  hydrated: number;
  still: number;
  wasm(): number;
  reset(): void;
  watch(): void;
}

declare global {
  interface Window {
    bench: Bench;
  }
}

export interface Heap {
  script: number;
  wasm: number;
}

/** A page in a context of its own, which has kept nothing from before. */
export class Measured {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly session: CDPSession,
  ) {}

  static async open(browser: Browser, viewport = VIEWPORT): Promise<Measured> {
    const context = await browser.newContext({ viewport });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    await page.addInitScript({ content: HOOKS });
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    return new Measured(page, context, session);
  }

  close(): Promise<void> {
    return this.context.close();
  }

  /** Seconds that the page's thread has spent on scripts, and on all. */
  async spent(): Promise<{ script: number; all: number }> {
    const { metrics } = await this.session.send('Performance.getMetrics');
    const value = (name: string) => metrics.find((metric) => metric.name === name)!.value;
    return { script: value('ScriptDuration'), all: value('TaskDuration') };
  }

  /** Bytes in use after a collection of what is not: of scripts with their buffers, and of WebAssembly. */
  async heap(): Promise<Heap> {
    await this.session.send('HeapProfiler.collectGarbage');
    const used = (await this.session.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number };
    const wasm = await this.page.evaluate(() => window.bench.wasm());
    // The memory of WebAssembly is among the buffers.
    const buffers = Math.max(0, (used.backingStorageSize ?? 0) - wasm);
    return { script: used.usedSize + buffers, wasm };
  }

  reset(): Promise<void> {
    return this.page.evaluate(() => window.bench.reset());
  }

  /** What the hooks have noted. */
  noted(): Promise<Omit<Bench, 'wasm' | 'reset' | 'watch'>> {
    return this.page.evaluate(() => JSON.parse(JSON.stringify(window.bench)));
  }
}
