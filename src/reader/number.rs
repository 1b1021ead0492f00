//! The grammar of a stated number.

/// A regular expression for a number: sign, decimals, exponent, and the non-finite words.
pub const NUMBER: &str =
    r"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|(?i:nan|inf(?:inity)?))";

/// The number in `text`, which has the form of [`NUMBER`].
pub fn parse(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// The count in `text`: a whole number that a double can hold, which no epoch exceeds.
pub fn count(text: &str) -> Option<u64> {
    text.parse().ok().filter(|count| *count <= MOST)
}

/// The largest count that is taken for one.
pub const MOST: u64 = 1 << 53;

/// Whether a number may end before `rest`: not in the middle of a word, of a longer
/// number (1.2.3, 10:30, 1,200) or before a unit that is glued to it.
pub fn ends_before(rest: &str) -> bool {
    let mut chars = rest.chars();
    let Some(next) = chars.next() else {
        return true;
    };
    match next {
        '.' | ',' | ':' | '-' | '/' => !chars.next().is_some_and(|after| after.is_ascii_digit()),
        '%' | '_' => false,
        _ => !next.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_words_and_units_do_not_begin() {
        for good in ["", " ", ", D: 1", ". Next", ")", "]", "\t", "|"] {
            assert!(ends_before(good), "{good:?}");
        }
        for bad in [".3.4", "%", "s", "MB", ":30", ",200", "_a", "-05"] {
            assert!(!ends_before(bad), "{bad:?}");
        }
    }
}
