//! Finds progress bars: of tqdm, rich, Keras and Chainer.

use super::draft::{Candidate, Draft};
use super::token::Kind;
use super::words::{Meaning, Word, meaning};
use super::{Rule, noise};

/// Finds the bars of a line. False where they are of a transfer or a chore:
/// such a line states nothing.
pub fn read(draft: &mut Draft) -> bool {
    let drawn = (0..draft.tokens.len()).find(|at| draft.kind(*at) == Kind::Bar);
    if drawn.is_some_and(|bar| noise::transfer(draft.text) || chore(draft, bar)) {
        return false;
    }
    for at in 0..draft.tokens.len() {
        match draft.kind(at) {
            Kind::Bar => bar(draft, at),
            Kind::Percent => percent(draft, at),
            Kind::Quantity => endless(draft, at),
            _ => {}
        }
    }
    true
}

/// Whether the bar's description says that it is no training.
fn chore(draft: &Draft, bar: usize) -> bool {
    let first = (0..bar).find(|at| draft.kind(*at) == Kind::Word);
    first.is_some_and(|at| noise::chore(draft.word(at)))
}

fn bar(draft: &mut Draft, at: usize) {
    let text = draft.slice(at);
    if text.starts_with('|') {
        // tqdm: ` 45%|███  | 12/26 [00:01<00:02,  9.1it/s]`, the percentage before it.
        if let Some(percent) = at
            .checked_sub(1)
            .filter(|i| draft.kind(*i) == Kind::Percent)
        {
            draft.state_progress(percent, Rule::Bar);
            draft.counted = true;
            draft.take(percent..at + 1);
        }
        if let Some((_, _, end)) = draft.fraction(at + 1)
            && draft.is(end, '[')
        {
            draft.state_count(Word::Step, at + 1, Some(at + 3), Rule::Bar);
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
        if draft.kind(at + 1) == Kind::Percent && at > 0 {
            draft.state_progress(at + 1, Rule::Bar);
            draft.take(at + 1..at + 2);
        } else if let Some((_, _, end)) = draft.fraction(at + 1)
            && at > 0
        {
            draft.counted |= draft.state_count(Word::Step, at + 1, Some(at + 3), Rule::Bar);
            draft.take(at + 1..end);
        }
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
    let joint = at
        .checked_sub(1)
        .filter(|i| matches!(draft.kind(*i), Kind::Mark(':' | '=')));
    let word = joint.unwrap_or(at).checked_sub(1);
    if word.is_some_and(|i| meaning(draft.word(i)) == Some(Meaning::Word(Word::Progress))) {
        draft.state_progress(at, Rule::Percent);
        draft.take(at..at + 1);
    }
}

/// tqdm without a total: `12it [00:01,  9.1it/s, g_loss=0.5]`.
fn endless(draft: &mut Draft, at: usize) {
    let token = draft.tokens[at];
    let clock = draft.is(at + 1, '[') && draft.kind(at + 2) == Kind::Noise && draft.is(at + 3, ',');
    if &draft.text[token.end..token.full] == "it" && clock && draft.text[token.full..].contains('=')
    {
        draft.tokens[at].kind = Kind::Number;
        draft.counted |= draft.state_count(Word::Step, at, None, Rule::Bar);
        draft.take(at..at + 1);
    }
}
