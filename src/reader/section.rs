//! Finds the parts of a line that do not speak of the training as it is now: what stands
//! behind `Validation`, `best`, `loaded` or `Average over`.

use std::ops::Range;

use super::draft::Draft;
use super::scene;
use super::token::Kind;

/// A part of a line, in tokens.
#[derive(Clone, Debug)]
pub struct Section {
    pub tokens: Range<usize>,
    /// The bytes of the word that began it, empty where a header above did.
    pub name: Range<usize>,
    /// It is of another time: even its counters do not tell where the run is.
    pub elsewhen: bool,
}

/// The sections of a line. Cheap where no word begins one, as in most lines.
pub fn find(draft: &Draft) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    for at in 0..draft.tokens.len() {
        let word = draft.word(at);
        if word.is_empty() {
            continue;
        }
        if scene::training(word) {
            let before = at.checked_sub(1).map_or("", |i| draft.word(i));
            if !before.eq_ignore_ascii_case("before") {
                end(&mut found, at);
            }
            continue;
        }
        let elsewhen = elsewhen(draft, at);
        let tail = word.rsplit('-').next().unwrap_or(word);
        if !(elsewhen || scene::evaluation(tail) || word.ends_with("(val)") || word.ends_with("(test)"))
        {
            continue;
        }
        if scene::elsewhen(word) && names_another(draft, at) {
            continue;
        }
        let bracketed = at > 0 && draft.is(at - 1, '[') && draft.is(at + 1, ']');
        let tokens = if bracketed { at - 1..at + 2 } else { at..at + 1 };
        let name = draft.tokens[tokens.start].start..draft.tokens[tokens.end - 1].end;
        let end_at = match elsewhen && !bracketed {
            true => close(draft, at),
            false => draft.tokens.len(),
        };
        end(&mut found, at);
        found.push(Section {
            tokens: at..end_at,
            name,
            elsewhen,
        });
    }
    found
}

/// The section in which token `at` lies.
pub fn around(sections: &[Section], at: usize) -> Option<&Section> {
    sections
        .iter()
        .rev()
        .find(|section| section.tokens.contains(&at))
}

/// Ends the evaluation that is open at token `at`; what is of another time goes on.
fn end(found: &mut [Section], at: usize) {
    if let Some(last) = found.last_mut().filter(|last| !last.elsewhen) {
        last.tokens.end = last.tokens.end.min(at);
    }
}

pub fn elsewhen(draft: &Draft, at: usize) -> bool {
    let word = draft.word(at);
    let next = draft.word(at + 1);
    let is = |word: &str, list: &[&str]| list.iter().any(|w| w.eq_ignore_ascii_case(word));
    scene::elsewhen(word)
        || is(word, &["average", "avg", "mean"]) && is(next, &["over", "of", "last"])
        || is(word, &["moving", "running", "rolling"]) && is(next, &["average", "avg", "mean", "loss"])
        || word.eq_ignore_ascii_case("before") && scene::training(next)
}

/// Whether the word at `at` is but a part of another metric's name: `best FID: 12.5`.
fn names_another(draft: &Draft, at: usize) -> bool {
    let mut next = at + 1;
    while !draft.word(next).is_empty() && next < at + 4 {
        next += 1;
    }
    let words = at + 1..next;
    let joint = matches!(draft.kind(next), Kind::Mark(':' | '='));
    let valued = joint && draft.kind(next + 1) == Kind::Number || draft.kind(next) == Kind::Number;
    let network = words
        .clone()
        .any(|i| super::words::meaning(draft.word(i)).is_some() || super::noise::is_loss(draft.word(i)));
    !words.is_empty() && valued && !network
}

/// Where what is open at token `at` closes: with its bracket, or with the line.
pub fn close(draft: &Draft, at: usize) -> usize {
    let mut depth = 0i32;
    for next in at..draft.tokens.len() {
        match draft.kind(next) {
            Kind::Mark('(' | '[' | '{') => depth += 1,
            Kind::Mark(')' | ']' | '}') => {
                depth -= 1;
                if depth < 0 {
                    return next;
                }
            }
            _ => {}
        }
    }
    draft.tokens.len()
}
