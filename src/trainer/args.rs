//! What `nashboard train` and `nashboard sample` take, with the ranges that are allowed.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;

/// Fewest epochs.
pub const EPOCHS_MIN: u64 = 1;
/// Most epochs.
pub const EPOCHS_MAX: u64 = 1_000_000;
/// Smallest batch, in rows.
pub const BATCH_SIZE_MIN: u64 = 2;
/// Largest batch, in rows.
pub const BATCH_SIZE_MAX: u64 = 100_000;
/// Batch size unless stated.
pub const BATCH_SIZE_DEFAULT: usize = 256;
/// Smallest learning rate.
pub const LEARNING_RATE_MIN: f64 = 1e-7;
/// Largest learning rate.
pub const LEARNING_RATE_MAX: f64 = 1.0;
/// Learning rate unless stated; half of it learns eight separate clusters much more slowly.
pub const LEARNING_RATE_DEFAULT: f64 = 2e-3;
/// Seed unless stated.
pub const SEED_DEFAULT: u64 = 0;
/// Epochs from one report to the next, unless stated.
pub const REPORT_EVERY_DEFAULT: u64 = 10;
/// Most rows that one call samples.
pub const ROWS_MAX: u64 = 1_000_000_000;

/// Trains a GAN on the rows of a CSV file, printing its progress on standard output.
#[derive(Clone, Debug, clap::Args)]
pub struct TrainArgs {
    /// CSV file with a header line; separated by comma, semicolon or tab
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,

    /// Passes over the rows, 1 to 1000000
    #[arg(long, value_name = "N", value_parser = between(EPOCHS_MIN, EPOCHS_MAX))]
    pub epochs: u64,

    /// Rows in a step, 2 to 100000; all rows, if the file has fewer [default: 256]
    #[arg(long, value_name = "N",
        value_parser = RangedU64ValueParser::<usize>::new().range(BATCH_SIZE_MIN..=BATCH_SIZE_MAX))]
    pub batch_size: Option<usize>,

    /// Learning rate at the start, 0.0000001 to 1; it falls linearly to zero over the epochs [default: 0.002]
    #[arg(long, value_name = "X", value_parser = learning_rate)]
    pub learning_rate: Option<f64>,

    /// Seed of all random numbers; the same seed on the same data gives the same files [default: 0]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Epochs from one line of progress to the next; the first and the last epoch always have one
    #[arg(long, value_name = "N", default_value_t = REPORT_EVERY_DEFAULT, value_parser = between(1, u64::MAX))]
    pub report_every: u64,

    /// Epochs from one file of synthetic rows to the next [default: a tenth of the epochs]; the last epoch always has
    /// one
    #[arg(long, value_name = "N", value_parser = between(1, u64::MAX))]
    pub sample_every: Option<u64>,

    /// Folder that receives samples/ and checkpoints/
    #[arg(
        long,
        value_name = "DIR",
        env = "NASHBOARD_RUN_DIR",
        default_value = "nashboard-out"
    )]
    pub out: PathBuf,

    /// Checkpoint of an earlier training on the same data, to go on from there until --epochs; its seed, batch size and
    /// learning rate hold unless stated
    #[arg(long, value_name = "CHECKPOINT")]
    pub resume: Option<PathBuf>,
}

/// Draws synthetic rows from a trained generator, in the columns and types of the CSV file it was trained on.
#[derive(Clone, Debug, clap::Args)]
pub struct SampleArgs {
    /// Checkpoint that a training wrote
    #[arg(long, value_name = "FILE")]
    pub checkpoint: PathBuf,

    /// Rows to draw, 1 to 1000000000
    #[arg(long, value_name = "N", value_parser = between(1, ROWS_MAX))]
    pub rows: u64,

    /// Seed of the random numbers; the same seed draws the same rows
    #[arg(long, value_name = "N", default_value_t = SEED_DEFAULT)]
    pub seed: u64,

    /// CSV file to write; standard output, if absent
    #[arg(long, value_name = "FILE.csv")]
    pub out: Option<PathBuf>,
}

fn between(least: u64, most: u64) -> RangedU64ValueParser<u64> {
    RangedU64ValueParser::new().range(least..=most)
}

fn learning_rate(text: &str) -> Result<f64, String> {
    let (least, most) = (LEARNING_RATE_MIN, LEARNING_RATE_MAX);
    match text.parse::<f64>() {
        Ok(rate) if (least..=most).contains(&rate) => Ok(rate),
        _ => Err(format!("not a number from {least} to {most}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;

    fn parse(arguments: &str) -> Result<TrainArgs, clap::Error> {
        let command = TrainArgs::augment_args(Command::new("train"));
        let words = format!("train --data a.csv --epochs 5 {arguments}");
        let matches = command.try_get_matches_from(words.split_whitespace())?;
        TrainArgs::from_arg_matches(&matches)
    }

    #[test]
    fn values_outside_their_ranges_are_refused() {
        assert_eq!(
            parse("--batch-size 2 --learning-rate 1e-7")
                .unwrap()
                .batch_size,
            Some(2)
        );
        for wrong in [
            "--batch-size 1",
            "--batch-size 100001",
            "--learning-rate 0",
            "--learning-rate 1.5",
            "--learning-rate NaN",
            "--report-every 0",
            "--sample-every 0",
            "--seed -1",
        ] {
            assert!(parse(wrong).is_err(), "{wrong} was accepted");
        }
    }

    #[test]
    fn help_states_the_defaults() {
        let mut command = TrainArgs::augment_args(Command::new("train"));
        let help = command.render_help().to_string();
        for default in [
            BATCH_SIZE_DEFAULT.to_string(),
            LEARNING_RATE_DEFAULT.to_string(),
            SEED_DEFAULT.to_string(),
        ] {
            assert!(
                help.contains(&format!("[default: {default}]")),
                "{default} is not in the help"
            );
        }
    }
}
