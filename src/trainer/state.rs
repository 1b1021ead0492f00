//! The part of a training that is not tensors: what it was told, what it learns from, and how far it has come.

use serde::{Deserialize, Serialize};

use super::args::TrainArgs;
use super::encoding::Encoding;
use super::gan::{MOST_PACKED, Players};
use super::parameters as p;

/// Version of the layout.
pub const VERSION: u32 = 2;
/// Steps that an epoch of a small table has at least, about.
const STEPS: u64 = 6;
/// Batch sizes that are chosen where none is stated.
const BATCH_SIZES: (u64, u64) = (16, 256);

/// A training without its tensors.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    pub version: u32,
    pub settings: Settings,
    pub progress: Progress,
    /// Score of the best checkpoint so far.
    pub best: Option<f64>,
    /// Rows, or windows, of the data.
    pub rows: usize,
    pub encoding: Encoding,
}

/// What a training was told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub seed: u64,
    pub batch_size: usize,
    /// Rows that the discriminator judges at once.
    pub pack: usize,
    /// Units in each hidden layer.
    pub widths: Players<usize>,
    pub rates: Players<f64>,
}

/// How far a training has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Finished epochs.
    pub epochs: u64,
    /// Finished steps of the epoch after those.
    pub steps: u64,
    /// Finished steps of all epochs.
    pub total_steps: u64,
}

impl Settings {
    /// What `args` ask of a training on `rows` rows.
    pub fn new(args: &TrainArgs, rows: usize) -> Self {
        let chosen = (rows as u64 / STEPS).clamp(BATCH_SIZES.0, BATCH_SIZES.1);
        let batch_size = args.batch_size.unwrap_or(chosen) as usize;
        let rate = args.learning_rate.unwrap_or(p::LEARNING_RATE.number());
        let width = |asked: Option<u64>, parameter: &p::Parameter| {
            asked.unwrap_or(parameter.number() as u64) as usize
        };
        Self {
            seed: args.seed.unwrap_or(p::SEED.number() as u64),
            batch_size,
            pack: MOST_PACKED.min(batch_size).min(rows),
            widths: Players {
                generator: width(args.generator_width, &p::GENERATOR_WIDTH),
                discriminator: width(args.discriminator_width, &p::DISCRIMINATOR_WIDTH),
            },
            rates: Players {
                generator: rate,
                discriminator: args.discriminator_learning_rate.unwrap_or(rate),
            },
        }
    }

    /// The settings of a training that goes on as `args` ask: rates may change.
    ///
    /// # Errors
    /// A sentence that says what cannot change.
    pub fn resumed(mut self, args: &TrainArgs) -> Result<Self, String> {
        let fixed = |name: &str, asked: Option<u64>, is: u64| match asked {
            Some(asked) if asked != is => Err(format!(
                "its {name} is {is}; leave --{} out",
                name.replace(' ', "-")
            )),
            _ => Ok(()),
        };
        fixed("seed", args.seed, self.seed)?;
        fixed("batch size", args.batch_size, self.batch_size as u64)?;
        fixed(
            "generator width",
            args.generator_width,
            self.widths.generator as u64,
        )?;
        let discriminator = self.widths.discriminator as u64;
        fixed(
            "discriminator width",
            args.discriminator_width,
            discriminator,
        )?;
        if let Some(rate) = args.learning_rate {
            // One of its own stays; else the discriminator goes along, as in a training that begins.
            if self.rates.discriminator == self.rates.generator {
                self.rates.discriminator = rate;
            }
            self.rates.generator = rate;
        }
        if let Some(rate) = args.discriminator_learning_rate {
            self.rates.discriminator = rate;
        }
        Ok(self)
    }

    fn is_sound(&self, rows: usize) -> bool {
        let Self { widths, rates, .. } = self;
        (1..=MOST_PACKED).contains(&self.pack)
            && self.pack <= rows
            && self.pack <= self.batch_size
            && p::BATCH_SIZE.allows(self.batch_size as f64)
            && p::GENERATOR_WIDTH.allows(widths.generator as f64)
            && p::DISCRIMINATOR_WIDTH.allows(widths.discriminator as f64)
            && p::LEARNING_RATE.allows(rates.generator)
            && p::DISCRIMINATOR_LEARNING_RATE.allows(rates.discriminator)
    }
}

impl State {
    /// The state of a training that has not begun.
    pub fn new(settings: Settings, rows: usize, encoding: Encoding) -> Self {
        Self {
            version: VERSION,
            settings,
            progress: Progress::default(),
            best: None,
            rows,
            encoding,
        }
    }

    /// Whether a state that comes from outside can be used without surprises.
    pub fn is_sound(&self) -> bool {
        self.encoding.is_sound()
            && self.settings.is_sound(self.rows)
            && self.best.is_none_or(f64::is_finite)
            && self.progress.total_steps < 1 << 62
    }
}
