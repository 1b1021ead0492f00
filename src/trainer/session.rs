//! A training under way: its data, its networks and its place in the run.

use std::io::Write;
use std::path::{Path, PathBuf};

use rand::seq::SliceRandom;

use super::args::TrainArgs;
use super::checkpoint::Checkpoint;
use super::data::Table;
use super::drawing::{LEAST_DRAWN, draw};
use super::encoding::{Encoded, EncodedRows, Encoding};
use super::error::TrainError;
use super::gan::{Metrics, Players};
use super::output::{print, write_atomically};
use super::parameters as p;
use super::quality::{Quality, Reference};
use super::random::{Purpose, stream};
use super::sampling::{Wanted, write_rows};
use super::sequence::{Course, RealWindows};
use super::state::{Progress, Settings, State};

/// Most rows of a file of samples.
const MOST_SAMPLED: usize = 2_000;

/// A training under way.
pub struct Session<'a> {
    checkpoint: Checkpoint,
    data: EncodedRows,
    reference: Reference,
    windows: Option<RealWindows>,
    folder: &'a Path,
    /// Groups of rows that the discriminator judges at once, in an epoch.
    packs: usize,
    steps_per_epoch: usize,
}

impl<'a> Session<'a> {
    /// Reads the data and sets up the networks, or takes them from the checkpoint to resume from; says on `out` what of
    /// the data takes part.
    pub fn prepare(args: &'a TrainArgs, out: &mut impl Write) -> Result<Self, TrainError> {
        let failed = |problem| TrainError::Data {
            path: args.data.clone(),
            problem,
        };
        // Before the data, which may take a while to read.
        let resumed = args.resume.as_deref().map(Checkpoint::load).transpose()?;
        let table = Table::read(&args.data, &args.types)?;
        let (rows, columns) = (table.rows, table.columns.len());
        let window = args.sequence.unwrap_or(p::SEQUENCE.number() as u64) as usize;
        let Encoded {
            encoding,
            rows: data,
            uniques,
            notes,
        } = Encoding::fit(table, window).map_err(failed)?;
        for note in notes {
            print(out, format_args!("{note}"))?;
        }
        let (used, width) = (encoding.levels().count(), encoding.width());
        let what = match window {
            1 => format!("{rows} rows"),
            _ => format!("{rows} rows in windows of {window}"),
        };
        print(
            out,
            format_args!(
                "Training on {what}, {used} of {columns} columns, encoded as {width} values"
            ),
        )?;
        let rows = data.windows();
        let checkpoint = match (&args.resume, resumed) {
            (Some(path), Some(found)) => resume(path, found, args, rows, encoding, uniques)?,
            _ => {
                let settings = Settings::new(args, rows);
                Checkpoint::fresh(State::new(settings, rows, encoding), uniques)
            }
        };
        let Settings {
            pack, batch_size, ..
        } = checkpoint.state.settings;
        let packs = rows / pack;
        let steps_per_epoch = packs.div_ceil(batch_size / pack);
        let encoding = &checkpoint.state.encoding;
        Ok(Self {
            reference: Reference::new(encoding, &data),
            windows: RealWindows::new(encoding, &data),
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
        let Settings {
            seed, pack, rates, ..
        } = self.checkpoint.state.settings;
        let mut order: Vec<usize> = (0..self.data.windows()).collect();
        order.shuffle(&mut stream(seed, Purpose::Shuffle(epoch)));
        let steps = self.steps_per_epoch;
        let all_steps = args.epochs as f64 * steps as f64;
        let Self {
            checkpoint: Checkpoint {
                state, sums, gan, ..
            },
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
            let left = 1.0 - progress.total_steps as f64 / all_steps;
            let rates = Players {
                generator: rates.generator * left,
                discriminator: rates.discriminator * left,
            };
            let metrics = gan.step(
                &batch,
                rates,
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

    /// Where the training is.
    pub fn progress(&self) -> Progress {
        self.checkpoint.state.progress
    }

    /// Writes synthetic rows, as many as the data has but no more than a page can show with ease.
    pub fn write_samples(&self, epoch: u64) -> Result<(), TrainError> {
        let State { settings, .. } = &self.checkpoint.state;
        let wanted = Wanted {
            rows: self.data.rows().min(MOST_SAMPLED) as u64,
            seed: settings.seed,
            conditions: &[],
        };
        let path = self
            .folder
            .join("samples")
            .join(format!("step-{epoch:06}.csv"));
        write_atomically(&path, |out| {
            write_rows(&self.checkpoint, &wanted, out).map(drop)
        })
    }

    /// Measures the quality of fresh rows and, for a sequence, of their course.
    pub fn measure(&self) -> (Quality, Option<Course>) {
        let State {
            settings, encoding, ..
        } = &self.checkpoint.state;
        let mut rng = stream(settings.seed, Purpose::Rows(0));
        let count = (self.data.rows().min(MOST_SAMPLED) / encoding.window()).max(LEAST_DRAWN);
        let windows = draw(&self.checkpoint.gan, encoding, count, &mut rng);
        let cells = encoding.unrolled(windows, count);
        let course = self.windows.as_ref();
        let course = course.map(|windows| windows.compare(encoding, &cells));
        (self.reference.compare(encoding, &cells), course)
    }

    /// Writes a checkpoint; its path.
    pub fn save(&mut self) -> Result<PathBuf, TrainError> {
        let Progress { epochs, steps, .. } = self.checkpoint.state.progress;
        match steps {
            0 => self.save_as(&format!("epoch-{epochs:06}")),
            // In the middle of an epoch, which is not to be taken for the end of the one before.
            _ => self.save_as("interrupted"),
        }
    }

    /// Writes the best checkpoint anew, if this one is better than all before, or if there is none: the training may
    /// have gone on in another folder.
    pub fn save_if_best(&mut self, quality: Quality) -> Result<(), TrainError> {
        let absent = !self.path_of("best").exists();
        let State { best, .. } = &mut self.checkpoint.state;
        if absent || best.is_none_or(|best| quality.score() > best) {
            *best = Some(quality.score());
            self.save_as("best")?;
        }
        Ok(())
    }

    fn save_as(&mut self, name: &str) -> Result<PathBuf, TrainError> {
        let path = self.path_of(name);
        self.checkpoint.save(&path)?;
        Ok(path)
    }

    fn path_of(&self, name: &str) -> PathBuf {
        let file = format!("{name}.safetensors");
        self.folder.join("checkpoints").join(file)
    }
}

/// Loads the checkpoint at `path`, provided that it fits the data and what `args` ask for.
fn resume(
    path: &Path,
    mut checkpoint: Checkpoint,
    args: &TrainArgs,
    rows: usize,
    encoding: Encoding,
    uniques: Vec<u64>,
) -> Result<Checkpoint, TrainError> {
    let same_data = checkpoint.uniques == uniques;
    let state = &mut checkpoint.state;
    let Progress { epochs, .. } = state.progress;
    let refuse = |problem: String| Err(TrainError::checkpoint(path, problem));
    if state.encoding.window() != encoding.window() {
        return refuse(format!(
            "its sequence is {}; give the same with --sequence",
            state.encoding.window()
        ));
    }
    if !same_data || (state.rows, &state.encoding) != (rows, &encoding) {
        return refuse(format!(
            "it was trained on other data than {}, or by a version that read them otherwise; give the same file and types",
            args.data.display()
        ));
    }
    if epochs >= args.epochs {
        return refuse(format!(
            "it has {epochs} epochs already; ask for more with --epochs"
        ));
    }
    match state.settings.resumed(args) {
        Ok(settings) => state.settings = settings,
        Err(problem) => return refuse(problem),
    }
    Ok(checkpoint)
}
