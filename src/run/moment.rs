//! Moments as numbers, on both sides alike: the browser's bundle holds no calendar library.

/// Seconds since 1970 of an RFC 3339 time in UTC (`2025-08-24T18:14:33.7Z`); `None` where
/// it has another form. Days are counted by Howard Hinnant's `days_from_civil`: years
/// begin in March, so that the leap day is the last.
pub fn seconds(utc: &str) -> Option<f64> {
    let (date, time) = utc.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.split(':');
    let hour: f64 = time.next()?.parse().ok()?;
    let minute: f64 = time.next()?.parse().ok()?;
    let second: f64 = time.next()?.parse().ok()?;

    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    Some(days as f64 * 86_400.0 + hour * 3600.0 + minute * 60.0 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "2025-08-24T18:14:33+02:00",
            "yesterdayTnoonZ",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong:?}");
        }
    }
}
