// Runs that tests start and follow by calls, and trainers in shell for them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import type { Server } from '../server.ts';

/** A trainer that runs `script` in a shell. The script may hold anything but three single quotes in a row. */
export function scriptTrainer(name: string, script: string): string {
  return `\n[[trainer]]\nname = "${name}"\ncommand = ["sh", "-c", '''${script} ''']\nstop_grace_seconds = 2\n`;
}

async function call<T>(server: Server, path: string, body?: object): Promise<T> {
  const init = body && {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`${server.url}/api/${path}`, init);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Starts a run of `trainer` on penguins.csv; its id. */
export async function begin(server: Server, trainer: string, name?: string): Promise<string> {
  const sources = await call<{ id: string; name: string }[]>(server, 'data_sources');
  const source = sources.find((source) => source.name === 'penguins.csv');
  const started = await call<{ run_id: string }>(server, 'start_training', {
    data_source: source?.id,
    trainer,
    name,
    epochs: 5,
  });
  return started.run_id;
}

/** Waits until a run has ended and its last line is in the index; its final status. */
export async function ended(server: Server, id: string, timeout = 30_000): Promise<string> {
  let status = '';
  await expect
    .poll(
      async () => {
        status = (await call<{ status: string }>(server, `training_status?run_id=${id}`)).status;
        return ['running', 'stopping'].includes(status);
      },
      { timeout },
    )
    .toBe(false);
  return status;
}

/** Starts a run and waits for its end; its id. */
export async function ran(server: Server, trainer: string, name?: string, timeout?: number): Promise<string> {
  const id = await begin(server, trainer, name);
  await ended(server, id, timeout);
  return id;
}

/** Asks a run to end, and waits until it has. */
export async function halt(server: Server, id: string): Promise<void> {
  await call(server, 'stop_training', { run_id: id });
  await ended(server, id);
}

/** For a script that waits until somebody gives it this word. */
export function until(word = 'go'): string {
  return `while [ ! -e {run_dir}/${word} ]; do sleep 0.05; done`;
}

/** Gives a run the word that it waits for. */
export function go(server: Server, id: string, word = 'go'): Promise<void> {
  return writeFile(join(server.runs, id, word), '');
}

/** All that is known of a run. */
export function detail(server: Server, id: string): Promise<{ metrics: string[]; manifest: { name: string } }> {
  return call(server, `run?run_id=${id}`);
}
