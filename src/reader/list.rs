//! Knows the numbers that are not one value of one name: lists, several names with their
//! values behind all of them, and expressions.

use super::draft::{Draft, is_metric};
use super::name::Name;
use super::token::Kind;
use super::words::{Meaning, meaning};

/// Names or values of a list that are looked at.
const MOST: usize = 8;

/// Whether the number at `at` goes on as a list, or as what it has become: `0.5, 0.6`,
/// `0.5 / 0.6`, `0.5 0.6`, `[0.5] [0.6]`, `0.5 -> 0.4`, `0.5 vs 0.6`.
pub fn goes_on(draft: &Draft, at: usize) -> bool {
    let number = |at: usize| draft.kind(at) == Kind::Number;
    match draft.kind(at + 1) {
        Kind::Number => !names(draft, at + 1),
        Kind::Mark(',' | '/') if number(at + 2) => !names(draft, at + 2),
        Kind::Mark(']') => draft.is(at + 2, '[') && number(at + 3) && draft.is(at + 4, ']'),
        Kind::Mark('-' | '=') => draft.is(at + 2, '>') && number(at + 3),
        Kind::Mark('→') => number(at + 2),
        Kind::Word => matches!(draft.word(at + 1), "vs" | "to") && number(at + 2),
        Kind::Mark('*' | '+') => {
            !draft.glued(at + 1)
                && (number(at + 2) || draft.is(at + 2, '('))
                && matches!(
                    at.checked_sub(1).map(|i| draft.kind(i)),
                    Some(Kind::Mark('='))
                )
        }
        _ => false,
    }
}

/// Whether the number at `at` begins something of its own: a fraction, a number with its
/// unit behind it.
fn names(draft: &Draft, at: usize) -> bool {
    let word = draft.word(at + 1);
    let unit = !word.is_empty() && meaning(word).is_none() && !super::noise::of_training(word);
    let fraction = draft.is(at + 1, '/') && draft.fraction(at).is_some();
    unit || fraction || matches!(draft.kind(at + 1), Kind::Mark(':' | '='))
}

/// Whether an operator makes of `name` a part of an expression: `d_loss - g_loss: 0.3`,
/// `100*g_loss`, `std of g_loss`.
pub fn calculated(draft: &Draft, name: &Name) -> bool {
    let Some(mark) = name.first.checked_sub(1) else {
        return false;
    };
    let Some(before) = mark.checked_sub(1) else {
        return false;
    };
    let network = |at: usize| {
        matches!(draft.means(at), Some(Meaning::Word(word) | Meaning::Mean(word)) if is_metric(word))
            || loss_of_words(draft, at)
    };
    match draft.kind(mark) {
        Kind::Mark('+' | '*' | '-') if network(before) => true,
        Kind::Mark('*') => draft.glued(mark) && draft.glued(name.first),
        Kind::Word => {
            draft.word(mark).eq_ignore_ascii_case("of")
                && !draft.word(before).is_empty()
                && !["value", "values"].contains(&draft.word(before))
        }
        _ => false,
    }
}

/// Whether `G loss` ends with token `at`.
fn loss_of_words(draft: &Draft, at: usize) -> bool {
    at > 0
        && draft.gap(at) == " "
        && !draft.word(at - 1).is_empty()
        && matches!(
            meaning(&draft.text[draft.tokens[at - 1].start..draft.tokens[at].end]),
            Some(Meaning::Word(word)) if is_metric(word)
        )
}

/// The names of a parallel list that ends with `name`, and the tokens of their values
/// from `at` on: `lossD, lossG: 0.4, 0.5`. `None` where `name` stands alone; as many
/// values as names, or none.
pub fn parallel(draft: &Draft, name: &Name, at: usize) -> Option<Vec<(String, usize)>> {
    let text = &draft.text[name.start..name.end];
    let mut names = vec![text.to_owned()];
    let mut first = name.first;
    // `Gen/Dis Loss: 0.9/0.5` and `G_loss/D_loss: 0.9/0.5` are one word to the scanner.
    if name.meaning.is_none()
        && let Some((one, rest)) = text.split_once('/')
        && is_name(one)
        && is_name(rest.split(' ').next().unwrap_or(rest))
    {
        names = vec![rest.to_owned(), one.to_owned()];
    }
    while let Some(mark) = first
        .checked_sub(1)
        .filter(|_| names.len() < MOST && (first < name.first || names.len() == 1))
    {
        if !matches!(draft.kind(mark), Kind::Mark(',' | '/')) || mark == 0 {
            break;
        }
        let word = draft.word(mark - 1);
        let valued = mark > 1 && draft.kind(mark - 2) == Kind::Number;
        if word.is_empty() || valued || !is_name(word) {
            break;
        }
        names.push(word.to_owned());
        first = mark - 1;
    }
    if names.len() < 2 {
        return None;
    }
    names.reverse();
    // `D, G loss`: the last name has the word that the others lack.
    let tail = names
        .last()
        .and_then(|last| last.rsplit_once(' '))
        .map(|(_, tail)| tail.to_owned());
    if let Some(tail) = tail {
        let bare = |name: &String| matches!(meaning(name), Some(Meaning::Bare(_)));
        for name in names.iter_mut().filter(|name| bare(name)) {
            *name = format!("{name} {tail}");
        }
    }
    let mut values = vec![at];
    let mut next = at + 1;
    while matches!(draft.kind(next), Kind::Mark(',' | '/')) && draft.kind(next + 1) == Kind::Number
    {
        values.push(next + 1);
        next += 2;
    }
    if values.len() != names.len() {
        values.clear();
    }
    Some(names.into_iter().zip(values).collect())
}

/// Whether `word` alone can be a name in a list.
fn is_name(word: &str) -> bool {
    matches!(meaning(word), Some(Meaning::Word(known) | Meaning::Mean(known) | Meaning::Bare(known) | Meaning::Either(known)) if is_metric(known))
        || super::noise::is_loss(word)
}
