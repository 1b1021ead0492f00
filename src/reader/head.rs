//! Tells what a network's bare name stands under: `loss G: 0.7 D: 0.5` states losses,
//! `grad norm: G 1.2 D 0.4` does not; and joins `[D] loss: 0.5` to one name.

use super::draft::Draft;
use super::name::Name;
use super::token::Kind;
use super::words::{Meaning, Word, meaning};
use super::{between, noise, scene};

/// What stands before a bare name.
pub enum Head {
    /// Nothing, or words that say nothing about it.
    None,
    /// Words that it lacks: `loss`, `lr`.
    Words(String),
}

/// The head of the bare name that begins with token `first`: what stands before the row
/// of bare names and numbers to which it belongs.
pub fn of(draft: &Draft, first: usize) -> Head {
    /// Tokens of a row that are looked at.
    const FAR: usize = 48;
    let mut at = first;
    while let Some(before) = at.checked_sub(1).filter(|_| first - at < FAR) {
        match draft.kind(before) {
            Kind::Word => return words(draft, before),
            Kind::Number => match unit(draft, before) {
                Some(name) => at = name,
                None => return Head::None,
            },
            Kind::Mark(',' | ';') => at = before,
            Kind::Mark(':' | '-' | '(' | '[' | '|' | '>' | '=' | '{') => {
                let end = (0..before).rev().find(|i| {
                    !matches!(
                        draft.kind(*i),
                        Kind::Mark('-' | '>' | ':' | '(' | '[' | '{' | '=')
                    )
                });
                match end.map(|i| draft.kind(i)) {
                    Some(Kind::Word) => return words(draft, end.unwrap_or(before)),
                    Some(Kind::Number) if draft.is(before, '|') || draft.is(before, '-') => {
                        at = before;
                    }
                    _ => return Head::None,
                }
            }
            _ => return Head::None,
        }
    }
    Head::None
}

/// The first token of the bare name whose number is token `at`.
fn unit(draft: &Draft, at: usize) -> Option<usize> {
    let mut name = at.checked_sub(1)?;
    while matches!(draft.kind(name), Kind::Mark(':' | '=' | '(' | '[')) {
        name = name.checked_sub(1)?;
    }
    matches!(draft.means(name), Some(Meaning::Bare(_))).then_some(name)
}

/// The head that ends with the word at `end`.
fn words(draft: &Draft, end: usize) -> Head {
    let word = draft.word(end);
    if neutral(word) && !noise::is_loss(word) {
        return Head::None;
    }
    let mut first = end;
    while let Some(before) = first.checked_sub(1) {
        let joined = draft.gap(first) == " " && !draft.word(before).is_empty();
        if !joined || noise::joint(draft.word(before)) || end - before > 3 {
            break;
        }
        first = before;
    }
    Head::Words(draft.text[draft.tokens[first].start..draft.tokens[end].end].to_owned())
}

/// Whether `word` before a bare name says nothing about it: a counter, a logger's tag, the
/// name of a network or of a machine.
fn neutral(word: &str) -> bool {
    let gan = |text: &str| {
        text.as_bytes()
            .windows(3)
            .any(|three| three.eq_ignore_ascii_case(b"gan"))
    };
    let counts = matches!(
        meaning(word),
        Some(Meaning::Word(Word::Epoch | Word::Step | Word::Progress) | Meaning::Weak(_))
    );
    counts
        || noise::joint(word)
        || scene::training(word)
        || scene::evaluation(word)
        || super::name::harmless(word)
        || gan(word)
        || word.contains(['.', '_'])
        || word.bytes().any(|b| b.is_ascii_digit())
}

/// The name whose second half is `name`: `[D] loss`, `D: loss`, `Discriminator - loss`, `Discriminator (PatchGAN) loss`.
pub fn joined(draft: &Draft, name: &Name) -> Option<String> {
    let half = &draft.text[name.start..name.end];
    if name.meaning.is_some() || !noise::is_loss(half) || half.contains([' ', '_', '/']) {
        return None;
    }
    let mark = name.first.checked_sub(1)?;
    // `G  loss :`, in columns
    let column = matches!(draft.means(mark), Some(Meaning::Bare(_)))
        && draft.gap(name.first).chars().all(|c| c == ' ');
    // `the generator's loss`
    let owned = draft.word(mark) == "s" && mark > 1 && draft.is(mark - 1, '\'');
    let framed = draft.is(mark, ']') && mark > 1 && draft.is(mark - 2, '[');
    let end = match draft.kind(mark) {
        Kind::Mark(')') => between::remarked(draft, mark)?,
        Kind::Mark(':' | '-' | '|') => mark.checked_sub(1)?,
        _ if framed => mark - 1,
        _ if owned => mark - 2,
        _ if column => mark,
        _ => return None,
    };
    let network = draft.word(end);
    if !matches!(meaning(network), Some(Meaning::Bare(_))) {
        return None;
    }
    let foreign = end
        .checked_sub(1)
        .filter(|_| !framed && draft.gap(end) == " ")
        .map_or("", |i| draft.word(i));
    let known = foreign.is_empty() || neutral(foreign);
    known.then(|| format!("{network} {half}"))
}
