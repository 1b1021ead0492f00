//! Finds names with their numbers: `D loss: 0.5`, `'g_loss': tensor(0.7)`, `kimg 160.3`.

use std::ops::Range;

use super::draft::{Candidate, Draft};
use super::number;
use super::token::Kind;
use super::words::{Meaning, Word, meaning};
use super::{Rule, noise};

/// Words that a name may have.
const MOST_WORDS: usize = 5;
/// Tokens that a name in quotes may have.
const MOST_QUOTED: usize = 12;

/// Calls that print a number: `tensor(0.5, device='cuda:0')`.
const WRAPPERS: &[&str] = &[
    "tensor",
    "torch.tensor",
    "array",
    "np.array",
    "Array",
    "np.float32",
    "np.float64",
    "numpy.float32",
    "float",
    "tf.Tensor",
    "Tensor",
    "DeviceArray",
    "Decimal",
    "Parameter",
    "Variable",
    "float32",
    "float64",
];

/// Calls that print names with numbers.
const HOLDERS: &[&str] = &[
    "dict",
    "OrderedDict",
    "defaultdict",
    "AttrDict",
    "EasyDict",
    "Box",
    "array",
    "INFO",
];

/// Words before a loss's name that change nothing about it.
const HARMLESS: &[&str] = &[
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

/// Where an evaluation's values begin, and the name that its line gives it.
type Section = Option<Range<usize>>;

/// Finds the pairs of a line.
pub fn read(draft: &mut Draft) {
    let mut section: Section = None;
    let mut group: Option<String> = None;
    for at in 0..draft.tokens.len() {
        match draft.kind(at) {
            Kind::Word => {
                mark(draft, at, &mut section);
            }
            Kind::Number | Kind::Percent | Kind::Quantity => {
                if let Some((name, rule)) = pair(draft, at) {
                    push(draft, name, at, rule, &section, &mut group);
                } else if let Some(name) = unit(draft, at) {
                    push(draft, name, at, Rule::Blank, &section, &mut group);
                }
            }
            _ => {}
        }
    }
}

/// Takes calls away from the rules: `Namespace(epochs=5)` is a configuration, and
/// `main(step=5)` is code.
pub fn hide_code(draft: &mut Draft) {
    let mut at = 0;
    while at < draft.tokens.len() {
        let end = match draft.kind(at) {
            Kind::Word => code(draft, at),
            _ => None,
        };
        if let Some(end) = end {
            draft.take(at..end);
        }
        at = end.unwrap_or(at + 1);
    }
}

/// Begins a section at a word such as `Validation`, ends it at `Train`.
fn mark(draft: &Draft, at: usize, section: &mut Section) {
    let word = draft.word(at);
    if noise::training(word) {
        *section = None;
    } else if noise::evaluation(word) || word.ends_with("(val)") || word.ends_with("(test)") {
        let bracketed = at > 0 && draft.is(at - 1, '[') && draft.is(at + 1, ']');
        let (from, to) = if bracketed {
            (at - 1, at + 1)
        } else {
            (at, at)
        };
        *section = Some(draft.tokens[from].start..draft.tokens[to].end);
    }
}

/// The end of a call's brackets, which hold code or a configuration, not a report.
fn code(draft: &Draft, at: usize) -> Option<usize> {
    let name = draft.word(at);
    let call = draft.is(at + 1, '(') && draft.glued(at + 1);
    if !call || WRAPPERS.contains(&name) || HOLDERS.contains(&name) {
        return None;
    }
    if meaning(name).is_some() && matches!(draft.kind(at + 2), Kind::Number) {
        return None;
    }
    let mut depth = 0usize;
    for next in at + 1..draft.tokens.len() {
        match draft.kind(next) {
            Kind::Mark('(') => depth += 1,
            Kind::Mark(')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(next + 1);
                }
            }
            _ => {}
        }
    }
    Some(draft.tokens.len())
}

