//! A number that stands in a text.

/// The finite number that `text` holds, as JSON writes it, or with nothing before the point; `None` where it holds
/// another thing.
///
/// It is read as JSON is. The standard library's own reader would bring tables of 10 kB into the browser's bundle,
/// beside those that it holds already, and no packing makes them smaller.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    if digits.starts_with('.') {
        return serde_json::from_slice(format!("{sign}0{digits}").as_bytes()).ok();
    }
    serde_json::from_slice(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_type_is_read() {
        for (text, wanted) in [
            ("12", Some(12.0)),
            (" -0.5 ", Some(-0.5)),
            (".5", Some(0.5)),
            ("-.25", Some(-0.25)),
            ("2e-4", Some(2e-4)),
            ("", None),
            ("-", None),
            ("--.5", None),
            ("1.5 and more", None),
            ("null", None),
            ("inf", None),
            ("NaN", None),
            ("1e999", None),
        ] {
            assert_eq!(number(text), wanted, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_to_the_last_digit(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(number(&value.to_string()), Some(value));
        }
    }
}
