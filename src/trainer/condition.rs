//! What a synthetic row is to fulfil: a column, a comparison and a value.

use std::cmp::Ordering;
use std::str::FromStr;

use super::error::TrainError;

/// One condition, as in `weather=snow` or `temp_max>20`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    column: String,
    comparison: Comparison,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// Longer signs first, since `<=` begins with `<`.
const SIGNS: [(&str, Comparison); 6] = [
    ("!=", Comparison::Unequal),
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::More),
];

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let first = |(sign, comparison): &(&'static str, Comparison)| {
            text.find(sign).map(|at| (at, *sign, *comparison))
        };
        // The earliest sign parts; at the same place the longest, which comes first.
        let found = SIGNS.iter().filter_map(first).min_by_key(|(at, ..)| *at);
        let Some((at, sign, comparison)) = found.filter(|(at, ..)| *at > 0) else {
            return Err("not a condition such as weather=snow or temp_max>20".to_owned());
        };
        let (column, value) = (text[..at].trim(), text[at + sign.len()..].trim());
        let is_number = number(value).is_some();
        if !matches!(comparison, Comparison::Equal | Comparison::Unequal) && !is_number {
            return Err(format!("{value:?} is no number to compare with"));
        }
        Ok(Self {
            column: column.to_owned(),
            comparison,
            value: value.to_owned(),
        })
    }
}

impl Condition {
    /// The condition with the place of its column among `names`.
    pub fn resolved(&self, names: &[&str]) -> Result<(usize, &Self), TrainError> {
        let place = names.iter().position(|name| *name == self.column);
        place
            .map(|place| (place, self))
            .ok_or_else(|| TrainError::NoSuchColumn {
                column: self.column.clone(),
                columns: names.join(", "),
            })
    }

    /// Whether a field fulfils it. Numbers are compared as such where both sides are; what is no number is neither less
    /// nor more.
    pub fn holds(&self, field: &str) -> bool {
        let order = match (number(field), number(&self.value)) {
            (Some(field), Some(value)) => field.partial_cmp(&value),
            _ => (field == self.value).then_some(Ordering::Equal),
        };
        match self.comparison {
            Comparison::Equal => order == Some(Ordering::Equal),
            Comparison::Unequal => order != Some(Ordering::Equal),
            Comparison::Less => order == Some(Ordering::Less),
            Comparison::More => order == Some(Ordering::Greater),
            Comparison::AtMost => order.is_some_and(Ordering::is_le),
            Comparison::AtLeast => order.is_some_and(Ordering::is_ge),
        }
    }
}

/// The number that a text spells; NaN is none, and compared as a text.
fn number(text: &str) -> Option<f64> {
    let plain = text.parse().ok();
    let number = plain.or_else(|| text.replacen(',', ".", 1).parse().ok());
    number.filter(|number: &f64| !number.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_or_do_not() {
        for (condition, field, holds) in [
            ("weather=snow", "snow", true),
            ("weather = snow", "rain", false),
            ("weather!=snow", "rain", true),
            ("t>20", "20.5", true),
            ("t>20", "20", false),
            ("t>=20", "20.0", true),
            ("t=20", "20.0", true),
            ("t<=-1", "-1,5", true),
            ("t<5", "", false),
            ("note=a=b", "a=b", true),
            ("t=NaN", "NaN", true),
            ("t!=NaN", "NaN", false),
            ("t!=NaN", "1", true),
        ] {
            let parsed: Condition = condition.parse().unwrap();
            assert_eq!(parsed.holds(field), holds, "{condition} of {field:?}");
        }
        for wrong in ["snow", "=snow", "t>warm", "t>NaN", ""] {
            assert!(wrong.parse::<Condition>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_column_has_to_be_there() {
        let condition: Condition = "b=1".parse().unwrap();
        assert_eq!(condition.resolved(&["a", "b"]).unwrap().0, 1);
        let problem = condition.resolved(&["a", "c"]).unwrap_err().to_string();
        assert!(
            problem.contains("\"b\"") && problem.contains("a, c"),
            "{problem}"
        );
    }
}
