//! Finds the name of a number past what stands between both: `loss at step 100: 0.5`, `FID (step: 200): 12.3`,
//! `Generator (U-Net) loss: 0.5`.

use super::draft::{Draft, is_metric};
use super::name::{Name, name};
use super::noise;
use super::token::Kind;
use super::words::{Meaning, Word};

/// Tokens of a bracket or a counter that are looked at.
const LONGEST: usize = 12;

/// The name whose joint stands behind token `end`, where a counter or a remark ends there.
pub fn past(draft: &Draft, end: usize) -> Option<Name> {
    let before = match draft.kind(end) {
        Kind::Used => counter(draft, end)?,
        Kind::Mark(')') => {
            let open = opening(draft, end)?;
            let inside = open + 1..end;
            let counts = inside.clone().any(|at| draft.kind(at) == Kind::Used);
            // `G loss (adv+L1)` sums up; `G loss (adv)` is a part.
            let sums = inside.clone().any(|at| draft.is(at, '+'))
                && inside.clone().all(|at| draft.kind(at) != Kind::Number);
            open.checked_sub(1).filter(|_| counts || sums)?
        }
        // `G loss over epoch`, but not `G loss per epoch`, which is a plan.
        Kind::Word if draft.means(end) == Some(Meaning::Word(Word::Epoch)) => {
            let over = end.checked_sub(1).filter(|at| draft.word(*at) == "over")?;
            over.checked_sub(1)?
        }
        _ => return None,
    };
    let name = name(draft, before)?;
    let network =
        matches!(name.meaning, Some(Meaning::Word(word) | Meaning::Mean(word)) if is_metric(word));
    (network || noise::of_training(&draft.text[name.start..name.end])).then_some(name)
}

/// The token before a counter that ends with token `end`, and before the word that joins it to a name.
fn counter(draft: &Draft, end: usize) -> Option<usize> {
    let first = (0..=end)
        .rev()
        .take(LONGEST)
        .take_while(|at| draft.kind(*at) == Kind::Used)
        .last()?;
    let joint = first.checked_sub(1)?;
    let joins = draft.is(joint, '@')
        || ["at", "after", "for", "in", "on"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(draft.word(joint)));
    joint.checked_sub(1).filter(|_| joins)
}

/// The bracket that token `close` closes.
pub fn opening(draft: &Draft, close: usize) -> Option<usize> {
    (close.saturating_sub(LONGEST)..close)
        .rev()
        .find(|at| draft.is(*at, '('))
        .filter(|open| (open + 1..close).all(|at| !draft.is(at, ')')))
}

/// The network's name behind which a remark closes with token `close`: `Generator (U-Net)`.
pub fn remarked(draft: &Draft, close: usize) -> Option<usize> {
    let open = opening(draft, close)?;
    let worded = (open + 1..close).all(|at| matches!(draft.kind(at), Kind::Word | Kind::Mark('-')));
    open.checked_sub(1).filter(|_| worded)
}
