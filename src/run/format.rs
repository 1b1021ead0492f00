//! Numbers, times and sizes as people read them.

use crate::event::Value;

/// A metric with four decimals; a non-finite one by its name.
pub fn metric(value: Value) -> String {
    let Value(number) = value;
    if number.is_nan() {
        "NaN".into()
    } else if number.is_infinite() {
        if number > 0.0 {
            "∞".into()
        } else {
            "−∞".into()
        }
    } else if number != 0.0 && !(1e-4..1e6).contains(&number.abs()) {
        format!("{number:.3e}")
    } else {
        format!("{number:.4}")
    }
}

/// A length of time: `42 s`, `3 min 05 s`, `2 h 07 min`, `4 d 13 h`.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        3600..356_400 => format!("{} h {:02} min", whole / 3600, whole / 60 % 60),
        _ => format!("{} d {} h", whole / 86_400, whole / 3600 % 24),
    }
}

/// A size in binary units: `512 B`, `47.3 KiB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut size = count as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    match unit {
        0 => format!("{count} B"),
        _ => format!("{size:.1} {}", UNITS[unit]),
    }
}

/// A count with thin spaces between thousands: `10 000`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A parameter as it was asked for; a text without its quotes.
pub fn json(value: &serde_json::Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

/// A number of a table or an axis, in six significant digits without idle zeros.
pub fn number(number: f64) -> String {
    if !number.is_finite() {
        return metric(Value(number));
    }
    let size = number.abs();
    if size != 0.0 && !(1e-4..1e9).contains(&size) {
        return format!("{number:.3e}");
    }
    let decimals = if size >= 1.0 {
        5 - size.log10().floor().clamp(0.0, 5.0) as usize
    } else {
        6
    };
    let text = format!("{number:.decimals$}");
    if !text.contains('.') {
        return text;
    }
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    (if trimmed == "-0" { "0" } else { trimmed }).to_owned()
}

/// `text` in at most `length` characters, the last of which is a sign where something was cut.
pub fn shorten(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some(_) => text
            .chars()
            .take(length.saturating_sub(1))
            .chain(['…'])
            .collect(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn metrics_have_four_decimals() {
        assert_eq!(metric(Value(0.71324)), "0.7132");
        assert_eq!(metric(Value(-0.5)), "-0.5000");
        assert_eq!(metric(Value(0.0)), "0.0000");
        assert_eq!(metric(Value(1.5e-9)), "1.500e-9");
        assert_eq!(metric(Value(f64::NAN)), "NaN");
    }

    #[test]
    fn durations_grow_by_unit() {
        assert_eq!(duration(42.4), "42 s");
        assert_eq!(duration(185.0), "3 min 05 s");
        assert_eq!(duration(7620.0), "2 h 07 min");
        assert_eq!(duration(392_400.0), "4 d 13 h");
    }

    #[test]
    fn numbers_carry_no_idle_zeros() {
        assert_eq!(number(3.0), "3");
        assert_eq!(number(0.25), "0.25");
        assert_eq!(number(123456.789), "123457");
        assert_eq!(number(-0.0000000001), "-1.000e-10");
        assert_eq!(number(0.0), "0");
    }

    #[test]
    fn parameters_read_as_they_were_asked_for() {
        let asked = [json!(64), json!(2e-4), json!("wide"), json!(true)];
        let read = asked.map(|value| json(&value));
        assert_eq!(read, ["64", "0.0002", "wide", "true"]);
    }

    #[test]
    fn counts_and_sizes() {
        assert_eq!(count(10000), "10\u{202f}000");
        assert_eq!(count(999), "999");
        assert_eq!(bytes(48_436), "47.3 KiB");
    }
}
