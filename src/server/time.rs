//! The clock: moments in UTC, as text.

use jiff::Timestamp;

/// Now, RFC 3339 in UTC with microseconds: `2025-08-24T18:14:33.734935Z`.
pub fn now() -> String {
    format!("{:.6}", Timestamp::now())
}

/// A moment of the log, which has nanoseconds, with microseconds.
pub fn micros(log_time: &str) -> String {
    match log_time.parse::<Timestamp>() {
        Ok(moment) => format!("{moment:.6}"),
        Err(_) => now(),
    }
}

/// Seconds from one moment to another, or to now.
pub fn seconds_between(from: &str, to: Option<&str>) -> Option<f64> {
    let from: Timestamp = from.parse().ok()?;
    let to = match to {
        Some(to) => to.parse().ok()?,
        None => Timestamp::now(),
    };
    Some((to - from).total(jiff::Unit::Second).ok()?.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_microseconds() {
        assert_eq!(
            micros("2025-08-24T18:14:33.734935123Z"),
            "2025-08-24T18:14:33.734935Z"
        );
        assert_eq!(now().len(), "2025-08-24T18:14:33.734935Z".len());
    }

    #[test]
    fn lengths_of_time() {
        let from = "2025-08-24T18:14:33Z";
        assert_eq!(
            seconds_between(from, Some("2025-08-24T18:15:34.5Z")),
            Some(61.5)
        );
        assert_eq!(seconds_between("yesterday", None), None);
    }
}
