//! The training loop: epochs, with reports, samples and a checkpoint at the end.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::args::TrainArgs;
use super::error::TrainError;
use super::gan::Metrics;
use super::output::print;
use super::parameters as p;
use super::quality::Quality;
use super::sequence::Course;
use super::session::Session;

/// How a training ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All epochs were trained.
    Finished,
    /// This signal asked it to stop; a checkpoint keeps what was trained.
    Interrupted { signal: i32 },
}

impl Outcome {
    /// The exit code that a shell expects: 0, or 128 and the number of the signal.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Finished => 0,
            Self::Interrupted { signal } => u8::try_from(128 + signal).unwrap_or(u8::MAX),
        }
    }
}

/// Trains as `args` ask, with reports on standard output; SIGINT and SIGTERM end it after the current step.
pub fn train(args: TrainArgs) -> Result<Outcome, TrainError> {
    let out = &mut std::io::stdout();
    let session = Session::prepare(&args, out)?;
    // What cannot be written is better known before the first epoch than behind the tenth.
    std::fs::create_dir_all(&args.out).map_err(TrainError::writing(&args.out))?;
    // Only now: a preparation has nothing to save, so that a signal may end it as it ends any program.
    let stop = Arc::new(AtomicUsize::new(0));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_usize(signal, Arc::clone(&stop), signal as usize)
            .map_err(TrainError::Signals)?;
    }
    let signal = || i32::try_from(stop.load(Ordering::Relaxed)).unwrap_or(0);
    go_on(session, &args, out, signal)
}

/// Trains a session as `args` ask, with reports to `out`, until `signal`, asked after each step, answers other than 0.
/// Where nobody hears the reports any more, what was trained is kept as after a signal.
fn go_on(
    mut session: Session,
    args: &TrainArgs,
    out: &mut impl Write,
    signal: impl Fn() -> i32,
) -> Result<Outcome, TrainError> {
    let ended = train_epochs(&mut session, args, out, signal);
    if let Err(TrainError::Print(_)) = ended {
        session.save()?;
    }
    ended
}

fn train_epochs(
    session: &mut Session,
    args: &TrainArgs,
    out: &mut impl Write,
    signal: impl Fn() -> i32,
) -> Result<Outcome, TrainError> {
    let report_every = args.report_every.unwrap_or(p::REPORT_EVERY.number() as u64);
    let sample_every = args.sample_every.unwrap_or((args.epochs / 10).max(1));
    let checkpoint_every = args.checkpoint_every.unwrap_or((args.epochs / 5).max(1));
    let mut pace = Pace::new(session.progress().total_steps);
    while session.progress().epochs < args.epochs {
        let epoch = session.progress().epochs + 1;
        if let Some(signal) = session.train_epoch(epoch, args, &signal)? {
            let path = session.save()?;
            print(
                out,
                format_args!(
                    "Interrupted; to go on from here: --resume {}",
                    path.display()
                ),
            )?;
            return Ok(Outcome::Interrupted { signal });
        }
        let metrics = session.finish_epoch();
        let last = epoch == args.epochs;
        if epoch == 1 || last || epoch.is_multiple_of(report_every) {
            print(out, format_args!("{}", report(epoch, args.epochs, metrics)))?;
            let steps = pace.of(session.progress().total_steps);
            print(
                out,
                format_args!("Speed at epoch {epoch}: steps_per_second: {steps:.1}"),
            )?;
        }
        if last || epoch.is_multiple_of(sample_every) {
            session.write_samples(epoch)?;
            let (quality, course) = session.measure();
            print(out, format_args!("{}", measured(epoch, quality)))?;
            if let Some(course) = course {
                print(out, format_args!("{}", followed(epoch, course)))?;
            }
            session.save_if_best(quality)?;
        }
        if !last && epoch.is_multiple_of(checkpoint_every) {
            session.save()?;
        }
    }
    let path = session.save()?;
    print(
        out,
        format_args!(
            "Finished; to draw rows: nashboard sample --rows N --checkpoint {}",
            path.display()
        ),
    )?;
    Ok(Outcome::Finished)
}

/// How fast steps are made.
struct Pace {
    at: Instant,
    steps: u64,
}

impl Pace {
    fn new(steps: u64) -> Self {
        Self {
            at: Instant::now(),
            steps,
        }
    }

    /// Steps a second since this was last asked; samples and checkpoints are part of the time.
    fn of(&mut self, steps: u64) -> f64 {
        let before = std::mem::replace(self, Self::new(steps));
        (steps - before.steps) as f64 / before.at.elapsed().as_secs_f64().max(1e-6)
    }
}

/// The line that a dashboard reads.
fn report(epoch: u64, epochs: u64, metrics: Metrics) -> String {
    let Metrics {
        generator_loss,
        discriminator_loss,
        real_score,
        fake_score,
    } = metrics;
    format!(
        "Epoch {epoch}/{epochs} Generator Loss: {generator_loss:.4} Discriminator Loss: {discriminator_loss:.4} \
         Real Scores: {real_score:.4} Fake Scores: {fake_score:.4}"
    )
}

fn measured(epoch: u64, quality: Quality) -> String {
    let Quality {
        shapes,
        pairs,
        copies,
    } = quality;
    format!("Quality at epoch {epoch}: shapes: {shapes:.4} pairs: {pairs:.4} copies: {copies:.4}")
}

fn followed(epoch: u64, course: Course) -> String {
    let Course {
        autocorrelation,
        cross_correlation,
    } = course;
    format!(
        "Course at epoch {epoch}: autocorrelation: {autocorrelation:.4} cross_correlation: {cross_correlation:.4}"
    )
}

#[cfg(test)]
mod tests;
