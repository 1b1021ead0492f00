//! Finds the parts of a line that do not speak of the training as it is now: what stands
//! behind `Validation`, `best`, `loaded` or `Average over`.

use std::ops::Range;

use super::draft::Draft;
use super::noise;
use super::scene::{self, Scene};
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

/// The sections of `draft`'s line, and whether words of another time or of settings stand
/// in it. Cheap where no word begins one, as in most lines.
pub fn find(draft: &mut Draft) {
    let mut found: Vec<Section> = Vec::new();
    for at in 0..draft.tokens.len() {
        let word = draft.word(at);
        if word.len() < 3 {
            continue;
        }
        let tail = word.rsplit('-').next().unwrap_or(word);
        let scene = scene::of(word).or_else(|| scene::of(tail));
        let called = word.ends_with("(val)") || word.ends_with("(test)");
        if scene.is_none() && !called {
            continue;
        }
        if scene == Some(Scene::Training) {
            let before = at.checked_sub(1).map_or("", |i| draft.word(i));
            if !before.eq_ignore_ascii_case("before") {
                end(&mut found, at);
            }
            continue;
        }
        draft.settings |= scene == Some(Scene::Settings);
        let elsewhen = elsewhen(draft, at);
        draft.elsewhen |= elsewhen;
        if !(elsewhen || called || scene == Some(Scene::Evaluation)) {
            continue;
        }
        if scene == Some(Scene::Elsewhen) && names_another(draft, at) || times(draft, at) {
            continue;
        }
        let bracketed = at > 0 && draft.is(at - 1, '[') && draft.is(at + 1, ']');
        let tokens = if bracketed {
            at - 1..at + 2
        } else {
            at..at + 1
        };
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
    draft.sections = found;
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

/// Whether the word at `at` says that what stands behind it is of another time.
pub fn elsewhen(draft: &Draft, at: usize) -> bool {
    let next = draft.word(at + 1);
    match scene::of(draft.word(at)) {
        Some(Scene::Elsewhen) => true,
        Some(Scene::Average) => ["over", "of", "last"]
            .iter()
            .any(|w| w.eq_ignore_ascii_case(next)),
        Some(Scene::Moving) => {
            scene::of(next) == Some(Scene::Average) || next.eq_ignore_ascii_case("loss")
        }
        Some(Scene::Before) => scene::training(next),
        _ => false,
    }
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
        .any(|i| draft.means(i).is_some() || noise::is_loss(draft.word(i)));
    !words.is_empty() && valued && !network
}

/// Whether the word at `at` names but a duration, a number or a device: `data loading: 0.01s`, `inference time 0.1`,
/// `sample std 0.3`, `dev cuda:0`.
fn times(draft: &Draft, at: usize) -> bool {
    let next = draft.word(at + 1);
    if ["time", "std", "saved", "cuda"].contains(&next) {
        return true;
    }
    let joint = usize::from(matches!(draft.kind(at + 1), Kind::Mark(':' | '=')));
    let value = at + 1 + joint;
    let timed = draft.kind(value) == Kind::Quantity || noise::unit(draft.word(value + 1));
    let loading = draft.word(at).eq_ignore_ascii_case("loading");
    timed || loading && joint > 0 && draft.kind(value) == Kind::Number
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
