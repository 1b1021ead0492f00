//! Remembers the block of lines that a header has begun: settings, or an evaluation.

use serde::{Deserialize, Serialize};

use super::scene::{self, Header};
use super::words::{counts, meaning};

/// Lines that a block has at most: a report that never ends one is not lost for ever.
const MOST_LINES: u32 = 300;
/// The same for an evaluation, whose end many trainers do not mark.
const MOST_EVALUATION: u32 = 20;

/// Lines that belong together and are no report of the training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// `Options` and the lines below it that set one name each.
    Settings { lines: u32, epochs: u32 },
    /// `model:`, as YAML begins an object, and the lines indented below it.
    Object { lines: u32 },
    /// What an open bracket holds: `Namespace(`, or a dictionary, which may be a report.
    Open { lines: u32, depth: i32, call: bool },
    /// `Validation:` and the values below it.
    Evaluation { lines: u32, word: String },
}

impl Block {
    /// The block that `text` begins. `trained` tells that the run has begun to count:
    /// only before that are brackets over many lines settings.
    pub fn begun(text: &str, trained: bool) -> Option<Self> {
        let end = text.trim_end();
        let named = text.split('(').next().unwrap_or("");
        let call = named.len() < text.len()
            && named
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        if (!trained || call) && end.ends_with([',', '{', '(', '[', '}']) {
            let depth = depth(text);
            if depth > 0 {
                return Some(Self::Open {
                    lines: 0,
                    depth,
                    call,
                });
            }
        }
        if !trained && is_object(text) {
            return Some(Self::Object { lines: 0 });
        }
        match scene::header(text)? {
            (Header::Settings, _) => Some(Self::Settings {
                lines: 0,
                epochs: 0,
            }),
            (Header::Evaluation, word) => Some(Self::Evaluation {
                lines: 0,
                word: word.to_owned(),
            }),
            (Header::Training, _) => None,
        }
    }

    /// The block behind `text`, and whether `text` is a part of it.
    pub fn behind(self, text: &str) -> (Option<Self>, bool) {
        match self {
            Self::Settings { lines, epochs } => {
                let border = is_border(text);
                let epochs = epochs + u32::from(is_epoch(text));
                // The same setting twice is a report; so is a line of several values.
                let inside = !text.trim().is_empty()
                    && lines < MOST_LINES
                    && epochs < 2
                    && (lines == 0 && (border || text.contains("---")) || sets(text));
                let lines = lines + u32::from(!border);
                let kept = inside.then_some(Self::Settings { lines, epochs });
                (kept, inside)
            }
            Self::Object { lines } => {
                let inside = text.starts_with([' ', '\t']) && lines < MOST_LINES;
                (inside.then_some(Self::Object { lines: lines + 1 }), inside)
            }
            Self::Open { .. } if !text.starts_with([' ', '\t', '}', ')', ']', '"', '\'']) => {
                (None, false)
            }
            Self::Open { lines, depth, call } => {
                let depth = depth + self::depth(text);
                let open = depth > 0 && lines < MOST_LINES;
                let lines = lines + 1;
                let kept = open.then_some(Self::Open { lines, depth, call });
                (kept, true)
            }
            Self::Evaluation { lines, word } => {
                let training = matches!(scene::header(text), Some((Header::Training, _)));
                let inside = lines < MOST_EVALUATION && !text.trim().is_empty() && !training;
                let lines = lines + 1;
                let kept = inside.then_some(Self::Evaluation { lines, word });
                (kept, inside)
            }
        }
    }
}

/// Whether `text` is one key in small letters with nothing behind it: `model:`.
fn is_object(text: &str) -> bool {
    text.trim_end().strip_suffix(':').is_some_and(|key| {
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    })
}

/// How many more brackets `text` opens than it closes.
fn depth(text: &str) -> i32 {
    text.bytes()
        .map(|b| match b {
            b'{' | b'(' | b'[' => 1,
            b'}' | b')' | b']' => -1,
            _ => 0,
        })
        .sum()
}

/// Whether `text` is a drawn line, `+-----+----+`.
fn is_border(text: &str) -> bool {
    text.chars().all(|c| !c.is_alphanumeric())
}

/// Whether `text` sets one name: `epoch: 200`, `| lr | 0.1 |`, `'step': 5,`, `lr=0.1`.
fn sets(text: &str) -> bool {
    let start = text.trim_start_matches([' ', '\t', '|', '│', '\'', '"', '-', '*', '+']);
    if is_border(text) {
        return text.contains('+') || text.contains('|');
    }
    let name = start
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/')))
        .unwrap_or(start.len());
    let behind = start[name..].trim_start_matches(['\'', '"', ' ']);
    // `2024/01/02 10:31:00 …` and `Iter 100: …` begin lines of a report.
    let dated = start.starts_with(|c: char| c.is_ascii_digit());
    let mut words = start[..name].split_whitespace();
    let counted = words.next().and_then(meaning).is_some_and(counts)
        && words
            .next()
            .is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()));
    if dated || counted {
        return false;
    }
    name > 0 && behind.starts_with([':', '=', '|', '│', '\t'])
        || text.starts_with([' ', '\t']) && name == start.len()
}

fn is_epoch(text: &str) -> bool {
    let start = text.trim_start_matches([' ', '\t', '|', '\'', '"']);
    start
        .get(..5)
        .is_some_and(|word| word.eq_ignore_ascii_case("epoch"))
        && !start[5..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
}
