//! The cells of a column as numbers, with how many digits they are written.

use super::spelling::{MOST_DIGITS, MOST_WHOLE};
use super::{Number, Spelling};

/// The cells as numbers.
#[derive(Default)]
pub(super) struct Decimals {
    pub cells: Vec<Number>,
    digits: Digits,
    /// The greatest magnitude.
    greatest: f64,
    /// Whether a comma stood for the point.
    commas: bool,
    /// Whether an exponent stood behind a number.
    exponents: bool,
}

/// How many digits a number has, or at most those of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Digits {
    /// Behind the point, but for zeros at the end.
    precision: usize,
    /// Behind the point.
    decimals: usize,
    /// From the first to the last that is not zero.
    significant: usize,
}

impl Decimals {
    /// Takes `text`, if it is a number.
    pub fn push(&mut self, text: &str, comma: bool) -> bool {
        let with_point = if comma && text.matches(',').count() == 1 && !text.contains('.') {
            self.commas = true;
            number(&text.replace(',', "."))
        } else {
            number(text)
        };
        let Some((value, digits)) = with_point else {
            return false;
        };
        let all = &mut self.digits;
        all.precision = all.precision.max(digits.precision);
        all.decimals = all.decimals.max(digits.decimals);
        all.significant = all.significant.max(digits.significant);
        self.greatest = self.greatest.max(value.abs());
        self.exponents |= text.contains(['e', 'E']);
        self.cells.push(Number::Value(value));
        true
    }

    /// How the column writes its numbers.
    pub fn spelling(&self) -> Spelling {
        let Digits {
            precision,
            decimals,
            significant,
        } = self.digits;
        let comma = self.commas;
        // Where the last decimal place is finer than a double, or the numbers are too great to have one, their digits
        // count from the first.
        let places = self.greatest * 10f64.powi(precision.min(400) as i32);
        if precision > MOST_DIGITS || places > MOST_WHOLE {
            return Spelling::Floating {
                digits: significant.clamp(1, MOST_DIGITS),
                exponents: self.exponents,
                comma,
            };
        }
        Spelling::Decimal {
            precision,
            decimals: decimals.min(MOST_DIGITS),
            comma,
        }
    }
}

/// The finite number that `text` spells, and its digits. Whole numbers with leading zeros are labels such as postal
/// codes, not numbers, and so are those with more digits than a double keeps, such as account numbers.
fn number(text: &str) -> Option<(f64, Digits)> {
    let value: f64 = text.parse().ok()?;
    let digits = text.trim_start_matches(['+', '-']);
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0');
    let rounded = || digits.len() > 15 && digits != format!("{:.0}", value.abs());
    if !value.is_finite() || whole && (padded || rounded()) {
        return None;
    }
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (_, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.parse::<i64>().ok()?;
    let shifted = |digits: &str| (digits.len() as i64).saturating_sub(exponent).max(0) as usize;
    let significant = mantissa.trim_matches(['0', '.']);
    let digits = Digits {
        precision: match value == 0.0 {
            true => 0,
            false => shifted(fraction.trim_end_matches('0')),
        },
        decimals: shifted(fraction),
        significant: significant.bytes().filter(u8::is_ascii_digit).count(),
    };
    Some((value, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_as_written() {
        for (text, value, precision, decimals, significant) in [
            ("1.50", 1.5, 1, 2, 2),
            ("1e-5", 1e-5, 5, 5, 1),
            ("2.5E2", 250.0, 0, 0, 2),
            ("-120", -120.0, 0, 0, 2),
            ("00.0120", 0.012, 3, 4, 2),
            ("0", 0.0, 0, 0, 0),
            ("-0", 0.0, 0, 0, 0),
            ("3.2e-22", 3.2e-22, 23, 23, 2),
            ("9007199254740992", 9_007_199_254_740_992.0, 0, 0, 16),
        ] {
            let digits = Digits {
                precision,
                decimals,
                significant,
            };
            assert_eq!(number(text), Some((value, digits)), "{text}");
        }
    }

    #[test]
    fn labels_are_no_numbers() {
        for label in ["007", "00", "1e999", "abc", "123456789012345678"] {
            assert_eq!(number(label), None, "{label}");
        }
        assert!(number("123456789012345678.25").is_some());
    }

    #[test]
    fn digits_count_from_the_first_where_decimal_places_are_too_fine() {
        let spelling = |cells: &[&str]| {
            let mut column = Decimals::default();
            assert!(cells.iter().all(|cell| column.push(cell, false)));
            column.spelling()
        };
        let floating = |digits, exponents| Spelling::Floating {
            digits,
            exponents,
            comma: false,
        };
        assert_eq!(spelling(&["0.05", "3.2e-22"]), floating(2, true));
        assert_eq!(
            spelling(&["100.12345678901234", "98.5"]),
            floating(17, false)
        );
        assert_eq!(spelling(&["1e300", "1.25"]), floating(3, true));
        assert_eq!(
            spelling(&["1735689600.123456", "1e-5"]),
            Spelling::Decimal {
                precision: 6,
                decimals: 6,
                comma: false
            }
        );
    }
}
