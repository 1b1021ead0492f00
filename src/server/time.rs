//! The clock: moments in UTC, as text and as microseconds since 1970.

use std::time::SystemTime;

use jiff::Timestamp;

use crate::run::Moment;

/// Now, RFC 3339 in UTC with microseconds: `2025-08-24T18:14:33.734935Z`.
pub fn now() -> String {
    format!("{:.6}", Timestamp::now())
}

/// A moment of the log or of exit.json, which has nanoseconds, with microseconds.
pub fn micros(time: &str) -> String {
    match time.parse::<Timestamp>() {
        Ok(moment) => format!("{moment:.6}"),
        Err(_) => now(),
    }
}

/// A moment as a number: microseconds since 1970, as [`Moment`] holds it. What is no moment is the beginning of time.
pub fn to_number(time: &str) -> i64 {
    Moment::parse(time).map_or(0, |Moment(micros)| micros)
}

/// A moment of the file system.
pub fn of_file(time: SystemTime) -> String {
    let moment = Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{moment:.6}")
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

/// Seconds since a moment; less than none where it is still to come.
pub fn age(of: &str) -> Option<f64> {
    let moment: Timestamp = of.parse().ok()?;
    (Timestamp::now() - moment).total(jiff::Unit::Second).ok()
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
    fn a_moment_is_the_same_as_a_number() {
        for time in ["2025-08-24T18:14:33.734935Z", "1969-12-31T23:59:59.000001Z"] {
            assert_eq!(Moment(to_number(time)).to_string(), time);
        }
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
