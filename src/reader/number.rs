//! The grammar of a stated number.

/// The largest count that is taken for one: a whole number that a double can hold.
pub const MOST: u64 = 1 << 53;

/// What stands where a number begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A number by itself.
    Number,
    /// A number with a percent sign.
    Percent,
    /// A number with a unit glued to it, such as `12s` or `2.3GB`.
    Quantity,
    /// A clock, a date, a version, an address, a size: digits that state no value.
    Noise,
}

/// A number at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    pub shape: Shape,
    /// Bytes of the number itself.
    pub value: usize,
    /// Bytes of the number with its unit or percent sign.
    pub all: usize,
}

/// The words that programs print for numbers that are not finite.
const NON_FINITE: [&str; 4] = ["nan", "infinity", "inf", "nan(ind)"];

/// The number in `text`: sign, decimals, exponent, thousands separators, `1.5f-3` as
/// Julia writes it, and the non-finite words in any case.
pub fn parse(text: &str) -> Option<f64> {
    if text.bytes().any(|b| matches!(b, b',' | b'f' | b'(')) {
        let plain = text.to_ascii_lowercase();
        if let Some(word) = plain.strip_suffix("(ind)") {
            return word.parse().ok();
        }
        if !plain.contains("inf") {
            return plain.replace(',', "").replace('f', "e").parse().ok();
        }
    }
    text.parse().ok()
}

/// The count in `text`: a whole number, which may be written as `3.0`.
pub fn count(text: &str) -> Option<u64> {
    match text.parse() {
        Ok(count) => Some(count),
        Err(_) => parse(text)
            .filter(|number| *number >= 0.0 && number.fract() == 0.0 && *number <= MOST as f64)
            .map(|number| number as u64),
    }
    .filter(|count| *count <= MOST)
}

