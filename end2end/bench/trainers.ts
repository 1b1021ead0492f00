// What is printed while the page is measured. Curves are those of a loss that falls, with noise.
import { scriptTrainer } from '../tests/runs.ts';

/** Points that a chart holds where lines are added to a long one. */
export const LONG = 100_000;
/** Points of the run with very many: two for each epoch. */
export const STORED = Number(process.env.NASHBOARD_BENCH_POINTS ?? 1_000_000);
/** Epochs of it at which a loss leaves the others far behind. */
export const EXTREMES = 10;
/** Events of a burst. */
export const BURST = 10_000;

/** Every so many milliseconds, ten times a second. */
export const PERIOD = 100;

const LOSS = '0.8 + 2 * exp(-e / 20000) + 0.2 * sin(e / 50) + 0.3 * rand()';

/** `node` with a script. In shell, single quotes end the argument, so the script has none. */
function node(script: string): string {
  return `exec ${process.execPath} -e '${script}'`;
}

/** The time that the browser tells too, to fractions of a millisecond. */
const NOW = 'performance.timeOrigin + performance.now()';

export const TRAINERS =
  // 100,000 values, and one more ten times a second.
  scriptTrainer(
    'long',
    `awk 'BEGIN { srand(1); for (e = 1; e <= ${LONG}; e++) printf "Epoch %d Generator Loss: %.5f\\n", e, ${LOSS} }'; ` +
      `e=${LONG}; while :; do e=$((e+1)); echo "Epoch $e Generator Loss: 0.$((8000 + e % 977))"; sleep 0.${PERIOD}; done`,
  ) +
  scriptTrainer(
    'stored',
    `awk 'BEGIN { srand(2); n = ${STORED / 2}; far = n / ${EXTREMES}; for (e = 1; e <= n; e++) { ` +
      `s = e % far == int(far / 2); printf "Epoch %d Generator Loss: %.4f Discriminator Loss: %.4f\\n", e, ` +
      `s ? 40 : ${LOSS}, 0.6 + 0.2 * rand() } }'`,
  ) +
  // Each line tells when it was written.
  scriptTrainer(
    'stamped',
    node(
      `let e = 0; setInterval(() => console.log(JSON.stringify({ epoch: ++e, generator_loss: Math.random(), sent: ${NOW} })), 173)`,
    ),
  ) +
  // Two charts of two losses or scores, and eighteen of one metric.
  scriptTrainer(
    'twenty',
    node(
      `let e = 0; const r = Math.random; setInterval(() => { const line = { epoch: ++e, generator_loss: r(), ` +
        `discriminator_loss: r(), real_scores: r(), fake_scores: r() }; ` +
        `for (let i = 10; i < 28; i++) line["part/m" + i] = Math.sin(e / 30 + i) + r() / 4; console.log(JSON.stringify(line)) }, ${PERIOD})`,
    ),
  ) +
  // Waits for a word, then says all at once.
  scriptTrainer(
    'burst',
    node(
      `const fs = require("fs"); const go = process.env.NASHBOARD_RUN_DIR + "/go"; console.log(JSON.stringify({ epoch: 1, generator_loss: 1 })); ` +
        `const t = setInterval(() => { if (!fs.existsSync(go)) return; clearInterval(t); let text = ""; const at = ${NOW}; ` +
        `for (let e = 2; e <= ${BURST} + 1; e++) text += JSON.stringify({ epoch: e, generator_loss: Math.random(), sent: at }) + "\\n"; ` +
        `process.stdout.write(text); setInterval(() => {}, 1000) }, 5)`,
    ),
  );
