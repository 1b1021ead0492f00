//! What a training can be told, each with its range and what it means; the command line and the page are made from it.

/// A number that a training takes.
pub struct Parameter {
    /// Its flag, with underscores for hyphens.
    pub name: &'static str,
    pub label: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    pub least: f64,
    pub most: f64,
    /// Whether only whole numbers will do.
    pub whole: bool,
    /// What it is unless stated.
    pub default: &'static str,
}

pub const EPOCHS: Parameter = Parameter {
    name: "epochs",
    label: "Epochs",
    help: "Passes over the rows.",
    least: 1.0,
    most: 1_000_000.0,
    whole: true,
    default: "",
};
pub const BATCH_SIZE: Parameter = Parameter {
    name: "batch_size",
    label: "Batch size",
    help: "Rows in one training step; larger is steadier, smaller takes more steps an epoch.",
    least: 2.0,
    most: 100_000.0,
    whole: true,
    default: "a sixth of the rows, 16 to 256",
};
pub const LEARNING_RATE: Parameter = Parameter {
    name: "learning_rate",
    label: "Learning rate",
    help: "Step size of the generator's optimiser at the start; it falls to zero over the epochs.",
    least: 1e-7,
    most: 1.0,
    whole: false,
    default: "0.002",
};
pub const DISCRIMINATOR_LEARNING_RATE: Parameter = Parameter {
    name: "discriminator_learning_rate",
    label: "Learning rate of the discriminator",
    help: "Step size of the discriminator's optimiser; lower it where the generator falls behind.",
    least: 1e-7,
    most: 1.0,
    whole: false,
    default: "as the generator's",
};
pub const GENERATOR_WIDTH: Parameter = Parameter {
    name: "generator_width",
    label: "Width of the generator",
    help: "Units in each of its two hidden layers; more learn finer relations, and take longer.",
    least: 8.0,
    most: 2_048.0,
    whole: true,
    default: "128",
};
pub const DISCRIMINATOR_WIDTH: Parameter = Parameter {
    name: "discriminator_width",
    label: "Width of the discriminator",
    help: "Units in each of its two hidden layers; more see finer differences, and take longer.",
    least: 8.0,
    most: 2_048.0,
    whole: true,
    default: "128",
};
pub const SEED: Parameter = Parameter {
    name: "seed",
    label: "Seed",
    help: "The same seed gives the same losses and the same rows.",
    least: 0.0,
    most: 4_294_967_295.0,
    whole: true,
    default: "0",
};
pub const SEQUENCE: Parameter = Parameter {
    name: "sequence",
    label: "Sequence",
    help: "Rows that are learnt together in their order, for time series; 1 learns each row by itself.",
    least: 1.0,
    most: 500.0,
    whole: true,
    default: "1",
};
pub const REPORT_EVERY: Parameter = Parameter {
    name: "report_every",
    label: "Report every … epochs",
    help: "How often losses and scores are printed; the first and the last epoch always are.",
    least: 1.0,
    most: EPOCHS.most,
    whole: true,
    default: "10",
};
pub const SAMPLE_EVERY: Parameter = Parameter {
    name: "sample_every",
    label: "Sample every … epochs",
    help: "How often synthetic rows are written and their quality is measured; after the last epoch always.",
    least: 1.0,
    most: EPOCHS.most,
    whole: true,
    default: "a tenth of the epochs",
};
pub const CHECKPOINT_EVERY: Parameter = Parameter {
    name: "checkpoint_every",
    label: "Checkpoint every … epochs",
    help: "How often the training is saved to go on from; after the last epoch always, and the best one is kept.",
    least: 1.0,
    most: EPOCHS.most,
    whole: true,
    default: "a fifth of the epochs",
};

/// What the page offers besides the epochs, in that order.
pub const OFFERED: [&Parameter; 10] = [
    &BATCH_SIZE,
    &LEARNING_RATE,
    &DISCRIMINATOR_LEARNING_RATE,
    &GENERATOR_WIDTH,
    &DISCRIMINATOR_WIDTH,
    &SEQUENCE,
    &SEED,
    &REPORT_EVERY,
    &SAMPLE_EVERY,
    &CHECKPOINT_EVERY,
];

/// Reads a whole number within a range.
pub fn whole(
    least: u64,
    most: u64,
) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync + 'static {
    move |text| match text.parse::<u64>() {
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        _ => Err(format!("not a whole number from {least} to {most}")),
    }
}

impl Parameter {
    /// Its line in the help of the command line.
    pub fn text(&self) -> String {
        let Self {
            help,
            least,
            most,
            default,
            ..
        } = self;
        let help = help.trim_end_matches('.');
        let default = match *default {
            "" => String::new(),
            default => format!(" [default: {default}]"),
        };
        format!("{help}; {least} to {most}{default}")
    }

    /// The default where it is a number.
    pub fn number(&self) -> f64 {
        self.default.parse().unwrap_or(self.least)
    }

    /// Whether `value` may be asked for.
    pub fn allows(&self, value: f64) -> bool {
        (self.least..=self.most).contains(&value)
    }

    /// Reads a whole number within the range.
    pub fn whole(&self) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync + 'static {
        whole(self.least as u64, self.most as u64)
    }

    /// Reads a number within the range.
    pub fn fraction(&self) -> impl Fn(&str) -> Result<f64, String> + Clone + Send + Sync + 'static {
        let (least, most) = (self.least, self.most);
        move |text| match text.parse::<f64>() {
            Ok(value) if (least..=most).contains(&value) => Ok(value),
            _ => Err(format!("not a number from {least} to {most}")),
        }
    }
}