/// Bytes of the non-finite word at the start of `text`, with its sign.
pub fn non_finite(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    if !matches!(bytes.get(sign), Some(b'n' | b'N' | b'i' | b'I')) {
        return None;
    }
    let letters = bytes[sign..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/'))
        .count();
    let word = text.get(sign..sign + letters)?;
    if !NON_FINITE
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
    {
        return None;
    }
    let end = sign + letters;
    let tail = &bytes[end..];
    let end = end + if tail.starts_with(b"(ind)") { 5 } else { 0 };
    let joined = matches!(tail, [b'.' | b'-' | b'\'', next, ..] if next.is_ascii_alphabetic());
    let foreign = text[end..]
        .chars()
        .next()
        .is_some_and(|c| !c.is_ascii() && c.is_alphanumeric());
    (!joined && !foreign).then_some(end)
}

/// Reads the number at the start of `text`, which is a digit, or a sign or a point with
/// a digit behind it.
pub fn scan(text: &str) -> Scan {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let digits = |mut i: usize| {
        while at(i).is_ascii_digit() {
            i += 1;
        }
        i
    };
    let begin = usize::from(matches!(at(0), b'-' | b'+'));
    let mut i = digits(begin);
    let leading = i - begin;
    let mut whole = true;
    while whole
        && leading <= 3
        && leading > 0
        && at(begin) != b'0'
        && at(i) == b','
        && digits(i + 1) == i + 4
    {
        i += 4;
    }
    if at(i) == b'.' && !at(i + 1).is_ascii_alphabetic() && at(i + 1) != b'.' {
        let end = digits(i + 1);
        whole = end == i + 1;
        i = end;
    }
    if matches!(at(i), b'e' | b'E') || (matches!(at(i), b'f') && !whole) {
        let sign = usize::from(matches!(at(i + 1), b'-' | b'+'));
        let end = digits(i + 1 + sign);
        if end > i + 1 + sign {
            whole = false;
            i = end;
        }
    }
    // A point that ends a sentence is no part of the number; "3." before a blank may be.
    let value = if at(i - 1) == b'.' { i - 1 } else { i };
    let next = at(i);
    let noise = match next {
        b'.' => at(i + 1).is_ascii_alphanumeric(),
        b':' | b'-' => {
            at(i + 1).is_ascii_alphanumeric() && (next != b':' || at(i + 1).is_ascii_digit())
        }
        b',' => whole && at(i + 1).is_ascii_digit(),
        // `1.#INF`, which is no number that everyone writes.
        b'_' | b'@' | b'#' => true,
        _ => false,
    };
    if noise {
        return Scan {
            shape: Shape::Noise,
            value,
            all: noise_end(text, i),
        };
    }
    if next == b'%' {
        return Scan {
            shape: Shape::Percent,
            value,
            all: i + 1,
        };
    }
    let unit = text[i..].chars().next().is_some_and(char::is_alphanumeric);
    if unit {
        // `3epoch:train:…`
        let counts = text[i..].starts_with("epoch:");
        let all = if counts { i + 5 } else { noise_end(text, i) };
        let quantity = text[i..all].chars().all(|c| c.is_alphabetic() || c == '/');
        let shape = if quantity {
            Shape::Quantity
        } else {
            Shape::Noise
        };
        return Scan { shape, value, all };
    }
    let spaced = bytes[i..].iter().take_while(|b| **b == b' ').count();
    if spaced == 1 && at(i + 1) == b'%' {
        return Scan {
            shape: Shape::Percent,
            value,
            all: i + 2,
        };
    }
    Scan {
        shape: Shape::Number,
        value,
        all: value,
    }
}

/// Where the run of digits, letters and joints from `from` on ends.
fn noise_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let length = rest
        .find(|c: char| {
            !(c.is_alphanumeric() || matches!(c, '.' | ',' | ':' | '-' | '_' | '+' | '/' | '@'))
        })
        .unwrap_or(rest.len());
    let run = rest[..length].trim_end_matches(['.', ',', ':', '-', '/']);
    from + run.len().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> (Shape, &str) {
        let scan = scan(text);
        (scan.shape, &text[..scan.value])
    }

    #[test]
    fn every_form_of_a_number() {
        for (text, expected) in [
            ("-0.5", -0.5),
            ("1e-05", 1e-5),
            ("+2.5E+3", 2500.0),
            (".5", 0.5),
            ("84,200", 84200.0),
            ("1,234,567.5", 1_234_567.5),
            ("1.5f-3", 1.5e-3),
        ] {
            assert_eq!(shape(text), (Shape::Number, text));
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        for (text, expected) in [("inf", f64::INFINITY), ("-Infinity", f64::NEG_INFINITY)] {
            assert_eq!(non_finite(text), Some(text.len()));
            assert_eq!(parse(text), Some(expected));
        }
        assert_eq!(non_finite("-nan(ind) "), Some(9));
        assert!(parse("-nan(ind)").is_some_and(f64::is_nan));
        assert_eq!(non_finite("nano"), None);
        assert_eq!(non_finite("info"), None);
    }

    #[test]
    fn numbers_end_where_sentences_and_lists_go_on() {
        for (text, value) in [
            ("0.6000.", "0.6000"),
            ("3. Next", "3"),
            ("14.404,loss_mel", "14.404"),
            ("0.5]", "0.5"),
            ("7|", "7"),
            ("4.2,2.2", "4.2"),
        ] {
            assert_eq!(shape(text), (Shape::Number, value));
        }
    }

    #[test]
    fn digits_that_state_no_value() {
        for text in [
            "1.2.3",
            "192.168.0.1",
            "10:30",
            "2024-01-02",
            "21,5",
            "1,0",
            "3-step",
            "100.pt",
            "64x64",
            "8b6e",
            "12_a",
        ] {
            assert_eq!(shape(text).0, Shape::Noise, "{text}");
        }
        for text in ["12s", "2.3GB", "9.1it/s"] {
            assert_eq!(shape(text).0, Shape::Quantity, "{text}");
        }
        assert_eq!(shape("45%"), (Shape::Percent, "45"));
        assert_eq!(shape("45 %"), (Shape::Percent, "45"));
    }

    #[test]
    fn a_count_is_whole() {
        assert_eq!(count("0007"), Some(7));
        assert_eq!(count("3.0"), Some(3));
        for wrong in ["-1", "0.3", "nan", "1e300", "x"] {
            assert_eq!(count(wrong), None, "{wrong}");
        }
    }
}
