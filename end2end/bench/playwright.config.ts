// How the page is measured: as the tests run, but with patience, and with nothing else at the same time.
import { defineConfig } from '@playwright/test';

import base from '../playwright.config.ts';

export default defineConfig({
  ...base,
  testDir: '.',
  testMatch: '*.bench.ts',
  timeout: 1_800_000,
  reporter: 'list',
  use: { ...base.use, screenshot: 'off' },
});
