//! Finds counters: `Epoch 1/10`, `[step: 3 of 400]`, `iter 200`, `[0/25][3/782]`.

use super::draft::Draft;
use super::token::Kind;
use super::words::{Meaning, Word, meaning};
use super::{Rule, noise};

/// Totals up to which a step with a total and nothing else is one of an installer.
const FEW: u64 = 50;

/// Finds every counter that a word names.
pub fn read(draft: &mut Draft) {
    for at in 0..draft.tokens.len() {
        match draft.word(at) {
            "" => {}
            word if noise::restored(word) => return,
            _ if number_near(draft, at) && named(draft, at) => {}
            _ if at > 0 && draft.kind(at - 1) == Kind::Number => unit(draft, at),
            _ => {}
        }
    }
}

/// Whether a number stands near enough behind `at` to be the count of a word there.
fn number_near(draft: &Draft, at: usize) -> bool {
    const NEAR: usize = 7;
    (at + 1..=at + NEAR).any(|next| draft.kind(next) == Kind::Number)
}

/// A counter's word with its number behind it.
fn named(draft: &mut Draft, at: usize) -> bool {
    let name = draft.word(at);
    let (word, weak) = match meaning(name) {
        Some(Meaning::Word(word @ (Word::Epoch | Word::Step))) => (word, false),
        Some(Meaning::Weak(word)) => (word, true),
        _ => return false,
    };
    let before = |back: usize| at.checked_sub(back).map_or("", |i| draft.word(i));
    let planned =
        noise::planned(before(1)) || noise::adjective(before(1)) && noise::planned(before(2));
    let file = word == Word::Step && at < 12 && (0..at).any(|i| noise::saving(draft.word(i)));
    if planned || file {
        return false;
    }
    let mut next = at + 1;
    if ["no", "num", "number", "idx", "index", "nr"]
        .iter()
        .any(|w| w.eq_ignore_ascii_case(draft.word(next)))
    {
        next += 1 + usize::from(draft.is(next + 1, '.'));
    }
    let quoted = usize::from(draft.is(next, '\'') || draft.is(next, '"'));
    next += quoted;
    let joint = matches!(draft.kind(next), Kind::Mark(':' | '=' | '#' | '-' | '>'));
    next += usize::from(joint);
    if joint && draft.is(next, '=') {
        return false;
    }
    let open = matches!(draft.kind(next), Kind::Mark('[' | '('));
    next += usize::from(open);
    next += usize::from(draft.is(next, '#'));
    let Some(value) = draft.count(next) else {
        return false;
    };
    let unix_time = word == Word::Epoch && value > 1_000_000_000;
    let total = total(draft, next + 1);
    let strict = name.eq_ignore_ascii_case("it") || name.eq_ignore_ascii_case("ep");
    let plural = weak && name.ends_with(['s', 'S']);
    let plain = !joint && !open && total.is_none();
    let refused = unix_time
        || weak && plain
        || weak
            && !strict
            && !plural
            && total.is_none()
            && !open
            && draft.reading.update.epoch.is_none()
        || plural && word == Word::Epoch && total.is_none()
        || value_is_glued(draft, next)
        || plural && total.is_none() && !open && !alone_ok(draft, at, next)
        || installer(draft, at, next, total, word);
    if refused {
        return false;
    }
    let end = total.map_or(next, |total| total) + 1;
    if !draft.state_count(word, next, total, Rule::Counter) {
        return false;
    }
    draft.counted = true;
    draft.take(at..end);
    let mut end = end;
    end += usize::from(draft.is(end, '\'') || draft.is(end, '"'));
    behind(draft, end, word, open);
    true
}

/// Whether a plural such as `Steps : 0` counts: in brackets, or with more behind it.
fn alone_ok(draft: &Draft, at: usize, value: usize) -> bool {
    let bracketed = at > 0 && (draft.is(at - 1, '(') || draft.is(at - 1, '['));
    bracketed
        || matches!(draft.kind(value + 1), Kind::Mark(',' | '|' | ';' | '-'))
        || draft.kind(value + 1) == Kind::Word
}

/// Whether the number at `at` goes on in a way that makes it no count.
fn value_is_glued(draft: &Draft, at: usize) -> bool {
    draft.glued(at + 1) && matches!(draft.kind(at + 1), Kind::Mark('*' | '^' | '+' | '@' | '°'))
        || draft.is(at + 1, '/') && total(draft, at + 1).is_none() && draft.count(at + 2).is_some()
}

