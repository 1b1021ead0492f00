//! Dates and times as numbers: seconds from the start of 1970, whatever the time zone.

use jiff::SignedDuration;
use jiff::civil::{DateTime, Time, date};
use jiff::fmt::strtime::BrokenDownTime;

/// Forms of a date. Where a text fits two of them, the earlier one is tried first.
const DATES: [&str; 5] = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y"];
/// Forms of a time of day behind a date.
const TIMES: [&str; 4] = ["", "%H:%M", "%H:%M:%S", "%H:%M:%S%.f"];
/// What parts the time from the date.
const BETWEEN: [&str; 2] = [" ", "T"];
/// What may stand at the end of a time.
const AFTER: [&str; 2] = ["", "Z"];

const START: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

/// All forms.
fn formats() -> impl Iterator<Item = String> {
    DATES.iter().flat_map(|date| {
        TIMES.iter().flat_map(move |time| {
            let each = move |between: &str, after: &str| format!("{date}{between}{time}{after}");
            let mut forms = Vec::new();
            if time.is_empty() {
                forms.push((*date).to_owned());
            } else {
                let pairs = BETWEEN
                    .iter()
                    .flat_map(|between| AFTER.iter().map(move |after| (between, after)));
                forms.extend(pairs.map(|(between, after)| each(between, after)));
            }
            forms
        })
    })
}

/// Whether `format` is one that this module reads, in some style.
pub(super) fn is_known(format: &str) -> bool {
    let plain = format.replace("%-", "%");
    let plain = plain.replace("%.3f", "%.f").replace("%.6f", "%.f");
    formats().any(|known| known == plain)
}

/// What a form leaves open: reading takes either, and the cells show which is written.
#[derive(Default)]
pub(super) struct Style {
    /// A day or a month had one digit.
    short_date: bool,
    /// An hour had one digit.
    short_hour: bool,
    /// Fewest and most digits of the fraction.
    fraction: Option<(usize, usize)>,
}

impl Style {
    /// Takes the next moment.
    pub fn see(&mut self, text: &str) {
        let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
        // All forms of a date have ten characters where each field has all of its digits.
        self.short_date |= date.len() < 10;
        self.short_hour |= time.find(':') == Some(1);
        let fraction = time.split_once('.').map_or("", |(_, after)| after);
        let digits = fraction.trim_end_matches('Z').len();
        let (least, most) = self.fraction.unwrap_or((digits, digits));
        self.fraction = Some((least.min(digits), most.max(digits)));
    }

    /// `form` as it is written.
    pub fn applied(&self, form: &str) -> String {
        let mut format = form.to_owned();
        if self.short_date {
            format = format.replace("%m", "%-m").replace("%d", "%-d");
        }
        if self.short_hour {
            format = format.replace("%H", "%-H");
        }
        match self.fraction {
            Some((3, 3)) => format.replace("%.f", "%.3f"),
            Some((6, 6)) => format.replace("%.f", "%.6f"),
            _ => format,
        }
    }
}

/// How many digits of a second's fraction `format` writes at most.
pub(super) fn fraction(format: &str) -> usize {
    match format {
        _ if format.contains("%.6f") => 6,
        _ if format.contains("%.") => 3,
        _ => 0,
    }
}

/// The forms that `text` has.
pub(super) fn forms(text: &str) -> Vec<String> {
    let plausible = (8..=32).contains(&text.len()) && text.as_bytes()[0].is_ascii_digit();
    if !plausible {
        return Vec::new();
    }
    formats()
        .filter(|format| read(format, text).is_some())
        .collect()
}

/// The number of the moment that `text` says in the form `format`.
pub(super) fn read(format: &str, text: &str) -> Option<f64> {
    let parts = BrokenDownTime::parse(format, text).ok()?;
    let date = parts.to_date().ok()?;
    // A year of two digits is read as one of the first century; nobody means that.
    if date.year() < 1000 {
        return None;
    }
    let time = match format.contains("%H") {
        true => parts.to_time().ok()?,
        false => Time::midnight(),
    };
    let since = date.to_datetime(time).duration_since(START);
    Some(since.as_secs_f64())
}

/// The moment of a number, to so many digits of a second's fraction, of which six are the most; none beyond the calendar.
pub(super) fn at(seconds: f64, digits: usize) -> Option<DateTime> {
    let parts = 10i64.pow(digits as u32);
    // A number beyond the calendar becomes the greatest one, which is beyond it as well.
    let since = (seconds * parts as f64).round() as i64;
    let since = SignedDuration::from_micros(since.saturating_mul(1_000_000 / parts));
    START.checked_add(since).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_comes_back_as_it_was_written() {
        for text in [
            "2015-12-31",
            "31.12.2015",
            "2015/02/28 23:59",
            "2025-08-24T18:14:33.734Z",
            "1969-07-20 20:17:40",
        ] {
            let forms = forms(text);
            let format = forms
                .first()
                .unwrap_or_else(|| panic!("{text} has no form"));
            let number = read(format, text).unwrap();
            assert_eq!(at(number, 3).unwrap().strftime(format).to_string(), text);
        }
    }

    #[test]
    fn a_text_may_have_two_forms_or_none() {
        assert_eq!(forms("03/04/2020"), ["%m/%d/%Y", "%d/%m/%Y"]);
        assert_eq!(forms("13/04/2020"), ["%d/%m/%Y"]);
        for none in ["2020-13-01", "12:30", "20200101", "about 2020", "01.02.20"] {
            assert_eq!(forms(none), Vec::<String>::new(), "{none}");
        }
    }
}
