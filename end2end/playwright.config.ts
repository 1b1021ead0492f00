// How the browser tests run: one Chromium, one test at a time, each file with a server of its own (server.ts).
import { defineConfig, devices } from '@playwright/test';

export default defineConfig({
  testDir: './tests',
  reporter: 'list',
  // Runs, ports and a core or two are shared by what a test starts: tests side by side would wait for one another.
  workers: 1,
  fullyParallel: false,
  // A test that passes only at the second attempt has found something.
  retries: 0,
  timeout: 90_000,
  // Patience with a busy machine; nothing is asserted about time.
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env.CI,
  use: {
    ...devices['Desktop Chrome'],
    // Fixed, so that dates and numbers on the page read the same on every machine.
    locale: 'en-GB',
    timezoneId: 'Europe/Vienna',
    screenshot: 'only-on-failure',
    launchOptions: {
      // The browser of the system, where scripts/setup.sh found one; Playwright's own otherwise.
      executablePath: process.env.NASHBOARD_CHROMIUM || undefined,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [{ name: 'chromium' }],
});
