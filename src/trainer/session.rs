//! A training under way: its data, its networks and its place in the run.

use std::io::Write;
use std::path::{Path, PathBuf};

use rand::seq::SliceRandom;

use super::args::{BATCH_SIZE_DEFAULT, LEARNING_RATE_DEFAULT, SEED_DEFAULT, TrainArgs};
use super::checkpoint::{Checkpoint, Progress, State};
use super::encoded::EncodedTable;
use super::encoding::Encoding;
use super::error::TrainError;
use super::gan::Metrics;
use super::output::{print, write_atomically};
use super::random::{Purpose, stream};
use super::sampling::write_rows;
use super::table::Table;

/// Most rows of a file of samples.
const MOST_SAMPLED: usize = 2_000;

/// A training under way.
pub struct Session<'a> {
    checkpoint: Checkpoint,
    data: EncodedTable,
    folder: &'a Path,
    /// Groups of rows that the discriminator judges at once, in an epoch.
    packs: usize,
    steps_per_epoch: usize,
}

impl<'a> Session<'a> {
    /// Reads the data and sets up the networks, or takes them from the checkpoint to resume from; says on `out` what of
    /// the data takes part.
    pub fn prepare(args: &'a TrainArgs, out: &mut impl Write) -> Result<Self, TrainError> {
        let table = Table::read(&args.data)?;
        let (rows, columns) = (table.rows, table.columns.len());
        let (encoding, data, left_out) =
            Encoding::fit(table).map_err(|problem| TrainError::Data {
                path: args.data.clone(),
                problem,
            })?;
        for column in &left_out {
            print(
                out,
                format_args!("Column {:?} is left out: {}", column.name, column.reason),
            )?;
        }
        let used = columns - left_out.len();
        let width = encoding.width();
        print(
            out,
            format_args!(
                "Training on {rows} rows, {used} of {columns} columns, encoded as {width} values"
            ),
        )?;
        let checkpoint = match &args.resume {
            Some(path) => resume(path, args, rows, encoding)?,
            None => Checkpoint::fresh(State::new(
                args.seed.unwrap_or(SEED_DEFAULT),
                args.batch_size.unwrap_or(BATCH_SIZE_DEFAULT),
                args.learning_rate.unwrap_or(LEARNING_RATE_DEFAULT),
                rows,
                encoding,
            )),
        };
        let State {
            pack, batch_size, ..
        } = checkpoint.state;
        let packs = rows / pack;
        let steps_per_epoch = packs.div_ceil(batch_size / pack);
        Ok(Self {
            checkpoint,
            data,
            folder: &args.out,
            packs,
            steps_per_epoch,
        })
    }

    /// Trains the steps of `epoch` that are left; the signal that ended it early, if one did.
    pub fn train_epoch(
        &mut self,
        epoch: u64,
        args: &TrainArgs,
        signal: impl Fn() -> i32,
    ) -> Result<Option<i32>, TrainError> {
        let State {
            seed,
            pack,
            learning_rate,
            ..
        } = self.checkpoint.state;
        let mut order: Vec<usize> = (0..self.data.rows()).collect();
        order.shuffle(&mut stream(seed, Purpose::Shuffle(epoch)));
        let steps = self.steps_per_epoch;
        let all_steps = args.epochs as f64 * steps as f64;
        let Self {
            checkpoint: Checkpoint { state, sums, gan },
            ..
        } = self;
        let progress = &mut state.progress;
        while progress.steps < steps as u64 {
            // Batches differ by at most one pack, so that no step learns from a small remainder.
            let first_row = |step: usize| step * self.packs / steps * pack;
            let step = progress.steps as usize;
            let batch = self
                .data
                .batch(&order[first_row(step)..first_row(step + 1)]);
            let rate = learning_rate * (1.0 - progress.total_steps as f64 / all_steps);
            let metrics = gan.step(
                &batch,
                rate,
                &mut stream(seed, Purpose::Step(progress.total_steps)),
            );
            if !metrics.is_finite() {
                return Err(TrainError::Diverged { epoch });
            }
            sums.add(metrics);
            progress.steps += 1;
            progress.total_steps += 1;
            match signal() {
                0 => {}
                signal => return Ok(Some(signal)),
            }
        }
        Ok(None)
    }

    /// Closes the epoch; its metrics, averaged over the steps.
    pub fn finish_epoch(&mut self) -> Metrics {
        let Progress {
            epochs,
            steps,
            total_steps,
        } = self.checkpoint.state.progress;
        self.checkpoint.state.progress = Progress {
            epochs: epochs + 1,
            steps: 0,
            total_steps,
        };
        std::mem::take(&mut self.checkpoint.sums).divided_by(steps as f64)
    }

    /// Finished epochs.
    pub fn epochs(&self) -> u64 {
        self.checkpoint.state.progress.epochs
    }

    /// Writes synthetic rows, as many as the data has but no more than a page can show with ease.
    pub fn write_samples(&self, epoch: u64) -> Result<(), TrainError> {
        let Checkpoint { state, gan, .. } = &self.checkpoint;
        let rows = state.rows.min(MOST_SAMPLED) as u64;
        let path = self
            .folder
            .join("samples")
            .join(format!("step-{epoch:06}.csv"));
        write_atomically(&path, |out| {
            write_rows(gan, &state.encoding, rows, state.seed, out)
        })
    }

    /// Writes a checkpoint; its path.
    pub fn save(&mut self) -> Result<PathBuf, TrainError> {
        let epochs = self.checkpoint.state.progress.epochs;
        let path = self
            .folder
            .join("checkpoints")
            .join(format!("epoch-{epochs:06}.safetensors"));
        self.checkpoint.save(&path)?;
        Ok(path)
    }
}

/// Loads the checkpoint at `path`, provided that it fits the data and what `args` ask for.
fn resume(
    path: &Path,
    args: &TrainArgs,
    rows: usize,
    encoding: Encoding,
) -> Result<Checkpoint, TrainError> {
    let mut checkpoint = Checkpoint::load(path)?;
    let state = &mut checkpoint.state;
    let Progress { epochs, .. } = state.progress;
    let refuse = |problem: String| Err(TrainError::checkpoint(path, problem));
    if (state.rows, &state.encoding) != (rows, &encoding) {
        return refuse(format!(
            "it was trained on other data than {}; give the same file",
            args.data.display()
        ));
    }
    if epochs >= args.epochs {
        return refuse(format!(
            "it has {epochs} epochs already; ask for more with --epochs"
        ));
    }
    if args.seed.is_some_and(|seed| seed != state.seed) {
        return refuse(format!("its seed is {}; leave --seed out", state.seed));
    }
    if args.batch_size.is_some_and(|size| size != state.batch_size) {
        return refuse(format!(
            "its batch size is {}; leave --batch-size out",
            state.batch_size
        ));
    }
    if let Some(rate) = args.learning_rate {
        state.learning_rate = rate;
    }
    Ok(checkpoint)
}
