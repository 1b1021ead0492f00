//! Reads lines that somebody wants to try out, and says what was found where.

use std::time::{Duration, Instant};

use super::ServerError;
use super::digest::value;
use crate::reader::{Lines, Pattern, Reader};
use crate::run::LineReading;

/// Lines that are read at most; a page can show no more with ease.
const LINES_MOST: usize = 2000;
/// How long they may take: a pattern can be made to take much longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What each line of `text` states: `pattern` goes first where there is one, as a trainer's
/// in the configuration does.
///
/// # Errors
/// `Invalid` where the pattern cannot be used, with the place and the reason, where there are too many lines, or where they take too long.
pub fn read_lines(text: &str, pattern: Option<&str>) -> Result<Vec<LineReading>, ServerError> {
    read_within(PATIENCE, text, pattern)
}

fn read_within(
    patience: Duration,
    text: &str,
    pattern: Option<&str>,
) -> Result<Vec<LineReading>, ServerError> {
    let pattern = pattern.filter(|pattern| !pattern.trim().is_empty());
    let pattern = pattern
        .map(Pattern::tried)
        .transpose()
        .map_err(|error| ServerError::Invalid(error.to_string()))?;
    let (mut lines, mut reader, mut texts) = (Lines::default(), Reader::default(), Vec::new());
    for piece in text.split_inclusive('\n') {
        let (piece, ended) = match piece.strip_suffix('\n') {
            Some(piece) => (piece, true),
            None => (piece, false),
        };
        lines.push(piece.as_bytes(), ended, |line| texts.push(line.text));
    }
    texts.extend(lines.finish().map(|line| line.text));
    if texts.len() > LINES_MOST {
        return Err(ServerError::Invalid(format!(
            "These are {} lines, and {LINES_MOST} are read here at most: leave some out, or try `nashboard parse FILE`.",
            texts.len()
        )));
    }
    let begun = Instant::now();
    let read = texts.into_iter().zip(1..).map(|(text, line)| {
        if begun.elapsed() >= patience {
            return Err(ServerError::Invalid(format!(
                "Reading took longer than {} s and came to line {line}: try fewer lines, or a simpler pattern.",
                patience.as_secs()
            )));
        }
        let mut found = reader.read(&text, pattern.as_ref()).found;
        found.sort_by_key(|found| (found.start, found.end));
        Ok(LineReading {
            line,
            found: found.iter().map(value).collect(),
            text,
        })
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_told_with_its_place_and_rule() {
        let read = read_lines("Epoch 3/9\nG_loss: 0.5 lr=1e-3\nnothing", None).unwrap();
        let of = |line: usize| -> Vec<(&str, &str)> {
            let parts = read[line].parts().into_iter();
            parts
                .filter_map(|(text, found)| Some((found?.key.as_str(), text)))
                .collect()
        };
        assert_eq!(of(0), [("epoch", "3"), ("total_epochs", "9")]);
        assert_eq!(of(1), [("generator_loss", "0.5"), ("lr", "1e-3")]);
        assert!(of(2).is_empty());
        let first = &read[1].found[0];
        assert_eq!(first.rule, "pair");
        assert!(!first.explanation.is_empty());
    }

    #[test]
    fn too_many_lines_are_refused_rather_than_cut() {
        let error = read_lines(&"x\n".repeat(LINES_MOST + 1), None).unwrap_err();
        assert!(error.to_string().contains("2001 lines"), "{error}");
        assert_eq!(
            read_lines(&"x\n".repeat(LINES_MOST), None).unwrap().len(),
            LINES_MOST
        );
    }

    #[test]
    fn a_pattern_that_takes_for_ever_is_given_up() {
        let usual = r"(?P<epoch>\d+)/(?P<total_epochs>\d+)\s+\w+: G=(?P<generator_loss>\S+) D=(?P<discriminator_loss>\S+)";
        assert_eq!(
            read_lines("3/9 loss: G=1 D=2", Some(usual)).unwrap()[0]
                .found
                .len(),
            4
        );
        let slow = |repeats| format!("(?P<epoch>[ab]*a[ab]{{{repeats}}}[^ab])");
        let error = read_lines("x", Some(&slow(9000))).unwrap_err().to_string();
        assert!(error.contains("size limit"), "{error}");
        let error = read_within(Duration::ZERO, "a\nb", Some(usual)).unwrap_err();
        assert!(error.to_string().contains("line 1"), "{error}");
    }

    #[test]
    fn a_pattern_can_be_tried_out() {
        let read = read_lines("7 | 0.25", Some(r"(?P<epoch>\d+) \| (?P<gp>\S+)")).unwrap();
        assert_eq!(read[0].found.len(), 2);
        let error = read_lines("7", Some("(?P<epoch>")).unwrap_err().to_string();
        assert!(error.contains("unclosed"), "{error}");
    }
}
