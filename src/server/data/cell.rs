//! What the text of one cell can be read as.

/// A reading of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing, or only white space.
    Blank,
    /// A word for a missing value.
    Absent,
    /// A number that no finite float can hold.
    Infinite,
    /// A whole number, written without point or exponent.
    Integer(f64),
    Float(f64),
    /// Anything else.
    Word,
}

/// Words for a missing value, in any case. In a text column they are words like others:
/// `None` may well be a category.
const ABSENT: [&str; 5] = ["NA", "N/A", "NaN", "null", "None"];

impl Cell {
    /// Reads a cell; `decimal_comma` lets `1,5` be a number.
    pub fn read(text: &str, decimal_comma: bool) -> Self {
        let text = text.trim();
        let is = |word: &&str| text.eq_ignore_ascii_case(word);
        match text.as_bytes().first() {
            None => Self::Blank,
            Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b',') => number(text, decimal_comma),
            Some(_) if ABSENT.iter().any(is) => Self::Absent,
            Some(_) if is(&"inf") || is(&"infinity") => Self::Infinite,
            Some(_) => Self::Word,
        }
    }

    /// The number, where it is one that can be reckoned with.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Integer(value) | Self::Float(value) => Some(value),
            _ => None,
        }
    }
}

/// Whether a cell says yes or no.
pub(super) fn is_boolean(text: &str) -> bool {
    let text = text.trim();
    ["true", "false", "yes", "no"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

fn number(text: &str, decimal_comma: bool) -> Cell {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    let value = if decimal_comma && text.contains(',') && !text.contains('.') {
        // A second comma stays one too many after this.
        text.replacen(',', ".", 1).parse::<f64>()
    } else {
        text.parse::<f64>()
    };
    match value {
        Ok(value) if value.is_nan() => Cell::Absent,
        Ok(value) if value.is_infinite() => Cell::Infinite,
        Ok(value) if whole => Cell::Integer(value),
        Ok(value) => Cell::Float(value),
        Err(_) => Cell::Word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_read_as_users_write_them() {
        for (text, cell) in [
            ("", Cell::Blank),
            (" \t", Cell::Blank),
            ("NaN", Cell::Absent),
            ("-nan", Cell::Absent),
            ("n/a", Cell::Absent),
            ("None", Cell::Absent),
            ("Nonesuch", Cell::Word),
            ("-inf", Cell::Infinite),
            ("Infinity", Cell::Infinite),
            ("1e999", Cell::Infinite),
            (" 42 ", Cell::Integer(42.0)),
            ("-0", Cell::Integer(-0.0)),
            ("1e3", Cell::Float(1000.0)),
            (".5", Cell::Float(0.5)),
            ("1,5", Cell::Word),
            ("-", Cell::Word),
            ("2012-01-01", Cell::Word),
            ("7 pm", Cell::Word),
        ] {
            assert_eq!(Cell::read(text, false), cell, "{text:?}");
        }
        assert_eq!(Cell::read("-1,5", true), Cell::Float(-1.5));
        assert_eq!(Cell::read("1.5", true), Cell::Float(1.5));
        assert_eq!(Cell::read("1,234,5", true), Cell::Word);
    }

    proptest! {
        #[test]
        fn every_written_float_comes_back(value in any::<f64>()) {
            prop_assume!(value.is_finite());
            prop_assert_eq!(Cell::read(&format!("{value:?}"), false).number(), Some(value));
            let comma = format!("{value:?}").replace('.', ",");
            prop_assert_eq!(Cell::read(&comma, true).number(), Some(value));
        }
    }
}
