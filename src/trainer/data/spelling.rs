//! How a column writes its numbers, and a number written that way.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::moment;

/// Most significant digits that a double has.
pub const MOST_DIGITS: usize = 17;
/// Whole numbers up to this one are all told apart by a double.
pub const MOST_WHOLE: f64 = (1u64 << 53) as f64;

/// How a column writes its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spelling {
    /// With at most `decimals` digits after the point, of which at most `precision` matter: in 2.50 there are two and
    /// one.
    Decimal {
        precision: usize,
        decimals: usize,
        /// Whether a comma stands for the point.
        comma: bool,
    },
    /// With at most `digits` significant ones, wherever the point stands.
    Floating {
        digits: usize,
        /// Whether very small and very great numbers have an exponent.
        exponents: bool,
        comma: bool,
    },
    /// As a date or a time, in the form that `format` describes; the number counts seconds from the start of 1970,
    /// whatever the time zone.
    Moment { format: String },
}

impl Spelling {
    /// The least difference of two numbers that it can show; zero where that depends on the numbers.
    pub fn unit(&self) -> f64 {
        match self {
            Self::Decimal { precision, .. } => 10f64.powi(-(*precision as i32)),
            Self::Floating { .. } => 0.0,
            Self::Moment { format } => 10f64.powi(-(moment::fraction(format) as i32)),
        }
    }

    /// How changes from one number of the column to the next are written: those of moments are spans, in seconds.
    pub fn of_changes(&self) -> Self {
        match self {
            Self::Moment { format } => Self::Decimal {
                precision: moment::fraction(format),
                decimals: moment::fraction(format),
                comma: false,
            },
            _ => self.clone(),
        }
    }

    /// `value` as the column would write it; zero has no sign.
    pub fn spell(&self, value: f64) -> String {
        match self {
            Self::Decimal {
                precision,
                decimals,
                comma,
            } => {
                let mut text = format!("{value:.precision$}");
                if text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.')) {
                    text = text.replace('-', "");
                }
                if *precision == 0 && *decimals > 0 {
                    text.push('.');
                }
                text += &"0".repeat(decimals.saturating_sub(*precision));
                if *comma { text.replace('.', ",") } else { text }
            }
            Self::Floating {
                digits,
                exponents,
                comma,
            } => {
                let value = significant(value, *digits);
                let plain = value == 0.0 || (1e-4..1e16).contains(&value.abs());
                let text = match plain || !exponents {
                    true => value.to_string(),
                    false => format!("{value:e}"),
                };
                if *comma { text.replace('.', ",") } else { text }
            }
            Self::Moment { format } => moment::at(value, moment::fraction(format))
                .map(|moment: DateTime| moment.strftime(format).to_string())
                .unwrap_or_default(),
        }
    }

    /// Whether a spelling that comes from outside can be used without surprises.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Decimal {
                precision,
                decimals,
                ..
            } => precision <= decimals && *decimals <= MOST_DIGITS,
            Self::Floating { digits, .. } => (1..=MOST_DIGITS).contains(digits),
            Self::Moment { format } => moment::is_known(format),
        }
    }
}

/// `value` to so many significant digits; zero has no sign.
pub fn significant(value: f64, digits: usize) -> f64 {
    let rounded = match digits {
        MOST_DIGITS.. => value,
        _ => format!("{value:.*e}", digits.saturating_sub(1))
            .parse()
            .unwrap_or(value),
    };
    rounded + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(precision: usize, decimals: usize, comma: bool) -> Spelling {
        Spelling::Decimal {
            precision,
            decimals,
            comma,
        }
    }

    #[test]
    fn numbers_keep_the_form_of_their_column() {
        assert_eq!(decimal(0, 1, false).spell(217.4), "217.0");
        assert_eq!(decimal(1, 3, false).spell(0.26), "0.300");
        assert_eq!(decimal(0, 1, false).spell(-0.2), "0.0");
        assert_eq!(decimal(2, 2, false).spell(-0.001), "0.00");
        assert_eq!(decimal(2, 2, false).spell(-0.006), "-0.01");
        assert_eq!(decimal(2, 2, true).spell(-1.5), "-1,50");
    }

    #[test]
    fn significant_digits_are_kept_wherever_the_point_stands() {
        let floating = |digits, exponents, comma| Spelling::Floating {
            digits,
            exponents,
            comma,
        };
        for (value, digits, text) in [
            (3.21e-22, 2, "3.2e-22"),
            (0.0512, 2, "0.051"),
            (-1234.5, 2, "-1200"),
            (1e300, 3, "1e300"),
            (0.1 + 0.2, 17, "0.30000000000000004"),
            (-0.0, 17, "0"),
        ] {
            assert_eq!(floating(digits, true, false).spell(value), text);
        }
        assert_eq!(floating(2, false, true).spell(3.2e-6), "0,0000032");
        assert!(!floating(18, true, false).is_sound());
    }

    #[test]
    fn dates_keep_the_form_of_their_column() {
        let day = Spelling::Moment {
            format: "%d.%m.%Y".into(),
        };
        assert_eq!(day.spell(86_400.0 * 31.0), "01.02.1970");
        assert!(day.is_sound());
        let strange = Spelling::Moment {
            format: "%d.%m.%Y %q".into(),
        };
        assert!(!strange.is_sound());
    }
}
