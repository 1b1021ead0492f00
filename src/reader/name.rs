//! Finds the name that stands before a number.

use super::draft::Draft;
use super::token::Kind;
use super::words::{Meaning, Word, meaning};
use super::{noise, number, scene};

/// Words that a name may have.
const MOST_WORDS: usize = 5;
/// Tokens that a name in quotes may have.
const MOST_QUOTED: usize = 12;

/// Words before a loss's name that change nothing about it.
const HARMLESS: &[&str] = &[
    "trainer",
    "model",
    "gpu",
    "gpus",
    "rank",
    "worker",
    "node",
    "run",
    "exp",
    "experiment",
    "job",
    "my",
    "now",
    "got",
    "h",
    "metrics",
    "results",
    "stats",
    "report",
    "losses",
    "done",
    "finished",
    "completed",
    "update",
];

/// A name that stands before a number.
#[derive(Clone, Copy)]
pub struct Name {
    pub start: usize,
    pub end: usize,
    /// Its first token.
    pub first: usize,
    pub meaning: Option<Meaning>,
}

impl Name {
    /// A name that stands nowhere as a whole; its value is token `at`.
    pub fn unknown(at: usize) -> Self {
        Self {
            start: usize::MAX,
            end: usize::MAX,
            first: at,
            meaning: None,
        }
    }
}

/// The name that ends with token `end`: in quotes, or up to [`MOST_WORDS`] words.
pub fn name(draft: &Draft, end: usize) -> Option<Name> {
    if let Kind::Mark(quote @ ('\'' | '"')) = draft.kind(end) {
        let from = end.saturating_sub(MOST_QUOTED);
        let open = (from..end).rev().find(|i| draft.is(*i, quote))?;
        let (start, stop) = (draft.tokens[open].full, draft.tokens[end].start);
        let meaning = meaning(&draft.text[start..stop]);
        return (start < stop).then_some(Name {
            start,
            end: stop,
            first: open,
            meaning,
        });
    }
    let mut first = end;
    let mut tail = end;
    if draft.is(end, '.') && end > 0 && draft.glued(end) {
        // `acc.: 0.5`
        first = end - 1;
        tail = end;
    } else if matches!(draft.kind(end), Kind::Mark(')' | ']')) && end >= 3 {
        // `Loss (G): 0.5`, and `[l_gen] 1.4`
        let open = matches!(draft.kind(end - 2), Kind::Mark('(' | '['));
        if !open || draft.kind(end - 1) != Kind::Word {
            return None;
        }
        let alone = draft.means(end - 1);
        if draft.is(end, ']')
            && let Some(Meaning::Word(_)) = alone
        {
            let token = draft.tokens[end - 1];
            return Some(Name {
                start: token.start,
                end: token.end,
                first: end - 2,
                meaning: alone,
            });
        }
        if draft.kind(end - 3) != Kind::Word {
            return None;
        }
        first = end - 3;
    }
    // In capitals and with a mark behind it is the inception score, and joins nothing.
    let is_score =
        draft.word(first) == "IS" && (draft.is(first + 1, ':') || draft.is(first + 1, '='));
    if draft.kind(first) != Kind::Word || noise::joint(draft.word(first)) && !is_score {
        return None;
    }
    let mut words = 1;
    while let Some(before) = first.checked_sub(1) {
        let joined = draft.gap(first) == " ";
        let short =
            draft.is(before, '.') && joined && before > 0 && abbreviated(draft.word(before - 1));
        let before = if short { before - 1 } else { before };
        if !joined || draft.kind(before) != Kind::Word || noise::joint(draft.word(before)) {
            break;
        }
        words += 1;
        if words > MOST_WORDS {
            return None;
        }
        first = before;
    }
    let stop = draft.tokens[tail].end;
    let mut start = draft.tokens[first].start;
    let mut known = match (first == end, tail == end) {
        (true, true) => draft.means(first),
        _ => meaning(&draft.text[start..stop]),
    };
    let mut shorter = first;
    while known.is_none()
        && shorter < end
        && (harmless(draft.word(shorter)) || noise::unit(draft.word(shorter)))
    {
        shorter += 1;
        let begin = draft.tokens[shorter].start;
        known = meaning(&draft.text[begin..stop]);
        if known.is_some() {
            (first, start) = (shorter, begin);
        }
    }
    if known.is_none() && first == end {
        // `GAN_loss/d_loss`, `metrics/g_loss`: a path whose folders say nothing.
        known = inner(&draft.text[start..stop]).and_then(meaning);
    }
    Some(Name {
        start,
        end: stop,
        first,
        meaning: known,
    })
}

