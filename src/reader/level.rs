//! How urgent a line looks, by the words in it.

use std::sync::LazyLock;

use regex::Regex;

use crate::event::Level;

/// Words that loggers print for a level, as whole words: `[WARNING]`, `ERROR:`.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let error = r"(?:ERROR|CRITICAL|FATAL)\b|Traceback\b|(?:[A-Z]\w*)?(?:Error|Exception):";
    let warning = r"WARN(?:ING)?\b|\w*Warning:";
    let debug = r"(?:DEBUG|TRACE)\b";
    Regex::new(&format!(
        r"\b(?:(?P<error>{error})|(?P<warning>{warning})|(?P<debug>{debug}))"
    ))
    .ok()
});

/// The level of a line: `info` unless a logger's word for another stands near its start.
/// The stream does not matter: Python's `logging` writes everything to stderr.
pub fn level(text: &str) -> Level {
    const NEAR: usize = 120;
    let start = match text.char_indices().nth(NEAR) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    if is_complaint(start) {
        return Level::Error;
    }
    let Some(found) = WORDS.as_ref().and_then(|words| words.captures(start)) else {
        return Level::Info;
    };
    if found.name("error").is_some() {
        Level::Error
    } else if found.name("warning").is_some() {
        Level::Warning
    } else {
        Level::Debug
    }
}

/// Whether a line complains as option parsers and compilers do: `train.py: error: unrecognized arguments`. An error that was
/// measured is a number.
fn is_complaint(text: &str) -> bool {
    let Some((whose, what)) = text.split_once("error: ") else {
        return false;
    };
    let is_named = whose.is_empty() || whose.ends_with(": ") && !whose.trim_end().contains(' ');
    let first = what.split_whitespace().next();
    is_named
        && first.is_some_and(|word| {
            word.trim_end_matches([',', ';', '%'])
                .parse::<f64>()
                .is_err()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loggers_words_tell_the_level() {
        for (text, expected) in [
            ("Epoch 1/10 Generator Loss: 1.2", Level::Info),
            ("error rate: 0.25", Level::Info),
            ("error: 0.25, lr: 0.1", Level::Info),
            ("val: error: nan", Level::Info),
            ("mean error: low", Level::Info),
            (
                "error: the following arguments are required: --data",
                Level::Error,
            ),
            (
                "train.py: error: unrecognized arguments: --lrr 1",
                Level::Error,
            ),
            ("ERRORS: 0", Level::Info),
            ("2025-01-01 12:00:00 [WARNING] low memory", Level::Warning),
            ("train.py:3: UserWarning: nan", Level::Warning),
            ("Traceback (most recent call last):", Level::Error),
            ("RuntimeError: CUDA out of memory", Level::Error),
            ("DEBUG:root:batch 3", Level::Debug),
        ] {
            assert_eq!(level(text), expected, "{text}");
        }
    }
}
