//! Finds names with their numbers: `D loss: 0.5`, `'g_loss': tensor(0.7)`, `kimg 160.3`.

use std::ops::Range;

use super::call::{names_a_place, wrapped};
use super::draft::{Candidate, Draft};
use super::name::{Name, blank, name, odd};
use super::token::Kind;
use super::words::{Meaning, Word, meaning};
use super::{Rule, noise};

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
    if matches!(known, Some(Meaning::Bare(_))) && noise::unit(draft.word(at + 1)) {
        known = None;
    }
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
    let halved = draft.is(at + 1, '/') && draft.glued(at + 1);
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
    // `0.3/0.2` is two scores, before and after the generator's step, or a fraction.
    let fraction = halved && name.meaning != Some(Meaning::Word(Word::FakeScores));
    (!fraction && !names_a_place(draft, name, at)).then_some((name, Rule::Pair))
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
