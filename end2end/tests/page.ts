// What the tests do and read on the page, in a user's words. Nothing here looks at pixels.
import { expect, type Locator, type Page } from '@playwright/test';

import type { Server } from '../server.ts';

/** A trainer in shell that prints the seed format, an epoch each `pause` seconds. */
export function shellTrainer(name: string, epochs: number, pause: number): string {
  const script =
    `for e in $(seq 1 ${epochs}); do ` +
    `echo "Epoch $e/${epochs} Generator Loss: 1.$e Discriminator Loss: 0.$e Real Scores: 0.7 Fake Scores: 0.3"; ` +
    `sleep ${pause}; done`;
  return `\n[[trainer]]\nname = "${name}"\ncommand = ["sh", "-c", '''${script}''']\nstop_grace_seconds = 2\n`;
}

/** Opens a path of the server and waits until the browser has taken the page over. */
export async function open(page: Page, server: Server, path = '/'): Promise<void> {
  await page.goto(server.url + path);
  await expect(page.locator('body')).toHaveAttribute('data-hydrated', 'true');
}

/** Selects the data source whose file is called `name`. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByTestId('source').filter({ hasText: name }).getByRole('link').click();
  await expect(page.getByTestId('preview')).toContainText(name);
}

export async function start(page: Page, trainer: string, epochs?: number): Promise<void> {
  await page.locator('#trainer').selectOption(trainer);
  if (epochs) await page.locator('#epochs').fill(String(epochs));
  await page.getByTestId('start').click();
}

export function status(page: Page): Locator {
  return page.getByTestId('status-card');
}

/** How many points a chart holds over its lines. */
export async function points(page: Page, chart: string): Promise<number> {
  return Number(await page.getByTestId(chart).getAttribute('data-points'));
}

export async function expectPoints(page: Page, chart: string, count: number): Promise<void> {
  await expect.poll(() => points(page, chart)).toBe(count);
}

export async function expectAtLeast(page: Page, chart: string, count: number): Promise<void> {
  await expect.poll(() => points(page, chart)).toBeGreaterThanOrEqual(count);
}

/** The state of the connection badges, in the order of the channels. */
export function channels(page: Page, state: string): Promise<void> {
  return expect(page.locator(`[data-channel][data-state="${state}"]`)).toHaveCount(3);
}
