//! Finds names with their numbers: `D loss: 0.5`, `'g_loss': tensor(0.7)`, `kimg 160.3`.

use super::call::{names_a_place, wrapped};
use super::draft::{Candidate, Draft, is_metric};
use super::head::{self, Head};
use super::name::{Name, blank, name, odd};
use super::token::Kind;
use super::words::{self, Meaning, Word, meaning};
use super::{Rule, between, list, noise, scene, section};

/// Finds the pairs of a line.
pub fn read(draft: &mut Draft) {
    // The tokens of a list's values, which are not their last name's.
    let mut listed = 0..0;
    for at in 0..draft.tokens.len() {
        if listed.contains(&at)
            || !matches!(
                draft.kind(at),
                Kind::Number | Kind::Percent | Kind::Quantity
            )
        {
            continue;
        }
        if let Some((name, rule)) = pair(draft, at) {
            if let Some(names) = list::parallel(draft, &name, at) {
                for (name, value) in names {
                    listed = at..value + 1;
                    let meaning = meaning(&name);
                    push(
                        draft,
                        &Name {
                            meaning,
                            ..Name::unknown(at)
                        },
                        Some(name),
                        value,
                        rule,
                    );
                }
                continue;
            }
            push(draft, &name, None, at, rule);
        } else if let Some(name) = unit(draft, at) {
            push(draft, &name, None, at, Rule::Blank);
        }
    }
}

/// Adds a candidate: the value at `at` of `name`, or of a name that `text` spells out.
fn push(draft: &mut Draft, name: &Name, text: Option<String>, at: usize, rule: Rule) {
    let token = draft.tokens[at];
    let spelled = text.is_some();
    let mut known = name.meaning;
    let timed = draft.kind(at) == Kind::Quantity || noise::unit(draft.word(at + 1));
    if timed && known.is_some_and(words::counts) {
        // `Time taken for epoch: 12.3 s`
        return;
    }
    let mut text = text.unwrap_or_else(|| draft.text[name.start..name.end].to_owned());
    if matches!(known, Some(Meaning::Bare(_))) && noise::unit(draft.word(at + 1)) {
        known = None;
    }
    if !spelled {
        if let Some(joined) = head::joined(draft, name) {
            text = joined;
            known = meaning(&text);
        } else if let Some(Meaning::Bare(_)) = known
            && let Head::Words(head) = head::of(draft, name.first)
        {
            // `loss G: 0.7, D: 0.5` and `lr G: 1e-4, D: 4e-4`: the name lacks its head.
            text = format!("{head} {text}");
            known = meaning(&text);
        }
        if list::calculated(draft, name) {
            return;
        }
    }
    let network = matches!(known, Some(Meaning::Word(word) | Meaning::Mean(word) | Meaning::Bare(word) | Meaning::Either(word)) if is_metric(word));
    let before_and_after = known == Some(Meaning::Word(Word::FakeScores))
        && matches!(draft.kind(at + 1), Kind::Mark('/' | ','))
        && draft.kind(at + 2) == Kind::Number
        && !draft.is(at + 3, ',');
    if network && !spelled && !before_and_after && list::goes_on(draft, at) {
        return;
    }
    let mut aside = false;
    if let Some(section) = section::around(&draft.sections, at) {
        aside = true;
        let word = &draft.text[section.name.clone()];
        if section.name.end <= name.start && !text.starts_with(word) {
            text = format!("{word} {text}");
        }
    } else if let Some(word) = draft
        .before
        .evaluation
        .filter(|_| network || noise::is_loss(&text))
    {
        aside = true;
        text = format!("{word} {text}");
    }
    aside |= known.is_some() && scene::evaluated(&text);
    let candidate = Candidate {
        name: text,
        value: token.start..token.end,
        meaning: known,
        rule,
        percent: draft.kind(at) != Kind::Number,
        aside,
    };
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
        Kind::Mark('=') if joint > 0 && draft.is(joint - 1, ':') => joint.checked_sub(2)?,
        Kind::Mark('~') => joint.checked_sub(1)?,
        // `Generator loss ..... 0.5`
        Kind::Mark('.') if joint > 1 && draft.is(joint - 1, '.') && draft.is(joint - 2, '.') => {
            (0..joint).rev().find(|i| !draft.is(*i, '.'))?
        }
        Kind::Mark('=' | '→' | '：') => joint.checked_sub(1).filter(|i| {
            !matches!(
                draft.kind(*i),
                Kind::Mark('=' | '<' | '>' | '!' | '~' | '+' | '-' | '*' | '/' | '|')
            )
        })?,
        Kind::Mark('>') if joint > 0 && draft.is(joint - 1, '-') => joint.checked_sub(2)?,
        Kind::Mark('>') if joint > 1 && draft.is(joint - 1, '=') => {
            joint.checked_sub(2 + usize::from(draft.is(joint - 2, '=')))?
        }
        Kind::Mark(',') if joint > 1 && draft.is(joint - 1, '\'') && draft.is(begin + 1, ')') => {
            joint - 1
        }
        Kind::Word if matches!(draft.word(joint), "is" | "was") => {
            let name = name(draft, joint.checked_sub(1)?)?;
            let known =
                name.meaning.is_some() || noise::of_training(&draft.text[name.start..name.end]);
            let finite = draft.slice(at).ends_with(|c: char| c.is_ascii_digit());
            return (known && finite).then_some((name, Rule::Pair));
        }
        Kind::Mark(']') if begin == at && draft.gap(at) == " " => {
            return name(draft, joint)
                .filter(|name| name.meaning.is_some() && draft.is(name.first, '['))
                .map(|name| (name, Rule::Blank));
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
        _ => match between::past(draft, name_end) {
            Some(name) => name,
            None => name(draft, name_end)?,
        },
    };
    // `Generator.loss = 0.5` before the training begins sets an attribute.
    let attribute = draft.is(joint, '=')
        && !draft.glued(joint)
        && name.first == 0
        && at + 1 == draft.tokens.len()
        && draft.text[name.start..name.end].contains('.');
    if attribute && !draft.before.trained {
        return None;
    }
    // `0.3/0.2` is two scores, before and after the generator's step, or a fraction.
    let fraction = halved
        && name.meaning != Some(Meaning::Word(Word::FakeScores))
        && list::parallel(draft, &name, at).is_none();
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
    // `D loss (0.01) too low` is a remark on the loss.
    let next = draft.word(at + 2);
    let named = matches!(draft.kind(at + 3), Kind::Mark(_) | Kind::Number);
    let remark = !next.is_empty() && meaning(next).is_none() && !noise::of_training(next);
    if remark && !named {
        return None;
    }
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
