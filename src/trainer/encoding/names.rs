//! Names that are made anew for synthetic rows, in the form of those that a column has.

use std::collections::BTreeMap;

use rand::Rng;
use rand::seq::{IndexedRandom, IteratorRandom};
use serde::{Deserialize, Serialize};

/// Longest text that is a name rather than prose, in characters.
const NAME_LENGTH: usize = 64;
/// Fewest examples of one length that are mixed; of fewer, a mixture would tell too much of each.
const LEAST_ALIKE: usize = 5;
/// How often a name is made before it may be an example: of short ones there may be no others.
const ATTEMPTS: usize = 16;

/// Names of the form that some examples have, with letters and digits of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Examples", into = "Examples")]
pub struct Names {
    examples: Vec<String>,
    /// The letters of the examples, by how many there are.
    alike: BTreeMap<usize, Vec<Vec<char>>>,
}

/// What a checkpoint keeps of names.
#[derive(Serialize, Deserialize)]
struct Examples {
    examples: Vec<String>,
}

impl From<Examples> for Names {
    fn from(Examples { examples }: Examples) -> Self {
        let mut alike: BTreeMap<usize, Vec<Vec<char>>> = BTreeMap::new();
        for example in &examples {
            let letters: Vec<char> = example.chars().collect();
            alike.entry(letters.len()).or_default().push(letters);
        }
        Self { examples, alike }
    }
}

impl From<Names> for Examples {
    fn from(Names { examples, .. }: Names) -> Self {
        Self { examples }
    }
}

impl Names {
    /// Names like `examples`; none if these are prose.
    pub fn find(examples: Vec<String>) -> Option<Self> {
        let is_name = |text: &String| {
            text.chars().count() <= NAME_LENGTH && text.split_whitespace().count() <= 2
        };
        (!examples.is_empty() && examples.iter().all(is_name))
            .then(|| Self::from(Examples { examples }))
    }

    /// A new name. Each letter and digit of an example gives way to one that another example of its length has at its
    /// place, so that what all share stays. Where that gives an example again, or hardly another is as long, those
    /// that differ give way to any of their class, and in the end all.
    pub fn text(&self, rng: &mut impl Rng) -> String {
        let example = self.examples.choose(rng);
        let form: Vec<char> = example.into_iter().flat_map(|text| text.chars()).collect();
        let alike = self.alike.get(&form.len()).map_or(&[][..], Vec::as_slice);
        let mut name = String::new();
        for attempt in 0..ATTEMPTS {
            let fill = |(place, &letter): (usize, &char)| {
                let shared = || alike.iter().all(|other| other[place] == letter);
                match alike.len() >= LEAST_ALIKE {
                    true if attempt == 0 => mixed(letter, place, alike, rng),
                    true if attempt < ATTEMPTS / 2 && shared() => letter,
                    _ => self.another(letter, rng),
                }
            };
            name = form.iter().enumerate().map(fill).collect();
            if !self.examples.contains(&name) {
                break;
            }
        }
        name
    }

    /// Any letter or digit of the class of `letter`: of those beyond ASCII one that the examples have.
    fn another(&self, letter: char, rng: &mut impl Rng) -> char {
        match letter {
            '0'..='9' => rng.random_range('0'..='9'),
            'a'..='z' => rng.random_range('a'..='z'),
            'A'..='Z' => rng.random_range('A'..='Z'),
            _ if letter.is_alphabetic() => {
                let all = self.examples.iter().flat_map(|example| example.chars());
                let same = |other: &char| {
                    !other.is_ascii()
                        && other.is_alphabetic()
                        && other.is_uppercase() == letter.is_uppercase()
                };
                all.filter(same).choose(rng).unwrap_or(letter)
            }
            _ => letter,
        }
    }

    pub fn is_sound(&self) -> bool {
        !self.examples.is_empty()
    }
}

/// What one of those that are `alike` has at that place, if it is of the class of `letter`.
fn mixed(letter: char, place: usize, alike: &[Vec<char>], rng: &mut impl Rng) -> char {
    let class = |letter: char| (letter.is_ascii_digit(), letter.is_alphabetic());
    // The example itself is among them, so one is found.
    loop {
        match alike.choose(rng).map(|other| other[place]) {
            Some(other) if class(other) != class(letter) => {}
            found => return found.unwrap_or(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trainer::random::{Purpose, stream};

    #[test]
    fn names_keep_their_form_and_change_the_rest() {
        let examples: Vec<String> = (100..300).map(|n| format!("ID-{n}x")).collect();
        let names = Names::find(examples.clone()).unwrap();
        let mut rng = stream(0, Purpose::Rows(0));
        let made: Vec<String> = (0..50).map(|_| names.text(&mut rng)).collect();
        assert!(
            made.iter()
                .all(|name| name.starts_with("ID-") && name.ends_with('x') && name.len() == 7)
        );
        assert!(made.iter().collect::<std::collections::HashSet<_>>().len() > 20);
        assert!(Names::find(vec!["a note on what was seen".into()]).is_none());
    }

    #[test]
    fn no_name_is_an_example() {
        let of_each_length = |n: usize| format!("{}.k{n}@mail.org", "ab".repeat(n % 13 + 1));
        let address: Vec<String> = (0..25).map(of_each_length).collect();
        let known_all: Vec<String> = (0..100).map(|n| format!("{n:02}")).collect();
        let greek = ["Άννα", "Ορέστης", "Ζωή", "Ελένη-Μαρία"].map(str::to_owned);
        for examples in [address, known_all[..20].to_vec(), greek.to_vec()] {
            let names = Names::find(examples.clone()).unwrap();
            let mut rng = stream(0, Purpose::Rows(0));
            for _ in 0..500 {
                let made = names.text(&mut rng);
                let length = made.chars().count();
                assert!(!examples.contains(&made), "{made}");
                assert!(
                    examples
                        .iter()
                        .any(|example| example.chars().count() == length)
                );
            }
        }
        // Where all that there can be are known, one of them has to do.
        let all = Names::find(known_all).unwrap();
        assert_eq!(all.text(&mut stream(0, Purpose::Rows(0))).len(), 2);
        let kept = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Names>(&kept).unwrap(), all);
    }
}
