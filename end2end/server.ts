// A Nashboard server for a test: the built binary on a free port, with folders of its own that go when the test is done.
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '..');
const BINARY = resolve(import.meta.dirname, process.env.NASHBOARD_BIN ?? '../target/debug/nashboard');
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 20_000;
const KEPT_OUTPUT = 20_000;

export interface ServerOptions {
  /** TOML tables to add to the project's Leptos.toml, `[[trainer]]` for instance. */
  config?: string;
  /** How many runs may be active at once; one, where nothing is said. */
  activeRuns?: number;
  /** Arguments of `nashboard serve` beyond address, folders and configuration. */
  args?: string[];
  /** Where to listen; a free port of this machine alone unless it says otherwise. */
  address?: string;
  /** Variables to add to the environment. */
  env?: Record<string, string>;
}

/** How a process ended: one of the two is null. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export class Server {
  /** `http://127.0.0.1:PORT`; the same after a restart. */
  url = '';
  /** All that the server printed last, of both streams, for a test that fails. */
  output = '';

  private child?: ChildProcess;
  private exited?: Promise<Exit>;

  private constructor(
    /** A temporary folder that holds the others. */
    readonly folder: string,
    private readonly options: ServerOptions,
  ) {}

  /** The folder of the runs, empty at first. */
  get runs(): string {
    return join(this.folder, 'runs');
  }

  /** The folder of the data sources: a copy of the project's, without uploads. */
  get data(): string {
    return join(this.folder, 'data');
  }

  /** Starts a server in fresh folders on a free port and waits until it answers. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'nashboard-')));
    const server = new Server(folder, options);
    try {
      await mkdir(server.runs);
      await cp(join(ROOT, 'data'), server.data, {
        recursive: true,
        filter: (source) => basename(source) !== 'uploads',
      });
      await writeFile(join(folder, 'Leptos.toml'), await configuration(options));
      await server.launch(options.address ?? '127.0.0.1:0');
    } catch (error) {
      await server.cleanup();
      throw error;
    }
    return server;
  }

  /** Asks the server to end (SIGTERM) and waits until it has. */
  async stop(): Promise<Exit> {
    return this.end('SIGTERM');
  }

  /** Ends the server with no chance to tidy up (SIGKILL). Runs go on without it. */
  async kill(): Promise<Exit> {
    return this.end('SIGKILL');
  }

  /** Starts the server again, after stop() or kill(), in the same folders and on the same port. */
  async restart(): Promise<void> {
    if (this.child) await this.stop();
    await this.launch(new URL(this.url).host);
  }

  /** Ends the server and whatever runs it has left behind, and removes their folders. */
  async cleanup(): Promise<void> {
    if (this.child) await this.kill();
    await killProcessesOf(this.folder);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private async launch(address: string): Promise<void> {
    this.output = '';
    const child = spawn(
      BINARY,
      ['serve', '--addr', address, '--config', join(this.folder, 'Leptos.toml'), '--runs', this.runs]
        .concat(['--data', this.data], this.options.args ?? []),
      { cwd: ROOT, env: { ...process.env, ...this.options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child = child;
    this.exited = new Promise((done) => {
      child.once('error', (error) => {
        this.output += `${error.message}\n`;
        done({ code: null, signal: null });
      });
      // Not 'close': what the server has started may hold its streams open.
      child.once('exit', (code, signal) => done({ code, signal }));
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-KEPT_OUTPUT);
      });
    }

    let ended: Exit | undefined;
    void this.exited.then((exit) => (ended = exit));
    const deadline = Date.now() + START_LIMIT_MS;
    while (!(await this.answers())) {
      if (ended || Date.now() > deadline) {
        if (!ended) await this.kill();
        this.child = undefined;
        const how = ended?.signal ?? ended?.code;
        let why = `was not ready in ${START_LIMIT_MS / 1000} s`;
        if (ended) why = how === null ? 'could not be started, build it with make unit' : `ended with ${how}`;
        throw new Error(`${BINARY} serve ${why}; it printed:\n${this.output}`);
      }
      await sleep(50);
    }
  }

  private async answers(): Promise<boolean> {
    // However it is reached from outside, it is reached here.
    const port = this.output.match(/http:\/\/[^\s/]+:(\d+)(?=\D)/)?.[1];
    if (!port) return false;
    const url = `http://127.0.0.1:${port}`;
    this.url = url;
    return fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
  }

  private async end(signal: NodeJS.Signals): Promise<Exit> {
    if (!this.child || !this.exited) throw new Error('the server is not running');
    this.child.kill(signal);
    const exit = await Promise.race([this.exited, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
    if (!exit) throw new Error(`the server ignored ${signal} for ${STOP_LIMIT_MS / 1000} s; it printed:\n${this.output}`);
    this.child = undefined;
    return exit;
  }
}

/** The project's Leptos.toml with tables added, before the section that has to stand last. */
async function configuration({ config: tables = '', activeRuns = 1 }: ServerOptions): Promise<string> {
  const own = await readFile(join(ROOT, 'Leptos.toml'), 'utf8');
  const text = own.replace(/^active_runs = 1\b/m, `active_runs = ${activeRuns}`);
  const last = text.search(/^\[package\.metadata\.leptos\]/m);
  if (last < 0) throw new Error('Leptos.toml has no [package.metadata.leptos] section');
  return `${text.slice(0, last)}${tables}\n\n${text.slice(last)}`;
}

/** Kills the recorders and trainers that outlive a server by design: they name its folder in arguments or environment. */
async function killProcessesOf(folder: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids) {
    if (pid === process.pid) continue;
    const texts = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')),
    );
    if (!texts.some((text) => text.includes(folder))) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
}