/// Whether `word` before a loss's name changes nothing about it: a counter, a unit, the
/// name of a machine or of a run.
pub fn harmless(word: &str) -> bool {
    let listed =
        |part: &str| HARMLESS.iter().any(|w| w.eq_ignore_ascii_case(part)) || scene::training(part);
    let counter = |part: &str| {
        matches!(
            meaning(part),
            Some(Meaning::Word(Word::Epoch | Word::Step) | Meaning::Weak(_))
        )
    };
    let gan = word.len() < 12
        && word
            .get(word.len().saturating_sub(3)..)
            .is_some_and(|end| end.eq_ignore_ascii_case("gan"));
    let numbered = || {
        let name = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
        !name.is_empty() && name.len() < word.len() && (listed(name) || counter(name))
    };
    let counted_abroad = || !word.is_ascii() && word.bytes().any(|b| b.is_ascii_digit());
    listed(word)
        || gan
        || counter(word)
        || numbered()
        || counted_abroad()
        || word.contains('_') && word.split('_').all(listed)
}

/// The name at the end of a path whose folders say nothing about it.
pub fn inner(path: &str) -> Option<&str> {
    let (folders, name) = path.rsplit_once('/')?;
    let plain = |folder: &str| {
        harmless(folder)
            || [
                "data", "losses", "loss", "logs", "scalars", "results", "fields", "gan_loss",
            ]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(folder))
    };
    folders.split('/').all(plain).then_some(name)
}

fn abbreviated(word: &str) -> bool {
    let last = word.rsplit('-').next().unwrap_or(word);
    [
        "Spec", "Avg", "avg", "Disc", "Gen", "Discrim", "Dis", "Max", "Min", "Num", "Acc", "Adv",
        "Rec",
    ]
    .contains(&last)
}

/// The name right before the number at `at`, with only blanks between.
pub fn blank(draft: &Draft, at: usize) -> Option<Name> {
    if draft.kind(at) == Kind::Percent || odd(draft, at) || draft.is(at + 1, '/') {
        return None;
    }
    let name = name(draft, at - 1)?;
    if draft.glued(at) {
        return None;
    }
    let text = &draft.text[name.start..name.end];
    let behind = draft.gap(at + 1);
    let apart = |gap: &str| gap.contains('\t') || gap.len() > 1;
    let ended = at + 1 >= draft.tokens.len()
        || apart(behind) && draft.kind(at + 1) != Kind::Number
        || matches!(
            draft.kind(at + 1),
            Kind::Mark('|' | ',' | ';' | '│' | ']' | ')') | Kind::Used
        );
    let before = name.first.checked_sub(1).map_or("", |i| draft.word(i));
    let begun = name.first == 0
        || apart(draft.gap(name.first))
        || noise::parts_names(before)
        || harmless(before)
        || noise::unit(before)
        || matches!(
            draft.kind(name.first - 1),
            Kind::Mark('|' | ',' | ';' | '│' | ':' | '[' | '(' | ')' | ']' | '-')
                | Kind::Used
                | Kind::Number
                | Kind::Noise
                | Kind::Percent
                | Kind::Quantity
                | Kind::Bar
        );
    let marked = name.first > 0 && matches!(draft.kind(name.first - 1), Kind::Mark(_));
    // `real_acc 0.88 fake_acc 0.92`: names and numbers in turn.
    let series = text.contains(['_', '/'])
        && !draft.word(at + 1).is_empty()
        && draft.kind(at + 2) == Kind::Number;
    match name.meaning {
        Some(Meaning::Word(_) | Meaning::Mean(_) | Meaning::Either(_) | Meaning::Bare(_)) => {
            (begun || marked).then_some(name)
        }
        _ if begun && (ended || series) => {
            let worded = text.contains(['_', '/']) || !text.contains(' ') && draft.tokens.len() > 2;
            (worded && number::parse(draft.slice(at)).is_some() || apart(draft.gap(at)))
                .then_some(name)
        }
        _ => None,
    }
}

/// Whether what is glued to the number makes it something else: a sum, a unit.
pub fn odd(draft: &Draft, at: usize) -> bool {
    draft.glued(at + 1)
        && matches!(
            draft.kind(at + 1),
            Kind::Mark('*' | '^' | '+' | '@' | '°' | '€' | '$' | '~')
        )
}
