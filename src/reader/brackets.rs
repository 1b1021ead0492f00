//! Finds counters that no word names: `[0/25][3/782]`, `12/118 [===>..]`, `>3, 4/117`.

use super::draft::Draft;
use super::token::Kind;
use super::words::Word;
use super::{Rule, noise};

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
                draft.state_count(Word::Step, next + 1, Some(next + 3), Rule::Brackets);
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
