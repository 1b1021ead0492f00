// The colours of style/tokens.css are legible, and those of lines differ for every kind of eye; docs/looks.md says how much.
import { readFile, writeFile } from 'node:fs/promises';

import { expect, test } from '@playwright/test';

import { contrast, difference, SIGHTS } from '../colours.ts';

const SHEET = new URL('../../style/tokens.css', import.meta.url);
const PAGE = new URL('../../docs/looks.md', import.meta.url);
const [BEGIN, END] = ['<!-- colours:begin -->', '<!-- colours:end -->'];

const GROUNDS = ['bg', 'surface', 'surface-2'];
const WORDS = ['text', 'muted', 'accent', 'idle', 'running', 'stopped', 'warning'];
const SERIES = Array.from({ length: 10 }, (_, index) => `series-${index + 1}`);

/** Contrast that WCAG 2.2 AA asks of text, and of what has to be told apart from its ground. */
const TEXT = 4.5;
const PART = 3;

/** So different are the first lines of a chart from each other at least, by how many there are. */
const APART: [number, number][] = [
  [2, 40],
  [4, 15],
  [6, 12],
  [8, 11],
  [10, 9],
];

type Theme = Record<string, string>;

/** The colours of a block of the style sheet, by the name of the token. */
function block(css: string, selector: string): Theme {
  const from = css.indexOf(selector);
  expect(from, `${selector} is in tokens.css`).toBeGreaterThanOrEqual(0);
  const body = css.slice(from, css.indexOf('}', from));
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map((found) => [found[1], found[2]]));
}

async function themes(): Promise<Record<'light' | 'dark', Theme>> {
  const css = await readFile(SHEET, 'utf8');
  const dark = block(css, ':root[data-theme="dark"]');
  // The sheet holds it twice, by the system and by choice.
  expect(block(css, ':root:not([data-theme="light"])')).toEqual(dark);
  const light = block(css, ':root {');
  expect(Object.keys(dark).sort()).toEqual(Object.keys(light).sort());
  return { light, dark };
}

/** The least difference among the first lines of a chart, for each sight. */
function apart(theme: Theme, count: number): number[] {
  const first = SERIES.slice(0, count);
  return SIGHTS.map((sight) =>
    Math.min(...first.flatMap((one, index) => first.slice(0, index).map((other) => difference(theme[one], theme[other], sight)))),
  );
}

/** All figures as Markdown. */
function figures(themes: Record<string, Theme>): string {
  const table = (head: string[], lines: string[][]) =>
    [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
  const parts: string[] = [];
  for (const [name, theme] of Object.entries(themes)) {
    const on = (token: string) => GROUNDS.map((ground) => contrast(theme[token], theme[ground]).toFixed(1));
    const lines = WORDS.map((word) => [`\`--${word}\``, theme[word], ...on(word)]);
    lines.push(['`--accent-text`', theme['accent-text'], `on the accent ${contrast(theme['accent-text'], theme.accent).toFixed(1)}`, '', '']);
    lines.push(['`--field`', theme.field, ...on('field')]);
    for (const line of SERIES) lines.push([`\`--${line}\``, theme[line], ...on(line)]);
    parts.push(`Contrast, ${name}:\n\n${table(['token', 'colour', ...GROUNDS.map((ground) => `on \`--${ground}\``)], lines)}`);
    const rows = APART.map(([count]) => [`first ${count}`, ...apart(theme, count).map((value) => value.toFixed(1))]);
    parts.push(`Least difference among lines (CIEDE2000), ${name}:\n\n${table(['lines', ...SIGHTS], rows)}`);
  }
  return parts.join('\n\n');
}

test('text and what can be used stand out from every ground', async () => {
  for (const [name, theme] of Object.entries(await themes())) {
    for (const ground of GROUNDS) {
      const colours = Object.keys(theme).filter((token) => token.startsWith('ansi-'));
      for (const word of [...WORDS, ...colours]) {
        expect(contrast(theme[word], theme[ground]), `${word} on ${ground}, ${name}`).toBeGreaterThanOrEqual(TEXT);
      }
      if (ground !== 'surface-2') {
        expect(contrast(theme.field, theme[ground]), `edge of a field on ${ground}, ${name}`).toBeGreaterThanOrEqual(PART);
      }
    }
    expect(contrast(theme['accent-text'], theme.accent), `on a button, ${name}`).toBeGreaterThanOrEqual(TEXT);
    for (const line of SERIES) {
      expect(contrast(theme[line], theme.surface), `${line}, ${name}`).toBeGreaterThanOrEqual(PART);
    }
  }
});

test('lines of a chart differ for every kind of eye', async () => {
  for (const [name, theme] of Object.entries(await themes())) {
    for (const [count, least] of APART) {
      expect(Math.min(...apart(theme, count)), `first ${count}, ${name}`).toBeGreaterThanOrEqual(least);
    }
  }
});

test('only the tokens name colours', async () => {
  const sheet = await readFile(new URL('../../style/main.css', import.meta.url), 'utf8');
  const files = [...sheet.matchAll(/@import "([\w.]+)"/g)].map((found) => found[1]);
  expect(files.length).toBeGreaterThan(8);
  // Paper has colours of its own, and so has the sign of the project.
  for (const file of files.filter((file) => !['tokens.css', 'print.css'].includes(file))) {
    const css = await readFile(new URL(`../../style/${file}`, import.meta.url), 'utf8');
    const rest = css.replace(/\.logo \{[^]*?\n\}/, '').replace(/\/\*[^]*?\*\//g, '');
    expect([...rest.matchAll(/#[0-9a-f]{3,8}\b/gi)].map((found) => found[0]), file).toEqual([]);
  }
});

test('the documentation says the figures', async () => {
  const page = await readFile(PAGE, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  expect(from).toBeGreaterThan(0);
  const now = `${page.slice(0, from + BEGIN.length)}\n${figures(await themes())}\n${page.slice(to)}`;
  // Written anew together with the pictures.
  if (process.env.NASHBOARD_SCREENSHOTS) await writeFile(PAGE, now);
  else expect(page).toBe(now);
});