/// `Step 3/10 : RUN make` or `Step 2/5: Installing`: an installer's step, not a run's.
fn installer(draft: &Draft, at: usize, value: usize, total: Option<usize>, word: Word) -> bool {
    let first = draft.tokens[..at]
        .iter()
        .all(|t| matches!(t.kind, Kind::Noise | Kind::Mark(_)));
    let few = total
        .and_then(|total| draft.count(total))
        .is_some_and(|total| total <= FEW);
    let behind = total.unwrap_or(value) + 1;
    let told =
        matches!(draft.kind(behind), Kind::Mark(':' | '-')) && draft.kind(behind + 1) == Kind::Word;
    let sentence = told && !matches!(draft.kind(behind + 2), Kind::Mark(':' | '=') | Kind::Number);
    let longer = draft.tokens[behind.min(draft.tokens.len())..]
        .iter()
        .any(|t| t.kind == Kind::Number);
    word == Word::Step && first && few && sentence && !longer
}

/// The token of the total behind a value: `/ 10`, `of 10`, `/10 epochs`.
fn total(draft: &Draft, at: usize) -> Option<usize> {
    let number = match draft.kind(at) {
        Kind::Mark('/') => at + 1,
        Kind::Word if draft.word(at).eq_ignore_ascii_case("of") => at + 1,
        Kind::Word if draft.word(at) == "out" && draft.word(at + 1) == "of" => at + 2,
        _ => return None,
    };
    let date = draft.is(number + 1, '/') && draft.kind(number + 2) == Kind::Number;
    draft
        .count(number)
        .filter(|total| *total > 0 && !date)
        .map(|_| number)
}

/// What stands unnamed behind an epoch: the step in it, `[12/400 (3%)]`, or a percentage.
fn behind(draft: &mut Draft, mut at: usize, word: Word, open: bool) {
    if word != Word::Epoch {
        return;
    }
    if open && matches!(draft.kind(at), Kind::Mark(']' | ')')) {
        at += 1;
    }
    if matches!(draft.kind(at), Kind::Mark(':' | ',' | '-' | '|')) {
        at += 1;
    }
    let open = matches!(draft.kind(at), Kind::Mark('[' | '('));
    at += usize::from(open);
    if open
        && draft.kind(at) == Kind::Percent
        && matches!(draft.kind(at + 1), Kind::Mark(']' | ')'))
    {
        draft.state_progress(at, Rule::Percent);
        return draft.take(at..at + 1);
    }
    let Some((_, _, end)) = draft.fraction(at) else {
        return;
    };
    if draft.kind(end) == Kind::Word && of_unit(draft.word(end)).is_none() && !open {
        return;
    }
    draft.state_count(Word::Step, at, Some(at + 2), Rule::Brackets);
    draft.take(at..end);
    if draft.is(end, '(') && draft.kind(end + 1) == Kind::Percent {
        draft.state_progress(end + 1, Rule::Percent);
    }
}

