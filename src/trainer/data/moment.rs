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

/// Whether `format` is one that this module reads.
pub(super) fn is_known(format: &str) -> bool {
    formats().any(|known| known == format)
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

/// The moment of a number; none beyond the calendar.
pub(super) fn at(seconds: f64) -> Option<DateTime> {
    // A number beyond the calendar becomes the greatest one, which is beyond it as well.
    let since = SignedDuration::from_millis((seconds * 1e3).round() as i64);
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
            assert_eq!(at(number).unwrap().strftime(format).to_string(), text);
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
