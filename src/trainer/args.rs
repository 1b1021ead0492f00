//! What `nashboard train` and `nashboard sample` take.

use std::path::PathBuf;

use super::condition::Condition;
use super::data::Kind;
use super::parameters as p;

/// Most rows that one call samples.
pub const ROWS_MAX: u64 = 1_000_000_000;

/// Trains a GAN on the rows of a CSV file, printing its progress on standard output.
#[derive(Clone, Debug, clap::Args)]
pub struct TrainArgs {
    /// CSV file with a header line; separated by comma, semicolon, tab or |
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,

    #[arg(long, value_name = "N", value_parser = p::EPOCHS.whole(), help = p::EPOCHS.text())]
    pub epochs: u64,

    #[arg(long, value_name = "N", value_parser = p::BATCH_SIZE.whole(), help = p::BATCH_SIZE.text())]
    pub batch_size: Option<u64>,

    #[arg(long, value_name = "X", value_parser = p::LEARNING_RATE.fraction(), help = p::LEARNING_RATE.text())]
    pub learning_rate: Option<f64>,

    #[arg(long, value_name = "X", value_parser = p::DISCRIMINATOR_LEARNING_RATE.fraction(),
        help = p::DISCRIMINATOR_LEARNING_RATE.text())]
    pub discriminator_learning_rate: Option<f64>,

    #[arg(long, value_name = "N", value_parser = p::GENERATOR_WIDTH.whole(), help = p::GENERATOR_WIDTH.text())]
    pub generator_width: Option<u64>,

    #[arg(long, value_name = "N", value_parser = p::DISCRIMINATOR_WIDTH.whole(),
        help = p::DISCRIMINATOR_WIDTH.text())]
    pub discriminator_width: Option<u64>,

    #[arg(long, value_name = "N", value_parser = p::SEQUENCE.whole(), help = p::SEQUENCE.text())]
    pub sequence: Option<u64>,

    /// What a column is, where that is not to be found from its cells: number, category, date, identifier or skip; can
    /// be given several times
    #[arg(long = "type", value_name = "COLUMN=TYPE", value_parser = column_type)]
    pub types: Vec<(String, Kind)>,

    #[arg(long, value_name = "N", value_parser = p::SEED.whole(), help = p::SEED.text())]
    pub seed: Option<u64>,

    #[arg(long, value_name = "N", value_parser = p::REPORT_EVERY.whole(), help = p::REPORT_EVERY.text())]
    pub report_every: Option<u64>,

    #[arg(long, value_name = "N", value_parser = p::SAMPLE_EVERY.whole(), help = p::SAMPLE_EVERY.text())]
    pub sample_every: Option<u64>,

    #[arg(long, value_name = "N", value_parser = p::CHECKPOINT_EVERY.whole(), help = p::CHECKPOINT_EVERY.text())]
    pub checkpoint_every: Option<u64>,

    /// Folder that receives samples/ and checkpoints/
    #[arg(
        long,
        value_name = "DIR",
        env = "NASHBOARD_RUN_DIR",
        default_value = "nashboard-out"
    )]
    pub out: PathBuf,

    /// Checkpoint of an earlier training on the same data, to go on from there until --epochs; its seed, sizes and
    /// learning rates hold unless stated
    #[arg(long, value_name = "CHECKPOINT")]
    pub resume: Option<PathBuf>,
}

/// Draws synthetic rows from a trained generator, in the columns and types of the CSV file it was trained on.
#[derive(Clone, Debug, clap::Args)]
pub struct SampleArgs {
    /// Checkpoint that a training wrote; - for standard input
    #[arg(long, value_name = "FILE")]
    pub checkpoint: PathBuf,

    /// Rows to draw, 1 to 1000000000
    #[arg(long, value_name = "N", value_parser = p::whole(1, ROWS_MAX))]
    pub rows: u64,

    /// Seed of the random numbers; the same seed draws the same rows
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,

    /// What every row is to fulfil, as in weather=snow or temp_max>20 (=, !=, <, <=, >, >=); can be given several times
    #[arg(long = "where", value_name = "CONDITION")]
    pub conditions: Vec<Condition>,

    /// CSV file to write; - or nothing for standard output
    #[arg(long, value_name = "FILE.csv")]
    pub out: Option<PathBuf>,
}

fn column_type(text: &str) -> Result<(String, Kind), String> {
    let (column, kind) = text
        .rsplit_once('=')
        .ok_or("not a column and its type, as in year=category")?;
    let kind = clap::ValueEnum::from_str(kind.trim(), true)
        .map_err(|_| "a type is number, category, date, identifier or skip".to_owned())?;
    Ok((column.trim().to_owned(), kind))
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
        let fine =
            parse("--batch-size 2 --learning-rate 1e-7 --type a=Date --type b=c=skip").unwrap();
        assert_eq!(fine.batch_size, Some(2));
        assert_eq!(
            fine.types,
            [("a".to_owned(), Kind::Date), ("b=c".to_owned(), Kind::Skip)]
        );
        for wrong in [
            "--batch-size 1",
            "--batch-size 100001",
            "--learning-rate 0",
            "--learning-rate 1.5",
            "--learning-rate NaN",
            "--generator-width 4",
            "--sequence 0",
            "--type a=date=",
            "--type a",
            "--report-every 0",
            "--sample-every 0",
            "--seed -1",
        ] {
            assert!(parse(wrong).is_err(), "{wrong} was accepted");
        }
    }

    #[test]
    fn each_parameter_that_the_page_offers_is_a_flag_whose_help_states_its_default() {
        let mut command = TrainArgs::augment_args(Command::new("train"));
        let help = command.render_help().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for parameter in p::OFFERED {
            let flag = format!("--{} ", parameter.name.replace('_', "-"));
            assert!(help.contains(&flag), "{flag}");
            assert!(
                help.contains(&format!("[default: {}]", parameter.default)),
                "{flag}"
            );
        }
    }
}