/// The counter of which `word` is the unit: `200/ 2983 batches`.
fn of_unit(word: &str) -> Option<Word> {
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

/// A counter whose word stands behind its number: `0 epoch / 10 epochs`, `@ 500 steps`.
fn unit(draft: &mut Draft, at: usize) {
    let Some(word) = of_unit(draft.word(at)) else {
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
        && of_unit(draft.word(at + 3)) == Some(word))
    .then_some(at + 2);
    let before = value.checked_sub(1);
    let word_before = before.map_or("", |i| draft.word(i));
    let said = ["finished", "completed", "after"]
        .iter()
        .any(|w| w.eq_ignore_ascii_case(word_before))
        || before.is_some_and(|i| draft.is(i, '@'));
    let first = before.is_none() && draft.is(at + 1, ',');
    if (said || first || total.is_some()) && draft.state_count(word, value, total, Rule::Counter) {
        draft.counted = true;
        let end = total.map_or(at, |total| total + 1) + 1;
        draft.take(value..end);
    }
}

/// Finds counters that no word names, where the line speaks of training: fractions in
/// brackets, a fraction or a number at the line's start.
pub fn unnamed(draft: &mut Draft) {
    let known = (draft.reading.update.epoch, draft.reading.update.step);
    if known.0.is_some() {
        return;
    }
    if draft.speaks_of_networks() && !(known.1.is_none() && start(draft)) {
        brackets(draft);
    }
}

/// The fraction with which Keras and others begin a line that states a loss:
/// `12/118 [===>..]`, `12/118 - 3s`, `3/2502 (0.1%)`.
pub fn leading(draft: &mut Draft) {
    let Some((_, _, end)) = draft.fraction(0) else {
        return;
    };
    let percent = draft.is(end, '(') && draft.kind(end + 1) == Kind::Percent;
    let formed = percent || draft.is(end, '-') || draft.kind(end) == Kind::Bar;
    if formed && (end..draft.tokens.len()).any(|at| noise::of_training(draft.word(at))) {
        draft.counted |= draft.state_count(Word::Step, 0, Some(2), Rule::Bar);
        if percent {
            draft.state_progress(end + 1, Rule::Bar);
        }
        draft.take(0..end);
    }
}

/// `>3, 4/117, d=0.7`, `>3, d1[0.7]`, `7 [D loss: 0.5]`.
fn start(draft: &mut Draft) -> bool {
    let value = usize::from(draft.is(0, '>'));
    if draft.count(value).is_none() {
        return false;
    }
    if value == 1 && draft.is(2, ',') && draft.fraction(3).is_some() {
        draft.state_count(Word::Epoch, 1, None, Rule::Brackets);
        draft.state_count(Word::Step, 3, Some(5), Rule::Brackets);
        return true;
    }
    let colon = usize::from(draft.is(value + 1, ':'));
    let opened = draft.is(value + 1 + colon, '[');
    if value == 1 && draft.is(2, ',') || opened {
        return draft.state_count(Word::Step, value, None, Rule::Brackets);
    }
    false
}

/// `[0/25][3/782]`, `[3][12/782]`, `[1/100]`.
fn brackets(draft: &mut Draft) {
    /// A lone fraction of more than this counts steps.
    const MOST_EPOCHS: u64 = 2000;
    let close = |draft: &Draft, at: usize| {
        let (_, _, end) = draft.fraction(at)?;
        draft.is(end, ']').then_some(end)
    };
    for at in 0..draft.tokens.len().min(32) {
        if !draft.is(at, '[') {
            continue;
        }
        if let Some(end) = close(draft, at + 1) {
            let next = end + 1 + usize::from(draft.is(end + 1, ','));
            if draft.is(next, '[') && close(draft, next + 1).is_some() {
                draft.state_count(Word::Epoch, at + 1, Some(at + 3), Rule::Brackets);
                draft.state_count(Word::Step, next + 2 - 1, Some(next + 3), Rule::Brackets);
            } else {
                let total = draft.count(at + 3).unwrap_or(0);
                let word = if total > MOST_EPOCHS {
                    Word::Step
                } else {
                    Word::Epoch
                };
                draft.state_count(word, at + 1, Some(at + 3), Rule::Brackets);
            }
            return;
        }
        let lone = draft.count(at + 1).is_some() && draft.is(at + 2, ']') && draft.is(at + 3, '[');
        if lone && close(draft, at + 4).is_some() {
            draft.state_count(Word::Epoch, at + 1, None, Rule::Brackets);
            draft.state_count(Word::Step, at + 4, Some(at + 6), Rule::Brackets);
            return;
        }
        // `[12:00:00][#000100][0573ms][…]`: a number sign says what it is.
        if draft.is(at + 1, '#') && draft.is(at + 3, ']') {
            draft.state_count(Word::Step, at + 2, None, Rule::Brackets);
            return;
        }
    }
}

/// `[12:00:00][#000100][0573ms]`: a count behind a number sign, between a clock and a
/// duration, states the step by itself.
pub fn signed(draft: &mut Draft) {
    for at in 0..draft.tokens.len().min(16) {
        let sign = draft.is(at, '[') && draft.is(at + 1, '#') && draft.is(at + 3, ']');
        let timed = draft.is(at + 4, '[') && draft.kind(at + 5) == Kind::Quantity;
        if sign && timed {
            draft.counted |= draft.state_count(Word::Step, at + 2, None, Rule::Brackets);
            return;
        }
    }
}
