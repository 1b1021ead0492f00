//! Finds counters that a word names: `Epoch 1/10`, `[step: 3 of 400]`, `@ 500 steps`.

use super::draft::Draft;
use super::token::Kind;
use super::words::{Meaning, Word};
use super::{Rule, noise, scene, section, unit};

/// Totals up to which a step with a total and nothing else is one of an installer.
const FEW: u64 = 50;

/// Finds every counter that a word names.
pub fn read(draft: &mut Draft) {
    let mut at = 0;
    while at < draft.tokens.len() {
        match draft.word(at) {
            "" => {}
            _ if draft.elsewhen && section::elsewhen(draft, at) => {
                at = section::close(draft, at);
                continue;
            }
            _ if number_near(draft, at) && named(draft, at) => {}
            _ if at > 0 && draft.kind(at - 1) == Kind::Number => unit::counted(draft, at),
            _ => {}
        }
        if draft.kind(at) == Kind::Quantity {
            unit::glued(draft, at);
        }
        at += 1;
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
    let (word, weak) = match draft.means(at) {
        Some(Meaning::Word(word @ (Word::Epoch | Word::Step))) => (word, false),
        Some(Meaning::Weak(word)) => (word, true),
        _ => return false,
    };
    let before = |back: usize| at.checked_sub(back).map_or("", |i| draft.word(i));
    let planned =
        scene::planned(before(1)) || scene::adjective(before(1)) && scene::planned(before(2));
    let file = word == Word::Step && at < 12 && (0..at).any(|i| scene::saving(draft.word(i)));
    // `D step 2/5` counts how often the discriminator has learnt in this step.
    let inner = at.checked_sub(1).and_then(|i| draft.means(i))
        == Some(Meaning::Bare(Word::DiscriminatorLoss));
    if planned || file || inner {
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
    // `[Iteration] 100`
    let framed = !weak && at > 0 && draft.is(at - 1, '[') && draft.is(next, ']');
    next += usize::from(framed);
    let joint = matches!(draft.kind(next), Kind::Mark(':' | '=' | '#' | '-'));
    next += usize::from(joint);
    if joint && draft.is(next, '=') {
        return false;
    }
    // `Epoch->[1/50]`
    next += usize::from(joint && draft.is(next - 1, '-') && draft.is(next, '>'));
    let open = matches!(draft.kind(next), Kind::Mark('[' | '('));
    next += usize::from(open);
    if weak && draft.is(next.saturating_sub(1), '#') {
        return false;
    }
    let Some(value) = draft.count(next) else {
        return false;
    };
    let list = open && draft.is(next + 1, ',') && draft.kind(next + 2) == Kind::Number;
    let told = draft.word(next + 1) == "is" && draft.kind(next + 2) == Kind::Noise;
    // `run epoch-200` is a name; `lr step: 30`, alone on its line, is a setting.
    let behind_word = !before(1).is_empty() && !noise::joint(before(1));
    let called = behind_word && draft.is(at + 1, '-') && draft.glued(at + 1);
    let alone = behind_word
        && joint
        && next + 1 == draft.tokens.len()
        && before(1).bytes().all(|b| b.is_ascii_lowercase())
        && !scene::adjective(before(1))
        && at.checked_sub(1).and_then(|i| draft.means(i)).is_none();
    if list || told || called || alone {
        return false;
    }
    let unix_time = word == Word::Epoch && value > 1_000_000_000;
    let total = total(draft, next + 1);
    let strict = name.eq_ignore_ascii_case("it") || name.eq_ignore_ascii_case("ep");
    let plural = weak && name.ends_with(['s', 'S']);
    let plain = !joint && !open && total.is_none();
    let in_epoch = weak && word == Word::Step && !plural && follows_epoch(draft, at);
    // `Batch 99 …` begins a line; whether it counts, a network's loss in it tells.
    let begins = weak && plain && at == 0 && !plural;
    // `[0:00:10]  batch: 20  d_loss: 0.5`
    let told_in_a_report = name.eq_ignore_ascii_case("batch") && joint && draft.before.trained;
    // `epoch 3 of the data` refers to one; `step = 10`, alone and before training, sets it.
    let refers = draft.word(next + 1) == "of" && total.is_none();
    let sets = at == 0 && next + 1 == draft.tokens.len() && draft.is(1, '=') && !draft.glued(1)
        || value > 1 && joint && listed(draft, at, next);
    let refused = unix_time
        || refers
        || sets && !draft.before.trained
        || weak && plain && !in_epoch && !begins
        || weak
            && !begins
            && !strict
            && !told_in_a_report
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
    // A plural counts a plan as often as what was done, and a variable is set by `STEP=5`.
    let variable = draft.is(next.saturating_sub(1), '=')
        && draft.glued(next)
        && name.len() > 2
        && name.bytes().all(|b| b.is_ascii_uppercase());
    // `epoch3` may be a part of a name.
    let stuck = next == at + 1 && draft.glued(next);
    draft.doubtful |= variable
        || stuck
        || begins
        || told_in_a_report
        || weak && !in_epoch && total.is_none() && !draft.before.trained;
    draft.take(at..end);
    let mut end = end;
    end += usize::from(draft.is(end, '\'') || draft.is(end, '"'));
    behind(draft, end, word, open);
    true
}

/// Whether a count is one of a list of settings, `# epoch : 50` or `Epoch     : 50`, and alone on its line.
fn listed(draft: &Draft, at: usize, value: usize) -> bool {
    let marked = at == 1 && draft.is(0, '#');
    let aligned = (at == 0 || at == 1 && draft.is(0, '*')) && draft.gap(value - 1).len() > 1;
    (marked || aligned) && value + 1 == draft.tokens.len()
}

/// Whether the word at `at` stands right behind an epoch that was counted.
fn follows_epoch(draft: &Draft, at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map(|i| draft.kind(i));
    let mark = matches!(before(1), Some(Kind::Mark(',' | '|' | '-' | ':' | '/')));
    draft.reading.update.epoch.is_some() && before(1 + usize::from(mark)) == Some(Kind::Used)
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

/// `Step 3/10 : RUN make`, `Step 2: Installing`, `see step 7 below`: a step of a recipe,
/// small and with nothing but words about it, not of a run.
fn installer(draft: &Draft, at: usize, value: usize, total: Option<usize>, word: Word) -> bool {
    let last = total.unwrap_or(value);
    let few = draft.count(last).is_some_and(|count| count <= FEW);
    let behind = draft.tokens.get(last + 1..).unwrap_or_default();
    let bare = value == at + 1;
    let told = matches!(draft.kind(last + 1), Kind::Mark(':' | '-' | '.'))
        && draft.kind(last + 2) == Kind::Word;
    let words = draft.tokens[..at]
        .iter()
        .chain(behind)
        .any(|t| t.kind == Kind::Word);
    // Numbers of a report: with decimals, or joined to a name.
    let reported = |i: &usize| {
        let joined = *i > 0 && matches!(draft.kind(*i - 1), Kind::Mark(':' | '='));
        match draft.kind(*i) {
            Kind::Number => {
                let decimal = draft.slice(*i).contains('.') && !noise::unit(draft.word(*i + 1));
                decimal || joined && draft.count(*i).is_none()
            }
            Kind::Percent => true,
            _ => false,
        }
    };
    let numbers = (0..at)
        .chain(last + 1..draft.tokens.len())
        .any(|i| reported(&i));
    let known = draft.counted || draft.reading.update.epoch.is_some();
    let tagged = at > 0 && draft.is(at - 1, ':');
    let framed = at > 1 && matches!(draft.kind(at - 1), Kind::Mark('-' | '=' | '*' | '#'));
    let framed = framed && draft.kind(at - 1) == draft.kind(at - 2);
    word == Word::Step
        && !framed
        && few
        && words
        && !numbers
        && !known
        && (told || bare && (total.is_none() || tagged || !draft.before.trained))
}

/// The token of the total behind a value: `/ 10`, `of 10`, `/10 epochs`.
fn total(draft: &Draft, at: usize) -> Option<usize> {
    let number = match draft.kind(at) {
        Kind::Mark('/') => at + 1,
        // `[1 | 50]`
        Kind::Mark('|') if draft.is(at + 2, ']') => at + 1,
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
        // `Epoch: [ 3/100]   12 time: 0.5`
        let named =
            !draft.word(at + 1).is_empty() && matches!(draft.kind(at + 2), Kind::Mark(':' | '='));
        if named && draft.count(at).is_some() {
            draft.state_count(Word::Step, at, None, Rule::Brackets);
            return draft.take(at..at + 1);
        }
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
    if open && draft.count(at).is_some() && draft.is(at + 1, ']') {
        // `Epoch: [ 3/100] [  12] time: 0.5`
        draft.state_count(Word::Step, at, None, Rule::Brackets);
        return draft.take(at..at + 1);
    }
    let Some((_, _, end)) = draft.fraction(at) else {
        return;
    };
    let next = draft.word(end);
    let unknown = !next.is_empty() && unit::of(next).is_none() && !noise::of_training(next);
    if unknown && !open {
        return;
    }
    draft.state_count(Word::Step, at, Some(at + 2), Rule::Brackets);
    draft.take(at..end);
    let close = usize::from(draft.is(end, ']') && draft.kind(end + 1) == Kind::Percent);
    let percent = end + close.max(usize::from(draft.is(end, '(')));
    if percent > end && draft.kind(percent) == Kind::Percent {
        draft.state_progress(percent, Rule::Percent);
    }
}
