//! Columns that are not learnt but made anew for synthetic rows: running numbers, names, and sums.

use std::collections::BTreeMap;

use rand::Rng;
use rand::seq::{IndexedRandom, IteratorRandom};
use serde::{Deserialize, Serialize};

use crate::trainer::data::{Number, Spelling};

/// Longest text that is a name rather than prose, in characters.
const NAME_LENGTH: usize = 64;
/// Fewest examples of one length that are mixed; of fewer, a mixture would tell too much of each.
const LEAST_ALIKE: usize = 5;
/// Most columns among which sums are looked for, since each is tried with each two others.
const MOST_SUMMED: usize = 64;
/// How often a name is made before it may be an example: of short ones there may be no others.
const ATTEMPTS: usize = 16;

/// Numbers that grow by the same step from row to row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Running {
    first: f64,
    step: f64,
    spelling: Spelling,
}

impl Running {
    /// The column, if it counts rows: whole numbers that always grow by the same step.
    pub fn count(cells: &[Number], spelling: &Spelling) -> Option<Self> {
        let (first, steps) = steps(cells)?;
        let whole = matches!(spelling, Spelling::Decimal { precision: 0, .. });
        let same = steps[0] == steps[steps.len() - 1];
        (whole && same && steps[0] != 0.0).then(|| Self {
            first,
            step: steps[0],
            spelling: spelling.clone(),
        })
    }

    /// The column, if it orders the rows of a sequence: it always grows, by a step that may vary as that of trading
    /// days does, and of which the median is taken.
    pub fn order(cells: &[Number], spelling: &Spelling) -> Option<Self> {
        let (first, steps) = steps(cells)?;
        (steps[0] > 0.0).then(|| Self {
            first,
            step: steps[steps.len() / 2],
            spelling: spelling.clone(),
        })
    }

    pub fn text(&self, row: u64) -> String {
        self.spelling.spell(self.first + self.step * row as f64)
    }

    pub fn is_sound(&self) -> bool {
        self.first.is_finite() && self.step.is_finite() && self.spelling.is_sound()
    }
}

/// The first of `cells` and the sorted steps from each to the next; nothing if one is missing or there are fewer than
/// three.
fn steps(cells: &[Number]) -> Option<(f64, Vec<f64>)> {
    let values: Vec<f64> = cells
        .iter()
        .map(|cell| cell.value())
        .collect::<Option<_>>()?;
    let mut steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_by(f64::total_cmp);
    (steps.len() >= 2).then(|| (values[0], steps))
}

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

/// The sum of two learnt columns, given by their places among all columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sum {
    pub of: [usize; 2],
    pub spelling: Spelling,
}

/// Columns that are the sum of two others in every row: the place of each with the places of its parts. Such a relation
/// is kept exactly instead of being learnt. Among very many columns none is looked for.
pub fn sums(columns: &[Option<(&[Number], f64)>]) -> Vec<(usize, [usize; 2])> {
    let complete: Vec<(usize, &[Number], f64)> = columns
        .iter()
        .enumerate()
        .filter_map(|(place, column)| column.map(|(cells, unit)| (place, cells, unit)))
        .filter(|(_, cells, _)| {
            let mut values = cells.iter().filter_map(|cell| cell.value());
            let first = values.next();
            cells.iter().all(|cell| cell.value().is_some())
                && values.any(|value| Some(value) != first)
        })
        .collect();
    let mut found: Vec<(usize, [usize; 2])> = Vec::new();
    if complete.len() > MOST_SUMMED {
        return found;
    }
    // A column takes part in one sum only, so that none depends on itself.
    let free = |found: &[(usize, [usize; 2])], place: usize| {
        found
            .iter()
            .all(|(sum, of)| *sum != place && !of.contains(&place))
    };
    for (whole, sum, unit) in &complete {
        for (index, (left, a, _)) in complete.iter().enumerate() {
            for (right, b, _) in &complete[index + 1..] {
                let apart = whole != left && whole != right;
                let all_free = [whole, left, right]
                    .iter()
                    .all(|place| free(&found, **place));
                let adds_up = |row: usize| {
                    let value = |cells: &[Number]| cells[row].value().unwrap_or(f64::NAN);
                    (value(a) + value(b) - value(sum)).abs() < unit / 2.0
                };
                if apart && all_free && (0..sum.len()).all(adds_up) {
                    found.push((*whole, [*left, *right]));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trainer::random::{Purpose, stream};

    fn whole() -> Spelling {
        Spelling::Decimal {
            precision: 0,
            decimals: 0,
            comma: false,
        }
    }

    fn numbers(values: &[f64]) -> Vec<Number> {
        values.iter().map(|value| Number::Value(*value)).collect()
    }

    #[test]
    fn what_counts_rows_goes_on_counting() {
        let ids = Running::count(&numbers(&[5.0, 6.0, 7.0]), &whole()).unwrap();
        assert_eq!((ids.text(0), ids.text(10)), ("5".into(), "15".into()));
        for other in [&[5.0, 6.0, 8.0][..], &[5.0, 5.0, 5.0], &[1.0, 2.0]] {
            assert_eq!(Running::count(&numbers(other), &whole()), None);
        }
        let day = Spelling::Moment {
            format: "%Y-%m-%d".into(),
        };
        let days = numbers(&[0.0, 86_400.0, 4.0 * 86_400.0, 5.0 * 86_400.0]);
        assert_eq!(Running::count(&days, &day), None);
        assert_eq!(Running::order(&days, &day).unwrap().text(2), "1970-01-03");
    }

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

    #[test]
    fn a_sum_is_found_and_nothing_else_is() {
        let (a, b) = (numbers(&[1.0, 2.0, 3.0]), numbers(&[10.0, 0.0, 5.0]));
        let (sum, other) = (numbers(&[11.0, 2.0, 8.0]), numbers(&[11.0, 2.0, 9.0]));
        let column = |cells| Some((cells, 1.0));
        let columns = [column(a.as_slice()), column(&sum), None, column(&b)];
        assert_eq!(sums(&columns), [(1, [0, 3])]);
        assert_eq!(
            sums(&[column(a.as_slice()), column(&other), column(&b)]),
            []
        );
        let others: Vec<Vec<Number>> = (1..=MOST_SUMMED - 3)
            .map(|n| numbers(&[1e3 * n as f64, 7.0, 9.0]))
            .collect();
        let mut many: Vec<_> = others.iter().map(|cells| column(cells)).collect();
        many.extend([column(&a), column(&b), column(&sum)]);
        assert_eq!(sums(&many).len(), 1);
        many.push(column(&other));
        assert_eq!(sums(&many), []);
    }
}