fn push(
    draft: &mut Draft,
    name: Name,
    at: usize,
    rule: Rule,
    section: &Section,
    group: &mut Option<String>,
) {
    let token = draft.tokens[at];
    let mut text = draft.text[name.start..name.end].to_owned();
    let mut known = name.meaning;
    // `loss G: 0.7, D: 0.5` and `lr G: 1e-4, D: 4e-4`: the second name lacks its first word.
    if let Some(Meaning::Bare(_)) = known {
        let before = name.first.checked_sub(1);
        let head = before
            .filter(|i| matches!(draft.kind(*i), Kind::Mark(':' | '(' | '[' | '-')))
            .and_then(|i| i.checked_sub(1))
            .map(|i| draft.word(i))
            .filter(|word| noise::of_training(word) || noise::of_running(word));
        let head = head.map(str::to_owned).or(group.clone());
        if let Some(head) = head {
            text = format!("{head} {text}");
            known = meaning(&text);
            *group = Some(head);
        }
    } else {
        *group = text.rsplit_once(' ').and_then(|(head, last)| {
            matches!(meaning(last), Some(Meaning::Bare(_))).then(|| head.to_owned())
        });
    }
    let mut aside = false;
    if let Some(section) = section {
        aside = true;
        if section.end <= name.start {
            text = format!("{} {text}", &draft.text[section.clone()]);
        }
    }
    aside |= known.is_some() && noise::evaluated(&text);
    let candidate = Candidate {
        name: text,
        value: token.start..token.end,
        meaning: known,
        rule,
        percent: draft.kind(at) != Kind::Number,
        aside,
    };
    let before_and_after = known == Some(Meaning::Word(Word::FakeScores))
        && draft.is(at + 1, '/')
        && draft.kind(at + 2) == Kind::Number;
    if before_and_after {
        let after = draft.tokens[at + 2];
        draft.candidates.push(Candidate {
            name: format!("{} after", candidate.name),
            value: after.start..after.end,
            meaning: None,
            ..candidate.clone()
        });
    }
    draft.candidates.push(candidate);
}

/// A name that stands before a number.
#[derive(Clone, Copy)]
struct Name {
    start: usize,
    end: usize,
    /// Its first token.
    first: usize,
    meaning: Option<Meaning>,
}

/// The name of the number at `at`, and by which rule.
fn pair(draft: &Draft, at: usize) -> Option<(Name, Rule)> {
    if draft.kind(at) == Kind::Quantity {
        let token = draft.tokens[at];
        let unit = &draft.text[token.end..token.full];
        if !matches!(unit, "s" | "sec" | "secs") {
            return None;
        }
    }
    if let Some(name) = called(draft, at) {
        return Some((name, Rule::Pair));
    }
    let begin = wrapped(draft, at);
    let joint = begin.checked_sub(1)?;
    let name_end = match draft.kind(joint) {
        Kind::Mark(':') => joint.checked_sub(1).filter(|i| !draft.is(*i, ':'))?,
        Kind::Mark('=' | '→' | '：') => joint.checked_sub(1).filter(|i| {
            !matches!(
                draft.kind(*i),
                Kind::Mark('=' | '<' | '>' | '!' | '~' | '+' | '-' | '*' | '/' | '|')
            )
        })?,
        Kind::Mark('>') if joint > 0 && draft.is(joint - 1, '-') => joint.checked_sub(2)?,
        Kind::Mark(',') if joint > 1 && draft.is(joint - 1, '\'') && draft.is(begin + 1, ')') => {
            joint - 1
        }
        Kind::Word if draft.word(joint) == "is" => {
            let name = name(draft, joint.checked_sub(1)?)?;
            let known =
                name.meaning.is_some() || noise::of_training(&draft.text[name.start..name.end]);
            let finite = draft.slice(at).ends_with(|c: char| c.is_ascii_digit());
            return (known && finite).then_some((name, Rule::Pair));
        }
        Kind::Word if begin == at => return blank(draft, at).map(|name| (name, Rule::Blank)),
        _ => return None,
    };
    if odd(draft, at) {
        return None;
    }
    let name = match draft.word(name_end) {
        // TensorFlow: `<tf.Tensor: shape=(), dtype=float32, numpy=0.69>`.
        "numpy" => {
            let open = (0..name_end).rev().find(|i| draft.is(*i, '<'))?;
            let joint = open
                .checked_sub(1)
                .filter(|i| matches!(draft.kind(*i), Kind::Mark(':' | '=')))?;
            name(draft, joint.checked_sub(1)?)?
        }
        _ => name(draft, name_end)?,
    };
    let place = place_in_code(draft, name, at);
    (!place).then_some((name, Rule::Pair))
}

/// Whether what stands behind the number makes it something else: a fraction, a sum.
fn odd(draft: &Draft, at: usize) -> bool {
    let score = draft.is(at + 1, '/')
        && draft
            .tokens
            .get(at + 2)
            .is_some_and(|_| draft.gap(at + 1).is_empty());
    let glued = draft.glued(at + 1)
        && matches!(
            draft.kind(at + 1),
            Kind::Mark('*' | '^' | '+' | '@' | '°' | '€' | '$' | '~')
        );
    score || glued
}

/// `train.py:88` and `(train:634)`: where a logger was called, not a value.
fn place_in_code(draft: &Draft, name: Name, at: usize) -> bool {
    let text = &draft.text[name.start..name.end];
    let value = draft.tokens[at];
    let glued = draft.text[name.end..value.start] == *":";
    if !glued
        || !draft.text[value.start..value.end]
            .bytes()
            .all(|b| b.is_ascii_digit())
    {
        return false;
    }
    let file = text.rsplit_once('.').is_some_and(|(_, ending)| {
        [
            "py", "cc", "cpp", "c", "h", "rs", "go", "js", "ts", "jl", "lua", "ipynb", "java", "cu",
        ]
        .contains(&ending)
    });
    let bracketed = name.first > 0
        && matches!(draft.kind(name.first - 1), Kind::Mark('(' | '['))
        && matches!(draft.kind(at + 1), Kind::Mark(')' | ']'));
    file || bracketed && name.meaning.is_none() && !noise::of_training(text)
}

