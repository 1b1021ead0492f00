//! The cells of a column as numbers, with how many digits they are written.

use super::Number;

/// The cells as numbers.
#[derive(Default)]
pub(super) struct Decimals {
    pub cells: Vec<Number>,
    pub precision: usize,
    pub decimals: usize,
    /// Whether a comma stood for the point.
    pub commas: bool,
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
        let Some((value, precision, decimals)) = with_point else {
            return false;
        };
        self.precision = self.precision.max(precision);
        self.decimals = self.decimals.max(decimals);
        self.cells.push(Number::Value(value));
        true
    }
}

/// The finite number that `text` spells, its digits after the point but for trailing zeros, and with them. Whole
/// numbers with leading zeros are labels such as postal codes, not numbers.
fn number(text: &str) -> Option<(f64, usize, usize)> {
    let value: f64 = text.parse().ok()?;
    let digits = text.trim_start_matches(['+', '-']);
    let label = digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !value.is_finite() || label {
        return None;
    }
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let fraction = mantissa
        .split_once('.')
        .map_or("", |(_, fraction)| fraction);
    let exponent = exponent.parse::<i64>().ok()?;
    // A double holds no more than 17 significant digits.
    let shifted =
        |digits: &str| (digits.len() as i64).saturating_sub(exponent).clamp(0, 17) as usize;
    Some((
        value,
        shifted(fraction.trim_end_matches('0')),
        shifted(fraction),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_counted_as_written() {
        assert_eq!(number("1.50"), Some((1.5, 1, 2)));
        assert_eq!(number("1e-5"), Some((1e-5, 5, 5)));
        assert_eq!(number("2.5E2"), Some((250.0, 0, 0)));
        assert_eq!(number("0"), Some((0.0, 0, 0)));
        assert_eq!(number("007"), None);
        assert_eq!(number("1e999"), None);
        assert_eq!(number("abc"), None);
    }
}
