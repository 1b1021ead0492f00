//! Finds counters that no word names: `[0/25][3/782]`, `12/118 [===>..]`, `>3, 4/117`.

use super::draft::Draft;
use super::token::Kind;
use super::words::Word;
use super::{Rule, noise, scene};

/// Finds counters that no word names, where the line speaks of training: fractions in
/// brackets, a fraction or a number at the line's start.
pub fn unnamed(draft: &mut Draft) {
    let known = (draft.reading.update.epoch, draft.reading.update.step);
    if known.0.is_some() {
        return;
    }
    // Parts of losses say enough beside `[1/50][0/938]`, or beside a step.
    let placed = known.1.is_some() || fractions(draft);
    if known.1.is_none() && prompted(draft)
        || !(draft.speaks_of_networks() || placed && draft.reports())
    {
        return;
    }
    if known.1.is_some() {
        // `3/20:  45%|███  | 45/100 [00:12<00:15, G=0.5]`
        if draft.fraction(0).is_some() && draft.is(3, ':') && draft.kind(4) == Kind::Used {
            draft.state_count(Word::Epoch, 0, Some(2), Rule::Brackets);
        }
    } else if start(draft) {
        return;
    }
    brackets(draft);
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

/// `>3, 4/117, d=0.7` and `>3, d1[0.7] g[0.5]`: a prompt before the count.
fn prompted(draft: &mut Draft) -> bool {
    if !(draft.is(0, '>') && draft.count(1).is_some() && draft.is(2, ',')) {
        return false;
    }
    if draft.fraction(3).is_some() {
        draft.state_count(Word::Epoch, 1, None, Rule::Brackets);
        draft.state_count(Word::Step, 3, Some(5), Rule::Brackets);
        return true;
    }
    let valued = !draft.word(3).is_empty() && matches!(draft.kind(4), Kind::Mark('[' | '='));
    draft.counted |= valued && draft.state_count(Word::Step, 1, None, Rule::Brackets);
    valued
}

/// `7 [D loss: 0.5]`, `7: G loss: 0.5`, `3/20 - 12/938 - G 0.5`.
fn start(draft: &mut Draft) -> bool {
    let of_stamp = |at: &usize| !matches!(draft.kind(*at), Kind::Noise | Kind::Mark('-'));
    let stamp = (0..8).find(of_stamp).unwrap_or(0);
    if let Some((_, _, end)) = draft.fraction(stamp)
        && draft.is(end, '-')
        && draft.fraction(end + 1).is_some()
    {
        draft.state_count(Word::Epoch, stamp, Some(stamp + 2), Rule::Brackets);
        draft.state_count(Word::Step, end + 1, Some(end + 3), Rule::Brackets);
        return true;
    }
    if draft.count(0).is_none() {
        return false;
    }
    let colon = usize::from(draft.is(1, ':'));
    // `0 (5, 1) [D loss: …`: the steps of both networks in each step.
    let steps = draft.is(1, '(')
        && draft.count(2).is_some()
        && draft.is(3, ',')
        && draft.count(4).is_some()
        && draft.is(5, ')');
    let opened = draft.is(1 + colon, '[') || steps && draft.is(6, '[');
    let named = colon == 1 && !draft.word(2).is_empty();
    (opened || named) && draft.state_count(Word::Step, 0, None, Rule::Brackets)
}

/// Whether the line begins with two fractions in brackets.
fn fractions(draft: &Draft) -> bool {
    let fraction = |at: usize| {
        let (_, _, end) = draft.fraction(at + 1).filter(|_| draft.is(at, '['))?;
        draft.is(end, ']').then_some(end + 1)
    };
    fraction(0).is_some_and(|next| fraction(next).is_some())
}

/// `[0/25][3/782]`, `[3][12/782]`, `[1/100]`, `[3, 200]`, and behind a logger's tag or at the line's start `[100]`.
fn brackets(draft: &mut Draft) {
    let close = |draft: &Draft, at: usize| {
        let (_, _, end) = draft.fraction(at)?;
        draft.is(end, ']').then_some(end)
    };
    // A total may be unknown: `[12/?]`.
    let open = |draft: &Draft, at: usize| {
        draft.count(at).is_some()
            && draft.is(at + 1, '/')
            && draft.is(at + 2, '?')
            && draft.is(at + 3, ']')
    };
    for at in 0..draft.tokens.len().min(32) {
        if !draft.is(at, '[') {
            continue;
        }
        if let Some(end) = close(draft, at + 1) {
            let next = end + 1 + usize::from(draft.is(end + 1, ','));
            let known = draft.reading.update.step.is_some();
            if draft.is(next, '[') && close(draft, next + 1).is_some() {
                draft.state_count(Word::Epoch, at + 1, Some(at + 3), Rule::Brackets);
                draft.state_count(Word::Step, next + 1, Some(next + 3), Rule::Brackets);
            } else if draft.is(next, '[') && open(draft, next + 1) {
                draft.state_count(Word::Epoch, at + 1, Some(at + 3), Rule::Brackets);
                draft.state_count(Word::Step, next + 1, None, Rule::Brackets);
            } else if let Some(word) =
                lone(draft, at, end).filter(|word| *word == Word::Epoch || !known)
            {
                draft.state_count(word, at + 1, Some(at + 3), Rule::Brackets);
            }
            return;
        }
        let both = draft.count(at + 1).is_some()
            && draft.is(at + 2, ',')
            && draft.count(at + 3).is_some()
            && draft.is(at + 4, ']');
        if at == 0 && both && !draft.word(5).is_empty() && draft.speaks_of_losses() {
            draft.state_count(Word::Epoch, 1, None, Rule::Brackets);
            draft.state_count(Word::Step, 3, None, Rule::Brackets);
            return;
        }
        let number = draft.count(at + 1).is_some() && draft.is(at + 2, ']');
        if number && draft.is(at + 3, '[') && close(draft, at + 4).is_some() {
            draft.state_count(Word::Epoch, at + 1, None, Rule::Brackets);
            draft.state_count(Word::Step, at + 4, Some(at + 6), Rule::Brackets);
            return;
        }
        // `logging_writer.py:48] [100] d_loss=0.5`
        let tagged = at > 0 && draft.is(at - 1, ']');
        let begins = at == 0 && draft.speaks_of_losses();
        if number && (tagged || begins) && !draft.word(at + 3).is_empty() {
            draft.state_count(Word::Step, at + 1, None, Rule::Brackets);
            return;
        }
    }
}

/// What the lone fraction in the brackets from `at` to `end` counts. Below an epoch with
/// another total it counts steps; before words that belong to no value it counts neither.
fn lone(draft: &Draft, at: usize, end: usize) -> Option<Word> {
    /// A lone fraction of more than this counts steps.
    const MOST_EPOCHS: u64 = 1000;
    let total = draft.count(at + 3)?;
    let next = draft.tokens.get(end + 1);
    let strange = next.is_some_and(|token| {
        let word = draft.word(end + 1);
        let named = draft.candidates.iter().any(|candidate| {
            let value = candidate.value.start;
            value > token.start
                && (candidate.meaning.is_some() || candidate.rule == Rule::Pair)
                && draft.text[token.start..value].starts_with(candidate.name.as_str())
        });
        !word.is_empty() && !named && !super::name::harmless(word) && !scene::training(word)
    });
    let below = draft.before.epoch.is_some() && draft.before.total_epochs != Some(total);
    // It may be the epoch itself, which the line above stated without a total.
    let same = draft.before.total_epochs.is_none() && draft.before.epoch == draft.count(at + 1);
    let counted = at == 0 && draft.reading.update.step.is_some();
    let paired = draft.speaks_of_losses() || counted;
    match (below, total > MOST_EPOCHS) {
        _ if strange || same || !paired => None,
        (true, _) | (_, true) => Some(Word::Step),
        _ => Some(Word::Epoch),
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
