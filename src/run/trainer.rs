//! What can be asked of a trainer: its name and the parameters that it declares.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Epochs of a run whose order names none.
pub const EPOCHS_DEFAULT: u64 = 300;
/// Epochs that may be asked for, unless the configuration says otherwise.
pub const EPOCHS_MOST: u64 = 1_000_000;

/// Name of the embedded trainer.
pub const EMBEDDED: &str = "embedded";

/// A trainer as the page offers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainerInfo {
    pub name: String,
    /// One sentence on what it does.
    pub about: String,
    pub parameters: Vec<ParameterSpec>,
}

/// A parameter with its range; what a run is started with is checked against it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterSpec {
    /// Key in `parameters` of a call, and the trainer's flag without its hyphens.
    pub name: String,
    pub label: String,
    pub help: String,
    pub kind: ParameterKind,
    pub min: f64,
    pub max: f64,
    /// What the trainer uses where nothing is given, for people.
    pub default: String,
}

/// Which numbers a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    Integer,
    Number,
}

impl ParameterSpec {
    /// `value` as the trainer's command line takes it, or a sentence that says what is wrong.
    pub fn check(&self, value: &Json) -> Result<String, String> {
        let wants = match self.kind {
            ParameterKind::Integer => "a whole number",
            ParameterKind::Number => "a number",
        };
        let refusal = || {
            format!(
                "“{}” is {value}, but takes {wants} from {} to {}.",
                self.name, self.min, self.max
            )
        };
        let number = match value {
            Json::Number(number) => number.as_f64(),
            Json::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(refusal)?;
        let whole = self.kind == ParameterKind::Number || number.fract() == 0.0;
        if whole && (self.min..=self.max).contains(&number) {
            Ok(number.to_string())
        } else {
            Err(refusal())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn spec(kind: ParameterKind) -> ParameterSpec {
        ParameterSpec {
            name: "batch_size".into(),
            label: String::new(),
            help: String::new(),
            kind,
            min: 2.0,
            max: 100.0,
            default: "64".into(),
        }
    }

    #[test]
    fn only_numbers_within_the_range_pass() {
        let integer = spec(ParameterKind::Integer);
        assert_eq!(integer.check(&json!(64)), Ok("64".into()));
        assert_eq!(integer.check(&json!("64")), Ok("64".into()));
        for wrong in [
            json!(1),
            json!(101),
            json!(2.5),
            json!("x; rm"),
            json!(null),
            json!("NaN"),
        ] {
            assert!(integer.check(&wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            spec(ParameterKind::Number).check(&json!(2.5)),
            Ok("2.5".into())
        );
    }
}
