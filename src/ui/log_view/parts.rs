//! A line's text in parts: what the terminal would colour, and what a search has found.

use std::ops::Range;

use crate::event::Colour;

/// Places of a search that are marked in one line; a line may be very long.
const FOUND_MOST: usize = 500;

/// A piece of a line that looks the same from its first to its last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    pub text: &'a str,
    /// Words for its colour and weight, as in [`Colour::style`]; empty where it has none.
    pub style: &'a str,
    /// Whether it belongs to what was searched for.
    pub found: bool,
}

/// The parts of `text`, in order and without gaps. Colours that do not fit the text are
/// passed over; where two overlap, the first counts.
pub fn parts<'a>(text: &'a str, colours: &'a [Colour], query: &str) -> Vec<Part<'a>> {
    let found = places(text, query);
    let coloured = |colour: &Colour| colour.start as usize..colour.end as usize;
    let fits = |range: &Range<usize>| !range.is_empty() && text.get(range.clone()).is_some();
    let colours: Vec<(Range<usize>, &str)> = colours
        .iter()
        .map(|colour| (coloured(colour), colour.style.as_str()))
        .filter(|(range, _)| fits(range))
        .collect();

    let mut cuts = vec![0, text.len()];
    let ranges = colours.iter().map(|(range, _)| range).chain(&found);
    cuts.extend(ranges.flat_map(|range| [range.start, range.end]));
    cuts.sort_unstable();
    cuts.dedup();

    let mut parts: Vec<(Range<usize>, &str, bool)> = Vec::new();
    for cut in cuts.windows(2) {
        let (from, upto) = (cut[0], cut[1]);
        let style = colours
            .iter()
            .find(|(range, _)| range.contains(&from))
            .map_or("", |(_, style)| *style);
        let next = found.partition_point(|place| place.end <= from);
        let found = found.get(next).is_some_and(|place| place.start <= from);
        match parts.last_mut() {
            Some((range, before, marked)) if *before == style && *marked == found => {
                range.end = upto;
            }
            _ => parts.push((from..upto, style, found)),
        }
    }
    parts
        .into_iter()
        .map(|(range, style, found)| Part {
            text: &text[range],
            style,
            found,
        })
        .collect()
}

/// The class names of a style, each word with a prefix of its own; `None` where nothing is styled.
pub fn classes(style: &str) -> Option<String> {
    let plain = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let words = style.split_ascii_whitespace().filter(plain);
    let names: Vec<String> = words.map(|word| format!("ansi-{word}")).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// Where `query` stands in `text`. As on the server, only letters of ASCII match in both cases.
fn places(text: &str, query: &str) -> Vec<Range<usize>> {
    let (text, query) = (text.as_bytes(), query.as_bytes());
    let mut places = Vec::new();
    let mut at = 0;
    while !query.is_empty() && at + query.len() <= text.len() && places.len() < FOUND_MOST {
        let end = at + query.len();
        if text[at..end].eq_ignore_ascii_case(query) {
            places.push(at..end);
            at = end;
        } else {
            at += 1;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(start: u32, end: u32, style: &str) -> Colour {
        Colour {
            start,
            end,
            style: style.into(),
        }
    }

    fn shown<'a>(
        text: &'a str,
        colours: &'a [Colour],
        query: &str,
    ) -> Vec<(&'a str, &'a str, bool)> {
        parts(text, colours, query)
            .into_iter()
            .map(|part| (part.text, part.style, part.found))
            .collect()
    }

    #[test]
    fn a_find_may_begin_and_end_within_a_colour() {
        let colours = [colour(4, 9, "bold red")];
        assert_eq!(
            shown("the error is here", &colours, "R IS"),
            [
                ("the ", "", false),
                ("erro", "bold red", false),
                ("r", "bold red", true),
                (" is", "", true),
                (" here", "", false),
            ]
        );
    }

    #[test]
    fn every_place_is_found_and_none_overlaps() {
        assert_eq!(
            shown("aaaa", &[], "aa"),
            [("aaaa", "", true)],
            "two places side by side are one part"
        );
        assert_eq!(shown("plain", &[], ""), [("plain", "", false)]);
        assert!(parts("", &[colour(0, 3, "red")], "x").is_empty());
    }

    #[test]
    fn colours_that_do_not_fit_are_passed_over() {
        // Within a letter, beyond the end, the wrong way round.
        let colours = [
            colour(0, 1, "red"),
            colour(1, 99, "red"),
            colour(3, 2, "red"),
        ];
        assert_eq!(
            shown("ä loss", &colours, "LOSS"),
            [("ä ", "", false), ("loss", "", true)]
        );
    }

    #[test]
    fn the_parts_are_the_whole_line() {
        let colours = [
            colour(0, 6, "red"),
            colour(3, 9, "blue"),
            colour(8, 11, "dim"),
        ];
        for query in ["", "o", "lo w", "ß"] {
            let text = "hello wörld";
            let joined: String = parts(text, &colours, query)
                .iter()
                .map(|part| part.text)
                .collect();
            assert_eq!(joined, text, "{query}");
        }
    }

    #[test]
    fn only_words_become_classes() {
        assert_eq!(
            classes("bold bright-red").as_deref(),
            Some("ansi-bold ansi-bright-red")
        );
        assert_eq!(classes(""), None);
        assert_eq!(classes("\"><b>"), None);
    }
}
