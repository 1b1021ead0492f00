//! Columns that are not learnt but counted on or computed for synthetic rows: running numbers and sums.

use serde::{Deserialize, Serialize};

use crate::trainer::data::{Number, Spelling};

/// Most columns among which sums are looked for, since each is tried with each two others.
const MOST_SUMMED: usize = 64;

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
