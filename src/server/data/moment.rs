//! Dates and times as people write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// Date formats besides ISO 8601, in the order in which an ambiguous column is read.
const DATES: [&str; 10] = [
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d.%m.%Y",
    "%b %d %Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
];

const TIMES: [&str; 4] = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p"];

/// The formats that a column can still have: bit 0 is ISO 8601, bit n is `DATES[n - 1]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Formats(u16);

impl Formats {
    pub const ALL: Self = Self((1 << (DATES.len() + 1)) - 1);

    /// Those of the formats that `text` has too.
    pub fn narrow(self, text: &str) -> Self {
        if self.is_empty() || !plausible(text) {
            return Self(0);
        }
        let fits = self.each().filter(|&format| read(text, format).is_some());
        Self(fits.fold(0, |bits, format| bits | 1 << format))
    }

    /// Whether no format is left.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The time that `text` says, by the first of the formats; what states its distance
    /// from UTC is given in UTC.
    pub fn read(self, text: &str) -> Option<DateTime> {
        read(text, self.each().next()?)
    }

    fn each(self) -> impl Iterator<Item = usize> {
        (0..=DATES.len()).filter(move |format| self.0 & 1 << format != 0)
    }
}

/// Whether a closer look is worth its time: most texts are no dates.
fn plausible(text: &str) -> bool {
    let text = text.trim();
    (6..=40).contains(&text.len()) && text.is_ascii() && text.bytes().any(|b| b.is_ascii_digit())
}

fn read(text: &str, format: usize) -> Option<DateTime> {
    let text = text.trim();
    let Some(pattern) = format.checked_sub(1).and_then(|at| DATES.get(at)) else {
        return iso(text);
    };
    let (date, time) = split(text);
    let date = Date::strptime(pattern, date).ok()?;
    // Two digits are a year of `%y` only.
    if pattern.ends_with("%Y") && date.year() < 1000 {
        return None;
    }
    let time = match time {
        None => Time::midnight(),
        Some(time) => TIMES
            .iter()
            .find_map(|pattern| Time::strptime(pattern, time).ok())?,
    };
    Some(date.to_datetime(time))
}

/// The date and, where there is a colon, the time after the last space before it.
fn split(text: &str) -> (&str, Option<&str>) {
    let space = text.find(':').and_then(|colon| text[..colon].rfind(' '));
    match space {
        Some(space) => (text[..space].trim_end(), Some(&text[space + 1..])),
        None => (text, None),
    }
}

/// ISO 8601, a month alone included.
fn iso(text: &str) -> Option<DateTime> {
    if !text.as_bytes().get(..4)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if text.len() == 7 {
        return Date::strptime("%Y-%m-%d", format!("{text}-01"))
            .ok()
            .map(Into::into);
    }
    let zoned = text
        .get(10..)
        .is_some_and(|time| time.contains(['Z', 'z', '+', '-']));
    if zoned {
        let timestamp: Timestamp = text.parse().ok()?;
        return Some(Offset::UTC.to_datetime(timestamp));
    }
    text.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn common_spellings_are_understood() {
        let morning = datetime(1990, 1, 8, 9, 30, 0, 0);
        let day = datetime(1990, 1, 8, 0, 0, 0, 0);
        for (text, time) in [
            ("1990-01-08", day),
            ("1990-01-08 09:30", morning),
            ("1990-01-08T09:30:00", morning),
            ("1990-01-08T09:30:00Z", morning),
            ("1990-01-08T11:30:00+02:00", morning),
            ("1990-01-08 09:30:00.000", morning),
            ("1990/01/08", day),
            ("1/8/90 9:30", morning),
            ("01/08/1990 09:30 AM", morning),
            ("8.1.1990", day),
            ("Jan 8 1990", day),
            ("Jan 8, 1990", day),
            ("8 Jan 1990 09:30:00", morning),
            ("08-Jan-1990", day),
            ("1990-01", datetime(1990, 1, 1, 0, 0, 0, 0)),
        ] {
            assert_eq!(Formats::ALL.narrow(text).read(text), Some(time), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "rain",
            "1/2",
            "12:30",
            "T-38A 1990",
            "192.168.0.1",
            "2012-13-01",
            "31.02.2000",
            "1-800-5551",
        ] {
            assert!(Formats::ALL.narrow(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_later_cell_decides_between_day_and_month() {
        let formats = Formats::ALL.narrow("01/02/2000").narrow("25/02/2000");
        assert_eq!(
            formats.read("01/02/2000"),
            Some(datetime(2000, 2, 1, 0, 0, 0, 0))
        );
        assert!(formats.narrow("02/26/2000").is_empty());
    }
}
