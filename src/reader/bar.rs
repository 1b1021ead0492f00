//! Finds progress bars: of tqdm, rich, Keras, Chainer and others.

use super::draft::{Candidate, Draft};
use super::token::Kind;
use super::words::{Meaning, Word, meaning};
use super::{Rule, noise, scene};

/// What the bars of a line are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Of the training, or there is none.
    Training,
    /// Of an evaluation or another chore: only the epoch that a word names counts.
    Chore,
    /// Of a transfer: the line states nothing.
    Transfer,
}

/// Finds the bars of a line.
pub fn read(draft: &mut Draft) -> Of {
    let drawn = (0..draft.tokens.len()).find(|at| draft.kind(*at) == Kind::Bar);
    if let Some(bar) = drawn {
        if noise::transfer(draft.text) {
            return Of::Transfer;
        }
        if chore(draft, bar) {
            return Of::Chore;
        }
    }
    for at in 0..draft.tokens.len() {
        match draft.kind(at) {
            Kind::Bar => bar(draft, at),
            Kind::Percent => percent(draft, at),
            Kind::Quantity => endless(draft, at),
            Kind::Number => of_unknown(draft, at),
            _ => {}
        }
    }
    Of::Training
}

/// Whether the description before the bar says that it is no training.
fn chore(draft: &Draft, bar: usize) -> bool {
    (0..bar).map(|at| draft.word(at)).any(|word| {
        let tail = word.rsplit(['-', '_']).next().unwrap_or(word);
        (scene::chore(word) || scene::evaluation(word) || scene::chore(tail))
            && meaning(word).is_none()
    })
}

fn bar(draft: &mut Draft, at: usize) {
    let text = draft.slice(at);
    if text.starts_with('|') {
        // tqdm: ` 45%|███  | 12/26 [00:01<00:02,  9.1it/s]`, the percentage before it.
        let percent = at
            .checked_sub(1)
            .filter(|i| draft.kind(*i) == Kind::Percent);
        let word = counted(draft, percent.unwrap_or(at), at);
        if let Some(percent) = percent {
            draft.state_progress(percent, Rule::Bar);
            draft.counted = true;
            draft.take(percent..at + 1);
        }
        if let Some((_, _, end)) = draft.fraction(at + 1)
            && draft.is(end, '[')
        {
            draft.state_count(word, at + 1, Some(at + 3), Rule::Bar);
            draft.take(at + 1..end);
        }
    } else if text.starts_with('[') {
        // Chainer: `     total [####......]  10.84%`; cargo and wget put it elsewhere.
        if draft.kind(at + 1) == Kind::Percent && at > 0 && draft.kind(at - 1) == Kind::Word {
            let begin = (0..at).find(|i| draft.kind(*i) == Kind::Word).unwrap_or(at);
            named(draft, begin..at, at + 1);
        }
    } else if text.starts_with(['━', '╸', '╺', '─']) {
        // rich: `Epoch 3/9 ━━━━━╸━━━ 12/26 0:00:01 • 0:00:02 9.1it/s v_num: 0`.
        let percent = draft.kind(at + 1) == Kind::Percent;
        if percent && at > 0 {
            draft.state_progress(at + 1, Rule::Bar);
            draft.take(at + 1..at + 2);
        }
        let next = at + 1 + usize::from(percent);
        if let Some((_, _, end)) = draft.fraction(next)
            && at > 0
        {
            draft.counted |= draft.state_count(Word::Step, next, Some(next + 2), Rule::Bar);
            draft.take(next..end);
        }
    } else {
        framed(draft, at);
    }
}

/// What a bar of tqdm counts: epochs where its description or its speed says so.
fn counted(draft: &Draft, begin: usize, bar: usize) -> Word {
    let colon = usize::from(begin > 0 && draft.is(begin - 1, ':'));
    let described = begin.checked_sub(1 + colon).is_some_and(|at| {
        matches!(
            draft.means(at),
            Some(Meaning::Word(Word::Epoch) | Meaning::Weak(Word::Epoch))
        )
    });
    let speed = (bar..(bar + 12).min(draft.tokens.len())).any(|at| {
        let token = draft.tokens[at];
        token.kind == Kind::Quantity
            && ["s/epoch", "epoch/s", "s/epochs", "epochs/s"]
                .contains(&&draft.text[token.end..token.full])
    });
    if described || speed {
        Word::Epoch
    } else {
        Word::Step
    }
}

