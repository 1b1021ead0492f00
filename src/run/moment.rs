//! A point in time, as a number: what a series of thousands of reports holds and lays out.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Microseconds since 1970 in UTC; written and read as RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment of an RFC 3339 time in UTC (`2025-08-24T18:14:33.7Z`); `None` where it has
    /// another form. What is finer than a microsecond is left out. Days are counted by Howard Hinnant's `days_from_civil`: years begin in
    /// March, so that the leap day is the last.
    pub fn parse(utc: &str) -> Option<Self> {
        let (date, time) = utc.strip_suffix('Z')?.split_once('T')?;
        let mut date = date.split('-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let mut time = time.split(':');
        let hour: i64 = time.next()?.parse().ok()?;
        let minute: i64 = time.next()?.parse().ok()?;
        let second = time.next()?;
        let (second, fraction) = second.split_once('.').unwrap_or((second, ""));
        let second: i64 = second.parse().ok()?;
        let digits = fraction.len().min(6);
        let micros = match fraction.get(..digits)? {
            "" => 0,
            text => text.parse::<i64>().ok()? * 10_i64.pow(6 - digits as u32),
        };

        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        Some(Self(
            days * DAY + ((hour * 60 + minute) * 60 + second) * SECOND + micros,
        ))
    }

    /// Seconds since 1970.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }
}

/// By `civil_from_days`, the way back.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, micros) = (self.0.div_euclid(DAY) + 719_468, self.0.rem_euclid(DAY));
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march + 2) / 5 + 1;
        let month = if march < 10 { march + 3 } else { march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let seconds = micros / SECOND;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let micros = micros % SECOND;
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z"
        )
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let utc = String::deserialize(deserializer)?;
        Self::parse(&utc).ok_or_else(|| D::Error::custom("no RFC 3339 time in UTC"))
    }
}

/// Seconds since 1970 of an RFC 3339 time in UTC; `None` where it has another form.
pub fn seconds(utc: &str) -> Option<f64> {
    Moment::parse(utc).map(Moment::seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0.0));
        assert_eq!(seconds("2000-02-29T12:00:00Z"), Some(951_825_600.0));
        assert_eq!(seconds("2000-03-01T00:00:00Z"), Some(951_868_800.0));
        assert_eq!(seconds("2025-08-24T18:14:33.5Z"), Some(1_756_059_273.5));
        assert_eq!(seconds("1969-12-31T23:59:59Z"), Some(-1.0));
    }

    #[test]
    fn other_forms_are_no_time() {
        for wrong in [
            "",
            "Z",
            "2025-08-24",
            "2025-08-24T18:14:33.x1Z",
            "2025-08-24T18:14:33+02:00",
            "yesterdayTnoonZ",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_moment_is_written_with_microseconds() {
        for utc in [
            "2025-08-24T18:14:33.734935Z",
            "2000-02-29T23:59:59.999999Z",
            "1969-12-31T23:59:59.000001Z",
        ] {
            assert_eq!(Moment::parse(utc).unwrap().to_string(), utc);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(micros in -60_000_000_000_000_000i64..250_000_000_000_000_000) {
            let moment = Moment(micros);
            prop_assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
        }
    }
}
