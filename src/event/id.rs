//! The names of a run and of an event.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number of an event: growing over all runs; 0 is before the first.
pub type Seq = u64;

/// A run's name in files and URLs: `YYYYMMDD-HHMMSS-abcd`, UTC, so that runs sort by time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

impl RunId {
    /// The id in `text`, or `None` where it is not of the form: what passes here can
    /// stand in a path, since it holds only digits, lower-case letters and two hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let in_form = bytes.len() == 20
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                8 | 15 => *byte == b'-',
                0..15 => byte.is_ascii_digit(),
                _ => byte.is_ascii_digit() || byte.is_ascii_lowercase(),
            });
        in_form.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RunId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("“{text}” is not the id of a run"))
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documented_form_is_an_id() {
        assert!(RunId::parse("20250824-181433-a1b2").is_some());
        for wrong in [
            "",
            "../20250824-181433-a",
            "20250824-181433-A1B2",
            "20250824_181433-a1b2",
            "20250824-181433-a1b2/",
            "20250824-181433-a1b\0",
            "2025082４-181433-a1",
        ] {
            assert_eq!(RunId::parse(wrong), None, "{wrong:?}");
        }
    }
}
