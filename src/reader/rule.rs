//! The rules by which a value is found, and where in the line it stands.

use serde::{Deserialize, Serialize};

/// The rule that found a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Pattern,
    Json,
    Pair,
    Blank,
    Counter,
    Brackets,
    Bar,
    Percent,
    Table,
}

impl Rule {
    /// All rules, in the order in which they are tried.
    pub const ALL: [Self; 9] = [
        Self::Pattern,
        Self::Json,
        Self::Table,
        Self::Bar,
        Self::Percent,
        Self::Counter,
        Self::Pair,
        Self::Blank,
        Self::Brackets,
    ];

    /// The rule's name, as it stands in events and on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pattern => "pattern",
            Self::Json => "json",
            Self::Pair => "pair",
            Self::Blank => "blank",
            Self::Counter => "counter",
            Self::Brackets => "brackets",
            Self::Bar => "bar",
            Self::Percent => "percent",
            Self::Table => "table",
        }
    }

    /// What the rule looks for, in one sentence for users.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Pattern => "A named group of the trainer's own pattern holds the value.",
            Self::Json => "The line is a JSON object and the value stands under a key of it.",
            Self::Pair => {
                "A name and its number are joined by a colon, an equals sign or the like."
            }
            Self::Blank => "A name and its number stand side by side, with only blanks between.",
            Self::Counter => "A word such as “epoch” or “step” counts, perhaps with a total.",
            Self::Brackets => "Fractions without a name stand where trainers write epoch and step.",
            Self::Bar => "The value belongs to a progress bar.",
            Self::Percent => "A percentage is called progress, or stands behind the epoch.",
            Self::Table => "An earlier line named the columns and this line fills them.",
        }
    }
}

/// One value that a line states: under which key, where, and which rule found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The key as in a training update, `other.` and the trainer's name for the others.
    pub key: String,
    /// Where the value begins in the line, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    pub rule: Rule,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_one_name_and_one_sentence() {
        for rule in Rule::ALL {
            assert_eq!(
                serde_json::to_string(&rule).unwrap(),
                format!("\"{}\"", rule.name())
            );
            assert!(rule.explanation().ends_with('.'));
        }
    }
}
