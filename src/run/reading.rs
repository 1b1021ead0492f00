//! How lines are read: where each value stands, and by which rule it was found.

use serde::{Deserialize, Serialize};

/// A line, and what it states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReading {
    /// Its number among the lines that were read, from 1.
    pub line: u64,
    pub text: String,
    /// In the order of the text.
    pub found: Vec<FoundValue>,
}

/// A value in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundValue {
    /// What it is: `epoch`, `generator_loss`, … or a metric by the trainer's own name.
    pub key: String,
    /// Bytes of the text: from, and up to but without.
    pub start: u32,
    pub end: u32,
    pub rule: String,
    /// What the rule looks for, in a sentence.
    pub explanation: String,
}

/// How a metric of a run was first found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricSource {
    pub metric: String,
    /// The line that it was found in, with that value alone.
    pub example: LineReading,
}

impl LineReading {
    /// The text in parts: each with the value that it is, or none.
    pub fn parts(&self) -> Vec<(&str, Option<&FoundValue>)> {
        let mut parts = Vec::new();
        let mut from = 0;
        for found in &self.found {
            let (start, end) = (found.start as usize, found.end as usize);
            // Two rules may have found one value, and a text may have been cut.
            let (Some(before), Some(value)) =
                (self.text.get(from..start), self.text.get(start..end))
            else {
                continue;
            };
            parts.extend((!before.is_empty()).then_some((before, None)));
            parts.push((value, Some(found)));
            from = end;
        }
        let rest = self.text.get(from..).unwrap_or_default();
        parts.extend((!rest.is_empty()).then_some((rest, None)));
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(key: &str, start: u32, end: u32) -> FoundValue {
        FoundValue {
            key: key.into(),
            start,
            end,
            rule: "pair".into(),
            explanation: String::new(),
        }
    }

    #[test]
    fn a_line_falls_into_values_and_what_stands_between() {
        let reading = LineReading {
            line: 1,
            text: "epoch 3: é=0.5".into(),
            found: vec![
                found("epoch", 6, 7),
                found("é", 12, 15),
                found("twice", 12, 15),
            ],
        };
        let parts: Vec<_> = reading
            .parts()
            .into_iter()
            .map(|(text, found)| (text, found.map(|found| found.key.as_str())))
            .collect();
        assert_eq!(
            parts,
            [
                ("epoch ", None),
                ("3", Some("epoch")),
                (": é=", None),
                ("0.5", Some("é"))
            ]
        );
    }
}
