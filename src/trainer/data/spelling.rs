//! How a column writes its numbers, and a number written that way.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::moment;

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
    /// As a date or a time, in the form that `format` describes; the number counts seconds from the start of 1970,
    /// whatever the time zone.
    Moment { format: String },
}

impl Spelling {
    /// The least difference of two numbers that it can show.
    pub fn unit(&self) -> f64 {
        match self {
            Self::Decimal { precision, .. } => 10f64.powi(-(*precision as i32)),
            Self::Moment { format } if format.contains("%.f") => 1e-3,
            Self::Moment { .. } => 1.0,
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
            Self::Moment { format } => moment::at(value)
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
            } => precision <= decimals && *decimals <= 17,
            Self::Moment { format } => moment::is_known(format),
        }
    }
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
