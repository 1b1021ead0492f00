//! Finds counters whose word stands behind their number: `@ 500 steps`, `200/2983 batches`, `3epoch:train`.

use super::Rule;
use super::draft::Draft;
use super::token::Kind;
use super::words::Word;

/// The counter of which `word` is the unit: `200/ 2983 batches`.
pub fn of(word: &str) -> Option<Word> {
    let any = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    if any(&["epoch", "epochs"]) {
        Some(Word::Epoch)
    } else if any(&[
        "batches",
        "batch",
        "steps",
        "step",
        "iters",
        "iter",
        "iterations",
    ]) {
        Some(Word::Step)
    } else {
        None
    }
}

/// `3epoch:train:…` and `2/1000epoch started`: an epoch whose word is glued to its number.
pub fn glued(draft: &mut Draft, at: usize) {
    let token = draft.tokens[at];
    let begins = at == 0 || !draft.glued(at) || draft.is(at - 1, '/');
    let goes_on = draft.is(at + 1, ':') || !draft.word(at + 1).is_empty();
    if &draft.text[token.end..token.full] != "epoch" || !begins || !goes_on {
        return;
    }
    draft.tokens[at].kind = Kind::Number;
    let fraction = at > 1 && draft.is(at - 1, '/') && draft.count(at - 2).is_some();
    let (value, total) = match fraction {
        true => (at - 2, Some(at)),
        false => (at, None),
    };
    draft.counted |= draft.state_count(Word::Epoch, value, total, Rule::Counter);
    draft.take(value..at + 1);
}

/// A counter whose word stands behind its number: `0 epoch / 10 epochs`, `@ 500 steps`.
pub fn counted(draft: &mut Draft, at: usize) {
    let Some(word) = of(draft.word(at)) else {
        return;
    };
    let Some(value) = at.checked_sub(1).filter(|i| draft.count(*i).is_some()) else {
        return;
    };
    // `n/m batches`: the number before the word is the total.
    if value >= 2 && draft.is(value - 1, '/') && draft.count(value - 2).is_some() {
        if draft.state_count(word, value - 2, Some(value), Rule::Counter) {
            draft.counted = true;
            draft.take(value - 2..at + 1);
        }
        return;
    }
    let total = (draft.is(at + 1, '/')
        && draft.count(at + 2).is_some()
        && of(draft.word(at + 3)) == Some(word))
    .then_some(at + 2);
    let before = value.checked_sub(1);
    let word_before = before.map_or("", |i| draft.word(i));
    let said = ["finished", "completed"]
        .iter()
        .any(|w| w.eq_ignore_ascii_case(word_before))
        || before.is_some_and(|i| draft.is(i, '@'));
    let first = before.is_none() && draft.is(at + 1, ',');
    // `D loss after 100 steps: 0.65`
    let after = word_before.eq_ignore_ascii_case("after")
        && draft.is(at + 1, ':')
        && draft.kind(at + 2) == Kind::Number;
    if (said || after || first || total.is_some())
        && draft.state_count(word, value, total, Rule::Counter)
    {
        draft.counted = true;
        let end = total.map_or(at, |total| total + 1) + 1;
        draft.take(value..end);
    }
}