/// The first token of the expression that holds the number at `at`: itself, its quote,
/// `[0.5]`, `tensor([0.5], device=…)`.
fn wrapped(draft: &Draft, at: usize) -> usize {
    let (mut begin, mut behind) = (at, at + 1);
    for _ in 0..4 {
        let Some(before) = begin.checked_sub(1) else {
            break;
        };
        let quote = matches!(draft.kind(before), Kind::Mark('\'' | '"'))
            && draft.kind(before) == draft.kind(behind);
        let list = draft.is(before, '[') && (draft.is(behind, ']'));
        let call = draft.is(before, '(') && matches!(draft.kind(behind), Kind::Mark(')' | ','));
        let wrapper =
            call && before > 0 && draft.glued(before) && WRAPPERS.contains(&draft.word(before - 1));
        let tuple = call
            && before > 0
            && matches!(draft.kind(before - 1), Kind::Mark(':' | '='))
            && (draft.is(behind, ')') || draft.is(behind + 1, ')'));
        if wrapper {
            begin = before - 1;
        } else if quote || list || tuple {
            begin = before;
        } else {
            break;
        }
        behind += 1;
    }
    begin
}

/// `Gen. (0.77)` and `d[0.7]`: a network's name with its loss in brackets.
fn called(draft: &Draft, at: usize) -> Option<Name> {
    let open = at.checked_sub(1)?;
    let close = match draft.kind(open) {
        Kind::Mark('(') => ')',
        Kind::Mark('[') if draft.glued(open) => ']',
        _ => return None,
    };
    if !draft.is(at + 1, close) || draft.kind(at) != Kind::Number {
        return None;
    }
    let end = open.checked_sub(1)?;
    let end = if draft.is(end, '.') {
        end.checked_sub(1)?
    } else {
        end
    };
    let name = name(draft, end)?;
    matches!(name.meaning, Some(Meaning::Bare(_) | Meaning::Word(_))).then_some(name)
}

/// The name that ends with token `end`: in quotes, or up to [`MOST_WORDS`] words.
fn name(draft: &Draft, end: usize) -> Option<Name> {
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
        // `Loss (G): 0.5`
        let open = matches!(draft.kind(end - 2), Kind::Mark('(' | '['));
        if !(open && draft.kind(end - 1) == Kind::Word && draft.kind(end - 3) == Kind::Word) {
            return None;
        }
        first = end - 3;
    }
    if draft.kind(first) != Kind::Word || noise::joint(draft.word(first)) {
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
    let mut known = meaning(&draft.text[start..stop]);
    while known.is_none()
        && first < end
        && HARMLESS
            .iter()
            .any(|w| w.eq_ignore_ascii_case(draft.word(first)))
    {
        first += 1;
        start = draft.tokens[first].start;
        known = meaning(&draft.text[start..stop]);
    }
    Some(Name {
        start,
        end: stop,
        first,
        meaning: known,
    })
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
fn blank(draft: &Draft, at: usize) -> Option<Name> {
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
    let begun = name.first == 0
        || apart(draft.gap(name.first))
        || matches!(
            draft.kind(name.first - 1),
            Kind::Mark('|' | ',' | ';' | '│' | ':' | '[' | '(' | '-')
                | Kind::Used
                | Kind::Number
                | Kind::Bar
        );
    match name.meaning {
        Some(Meaning::Word(_) | Meaning::Mean(_) | Meaning::Either(_)) if begun => Some(name),
        Some(Meaning::Bare(_)) if begun => Some(name),
        _ if begun && ended => {
            let worded = text.contains(['_', '/']) || !text.contains(' ') && draft.tokens.len() > 2;
            (worded && number::parse(draft.slice(at)).is_some() || apart(draft.gap(at)))
                .then_some(name)
        }
        _ => None,
    }
}

/// `14.2 iters/sec`: a speed is called by its unit.
fn unit(draft: &Draft, at: usize) -> Option<Name> {
    let word = draft.word(at + 1);
    let speed = word.ends_with("/sec") || word.ends_with("/s") || word.starts_with("sec/");
    let alone = at == 0 || matches!(draft.kind(at - 1), Kind::Mark('(' | '|' | ','));
    (speed && alone && draft.kind(at) == Kind::Number).then(|| Name {
        start: draft.tokens[at + 1].start,
        end: draft.tokens[at + 1].end,
        first: at + 1,
        meaning: None,
    })
}
