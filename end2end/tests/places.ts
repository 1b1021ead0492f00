// Every page of Nashboard, each with something to show, for tests that go through all of them.
import { expect, type Page } from '@playwright/test';

import { Server } from '../server.ts';
import { begin, halt, ran, scriptTrainer } from './runs.ts';

/** A page as somebody meets it. */
export interface Place {
  /** What pictures and messages call it. */
  name: string;
  /** Its whole address. */
  url: string;
  /** What has to be there before anybody looks. */
  ready: (page: Page) => Promise<void>;
  /** What of it is meant, where that is not its beginning. */
  part?: string;
}

/** A GAN that settles at its own level and by its own luck, with two further groups of metrics, a warning, coloured text, and samples of both kinds. */
const course = (luck: number) =>
  `awk 'BEGIN { srand(${luck}); for (e = 1; e <= 80; e++) { d = exp(-e / ${12 + luck}); g = 2.4 * d + 0.${60 + luck} + 0.12 * sin(e / 2) * (rand() + 0.4); ` +
  `k = 0.69 - 0.4 * d + 0.05 * rand(); r = 0.52 + 0.4 * d + 0.03 * rand(); f = 0.48 - 0.4 * d + 0.03 * rand(); ` +
  `printf "Epoch %d/80 Generator Loss: %.4f Discriminator Loss: %.4f Real Scores: %.4f Fake Scores: %.4f ` +
  `grad/generator=%.3f grad/discriminator=%.3f fid=%.2f\\n", e, g, k, r, f, 2 * d + rand() / 5, d + rand() / 5, 9 + 80 * d; ` +
  `if (e == 31) print "WARNING: gradient norm was clipped at 5.0"; ` +
  `if (e % 20 == 0) printf "\\033[32mcheckpoint\\033[0m written after \\033[1m%d\\033[0m epochs\\n", e } }'; ` +
  `mkdir -p "$NASHBOARD_RUN_DIR/samples"; cd "$NASHBOARD_RUN_DIR/samples"; for s in 020 040 080; do ` +
  `awk -v s=$s 'BEGIN { srand(s); print "Species,Beak Length (mm),Body Mass (g)"; for (i = 0; i < 120; i++) ` +
  `printf "%s,%.1f,%d\\n", (rand() < 0.4 ? "Adelie" : "Gentoo"), 38 + 12 * rand(), 3000 + 2500 * rand() }' > step-000$s.csv; ` +
  `echo iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAKklEQVR42mNgYGBoYPj/n4GBgYGBgeE/AwMDAwMDw38GBgYGBgaG/wwMACk8BQFhHc1yAAAAAElFTkSuQmCC ` +
  `| base64 -d > step-000$s.png; done`;

const FAILS =
  `echo "Epoch 1/50 Generator Loss: 1.2031 Discriminator Loss: 0.6514"; echo "Epoch 2/50 Generator Loss: nan Discriminator Loss: 0.0000"; ` +
  `printf "Traceback (most recent call last):\\n  File \\"train.py\\", line 88, in <module>\\n    loss.backward()\\n" >&2; ` +
  `echo "RuntimeError: loss is not finite" >&2; exit 1`;

const SLOW =
  `e=0; while [ $e -lt 4000 ]; do e=$((e+1)); echo "Epoch $e/4000 Generator Loss: 0.$((900 - e % 90)) ` +
  `Discriminator Loss: 0.$((600 + e % 70)) Real Scores: 0.6$((e % 10)) Fake Scores: 0.3$((e % 10))"; sleep 0.1; done`;

/** Three servers: one that nobody has used yet, one with runs of which one is active, and one that asks for a token. */
export class Stage {
  private constructor(
    readonly places: Place[],
    private readonly servers: Server[],
    private readonly active: string,
  ) {}

  static async start(): Promise<Stage> {
    const trainers = scriptTrainer('wgan', course(7)) + scriptTrainer('dcgan', course(20)) + scriptTrainer('fragile', FAILS);
    const servers: Server[] = [];
    try {
      const fresh = await Server.start();
      servers.push(fresh);
      const busy = await Server.start({ config: trainers + scriptTrainer('slow', SLOW) });
      servers.push(busy);
      const guarded = await Server.start({ address: '0.0.0.0:0' });
      servers.push(guarded);
      const finished = await ran(busy, 'wgan', 'penguins, gradient penalty 10');
      const other = await ran(busy, 'dcgan', 'penguins, spectral norm and a name that goes on and on');
      const failed = await ran(busy, 'fragile');
      const active = await begin(busy, 'slow', 'overnight');
      const sources = (await (await fetch(`${fresh.url}/api/data_sources`)).json()) as { id: string; name: string }[];
      const source = sources.find((source) => source.name === 'seattle-weather.csv')!.id;
      const places: Place[] = [
        { name: 'live-idle', url: `${fresh.url}/`, ready: alive },
        { name: 'data', url: `${fresh.url}/?source=${source}`, ready: alive },
        { name: 'history-empty', url: `${fresh.url}/runs`, ready: alive },
        { name: 'reading', url: `${fresh.url}/reading`, ready: alive },
        { name: 'not-found', url: `${fresh.url}/no/such/page`, ready: alive },
        { name: 'no-such-run', url: `${fresh.url}/runs/20200101-000000-abcd`, ready: alive },
        { name: 'live-running', url: `${busy.url}/`, ready: reporting },
        { name: 'history', url: `${busy.url}/runs`, ready: alive },
        { name: 'run', url: `${busy.url}/runs/${finished}`, ready: drawn },
        { name: 'run-failed', url: `${busy.url}/runs/${failed}`, ready: alive },
        { name: 'log', url: `${busy.url}/runs/${finished}?line=32#log`, ready: drawn, part: '.log-view' },
        { name: 'compare', url: `${busy.url}/compare?runs=${finished},${other}`, ready: drawn },
        { name: 'compare-refused', url: `${busy.url}/compare?runs=${finished}`, ready: alive },
        { name: 'token', url: `${guarded.url}/`, ready: async () => {} },
      ];
      return new Stage(places, servers, active);
    } catch (error) {
      await Promise.all(servers.map((server) => server.cleanup()));
      throw error;
    }
  }

  place(name: string): Place {
    const place = this.places.find((place) => place.name === name);
    if (!place) throw new Error(`there is no page called ${name}`);
    return place;
  }

  async end(): Promise<void> {
    await halt(this.servers[1], this.active);
    await Promise.all(this.servers.map((server) => server.cleanup()));
  }
}

/** Goes there, and waits until there is something to look at. */
export async function visit(page: Page, place: Place): Promise<void> {
  await page.goto(place.url);
  await place.ready(page);
}

async function alive(page: Page): Promise<void> {
  await expect(page.locator('body')).toHaveAttribute('data-hydrated', 'true');
}

async function reporting(page: Page): Promise<void> {
  await alive(page);
  await expect.poll(async () => Number(await page.getByTestId('loss-chart').getAttribute('data-points'))).toBeGreaterThan(40);
}

async function drawn(page: Page): Promise<void> {
  await alive(page);
  await expect.poll(async () => Number(await page.locator('.chart').first().getAttribute('data-points'))).toBeGreaterThan(1);
}
