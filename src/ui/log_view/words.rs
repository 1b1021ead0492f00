//! What the log viewer says about itself.

use std::ops::Range;

use super::filter::Filter;
use crate::run::format;

/// Which lines are in sight, and of how many.
pub fn place(rows: Range<u64>, all: u64, filter: &Filter) -> String {
    let kind = match (filter.is_all(), all) {
        (true, 1) => "line",
        (true, _) => "lines",
        (false, 1) => "matching line",
        (false, _) => "matching lines",
    };
    let all = format::count(all);
    if rows.is_empty() {
        return format!("{all} {kind}");
    }
    let (first, last) = (format::count(rows.start + 1), format::count(rows.end));
    format!("{first} to {last} of {all} {kind}")
}

/// How many lines match, and which of them the reader has stepped to, from 0.
pub fn matches(filter: &Filter, matching: Option<u64>, current: Option<u64>) -> String {
    match (filter.is_all(), matching, current) {
        (true, _, _) => String::new(),
        (false, None, _) => "Searching…".into(),
        (false, Some(0), _) => "No match".into(),
        (false, Some(all), Some(at)) if at < all => {
            format!("{} of {}", format::count(at + 1), format::count(all))
        }
        (false, Some(all), _) => format::count(all),
    }
}

/// What stands in the place of rows where there are none.
pub fn empty(filter: &Filter, matching: Option<u64>) -> &'static str {
    match (filter.is_all(), matching) {
        (_, None) => "Loading…",
        (true, Some(_)) => "The run has printed nothing yet.",
        (false, Some(_)) => "No line matches. Change the search or the level to see more.",
    }
}

#[cfg(test)]
mod tests {
    use super::super::filter::Levels;
    use super::*;

    fn errors() -> Filter {
        Filter {
            levels: Levels::Errors,
            ..Filter::default()
        }
    }

    #[test]
    fn places_are_counted_from_one() {
        assert_eq!(place(0..30, 70, &Filter::default()), "1 to 30 of 70 lines");
        assert_eq!(place(0..1, 1, &errors()), "1 to 1 of 1 matching line");
        assert_eq!(place(0..0, 0, &Filter::default()), "0 lines");
    }

    #[test]
    fn a_search_tells_how_far_it_is() {
        assert_eq!(matches(&errors(), None, Some(0)), "Searching…");
        assert_eq!(matches(&errors(), Some(12), Some(2)), "3 of 12");
        assert_eq!(matches(&errors(), Some(0), Some(0)), "No match");
        assert_eq!(matches(&Filter::default(), Some(12), None), "");
    }
}