/// `|████▌   | 450/938 [48%] in 12s` and `|███---| 45.00% [45/100 00:12<00:15`.
fn framed(draft: &mut Draft, at: usize) {
    let next = at + 1 + usize::from(draft.is(at + 1, '|'));
    if let Some((_, _, end)) = draft.fraction(next) {
        if draft.is(end, '[') && draft.kind(end + 1) == Kind::Percent {
            draft.counted |= draft.state_count(Word::Step, next, Some(next + 2), Rule::Bar);
            draft.state_progress(end + 1, Rule::Bar);
            draft.take(next..end + 2);
        }
    } else if draft.kind(next) == Kind::Percent
        && draft.is(next + 1, '[')
        && let Some((_, _, end)) = draft.fraction(next + 2)
    {
        draft.counted |= draft.state_count(Word::Step, next + 2, Some(next + 4), Rule::Bar);
        draft.state_progress(next, Rule::Bar);
        draft.take(next..end);
    }
}

/// `Epoch 3: [####....] 45/100 g_loss=0.5`: a drawn bar states the step where the line
/// states the epoch or a network's loss; other programs draw such bars too.
pub fn late(draft: &mut Draft) {
    let epoch = draft.reading.update.epoch.is_some();
    if !(epoch || draft.speaks_of_networks()) {
        return;
    }
    let drawn = |draft: &Draft, at| draft.kind(at) == Kind::Bar && draft.slice(at).starts_with('[');
    let Some(at) = (0..draft.tokens.len()).find(|at| drawn(draft, *at)) else {
        return;
    };
    if draft.fraction(at + 1).is_some() {
        draft.state_count(Word::Step, at + 1, Some(at + 3), Rule::Bar);
    } else if draft.kind(at + 1) == Kind::Percent {
        draft.state_progress(at + 1, Rule::Bar);
    }
}

/// The percentage of a bar that bears a name: the total's, or that of a part.
fn named(draft: &mut Draft, words: std::ops::Range<usize>, percent: usize) {
    let name = &draft.text[draft.tokens[words.start].start..draft.tokens[words.end - 1].end];
    if ["total", "progress", "training"]
        .iter()
        .any(|w| w.eq_ignore_ascii_case(name))
    {
        draft.state_progress(percent, Rule::Bar);
    } else if name.to_ascii_lowercase().contains("epoch") {
        let token = draft.tokens[percent];
        draft.counted = true;
        draft.candidates.push(Candidate {
            name: name.to_owned(),
            value: token.start..token.end,
            meaning: None,
            rule: Rule::Bar,
            percent: true,
            aside: false,
        });
    } else {
        return;
    }
    draft.take(percent..percent + 1);
}

/// `Progress: 45%`; a package manager writes it in brackets.
fn percent(draft: &mut Draft, at: usize) {
    // progressbar2: `45% (450 of 1000) |####   | Elapsed Time: 0:00:12`.
    let counted = draft.is(at + 1, '(') && draft.count(at + 2).is_some();
    if counted
        && draft.word(at + 3) == "of"
        && draft.count(at + 4).is_some()
        && draft.is(at + 5, ')')
        && draft.is(at + 6, '|')
    {
        draft.state_progress(at, Rule::Bar);
        draft.counted |= draft.state_count(Word::Step, at + 2, Some(at + 4), Rule::Bar);
        return draft.take(at..at + 6);
    }
    let joint = at
        .checked_sub(1)
        .filter(|i| matches!(draft.kind(*i), Kind::Mark(':' | '=')));
    let word = joint.unwrap_or(at).checked_sub(1);
    if word.is_some_and(|i| draft.means(i) == Some(Meaning::Word(Word::Progress))) {
        draft.state_progress(at, Rule::Percent);
        draft.take(at..at + 1);
    }
}

/// tqdm with a total that it does not know: `450/? [00:12<00:00, 36.1it/s, g_loss=0.5]`.
fn of_unknown(draft: &mut Draft, at: usize) {
    let unknown = draft.is(at + 1, '/') && draft.is(at + 2, '?') && draft.is(at + 3, '[');
    if unknown && draft.kind(at + 4) == Kind::Noise && !chore(draft, at) {
        draft.counted |= draft.state_count(Word::Step, at, None, Rule::Bar);
        draft.take(at..at + 3);
    }
}

/// tqdm without a total: `12it [00:01,  9.1it/s, g_loss=0.5]`.
fn endless(draft: &mut Draft, at: usize) {
    let token = draft.tokens[at];
    let clock = draft.is(at + 1, '[') && draft.kind(at + 2) == Kind::Noise && draft.is(at + 3, ',');
    let unit = &draft.text[token.end..token.full];
    if unit == "it" && clock && draft.text[token.full..].contains('=') && !chore(draft, at) {
        draft.tokens[at].kind = Kind::Number;
        draft.counted |= draft.state_count(Word::Step, at, None, Rule::Bar);
        draft.take(at..at + 1);
    }
}
