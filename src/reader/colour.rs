//! Takes terminal control codes out of a line and keeps its colours.

use crate::event::Colour;

/// Styled parts of a line that are kept.
const MOST: usize = 64;

const COLOURS: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

/// The sixteen colours as terminals draw them, to find the nearest of any other.
const SHADES: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// What SGR codes have set so far.
#[derive(Clone, Copy, Default, PartialEq)]
struct Style {
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    colour: Option<u8>,
}

impl Style {
    fn words(self) -> String {
        let flags = [
            (self.bold, "bold"),
            (self.dim, "dim"),
            (self.italic, "italic"),
            (self.underline, "underline"),
        ];
        let colour = self
            .colour
            .and_then(|c| COLOURS.get(usize::from(c)).copied());
        let words: Vec<&str> = flags
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, w)| *w)
            .chain(colour)
            .collect();
        words.join(" ")
    }

    /// Applies the parameters of one SGR code.
    fn apply(&mut self, parameters: &[u16]) {
        let mut rest = parameters;
        if rest.is_empty() {
            *self = Self::default();
        }
        while let [code, more @ ..] = rest {
            rest = more;
            match *code {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                3 => self.italic = true,
                4 => self.underline = true,
                22 => (self.bold, self.dim) = (false, false),
                23 => self.italic = false,
                24 => self.underline = false,
                30..=37 => self.colour = Some((*code - 30) as u8),
                90..=97 => self.colour = Some((*code - 90 + 8) as u8),
                39 => self.colour = None,
                38 | 48 => {
                    let (colour, taken) = match more {
                        [5, n, ..] => (Some(indexed(*n)), 2),
                        [2, r, g, b, ..] => {
                            (Some(nearest([*r, *g, *b].map(|c| c.min(255) as u8))), 4)
                        }
                        _ => (None, more.len()),
                    };
                    if *code == 38 {
                        self.colour = colour.or(self.colour);
                    }
                    rest = &more[taken..];
                }
                _ => {}
            }
        }
    }
}

/// One of 256 colours: the sixteen, a cube of 6 × 6 × 6, and 24 greys.
fn indexed(index: u16) -> u8 {
    match index {
        0..=15 => index as u8,
        16..=231 => {
            let level = |n: u16| if n == 0 { 0 } else { 55 + 40 * n as u8 };
            let cube = index - 16;
            nearest([level(cube / 36), level(cube / 6 % 6), level(cube % 6)])
        }
        _ => nearest([8 + 10 * (index.min(255) - 232) as u8; 3]),
    }
}

fn nearest(colour: [u8; 3]) -> u8 {
    let distance = |shade: &[u8; 3]| -> u32 {
        let parts = shade.iter().zip(colour);
        parts.map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let shades = SHADES.iter().enumerate();
    shades
        .min_by_key(|(_, shade)| distance(shade))
        .map_or(7, |(at, _)| at as u8)
}

/// The text of `bytes` without control codes, and its styled parts. Bytes that are not
/// UTF-8 are replaced; a backspace takes nothing away, as it only moves the cursor.
pub fn strip(bytes: &[u8]) -> (String, Vec<Colour>) {
    let plain = |b: &u8| *b >= 0x20 && *b != 0x7f || *b == b'\t';
    if bytes.iter().all(plain) {
        return (String::from_utf8_lossy(bytes).into_owned(), Vec::new());
    }
    let mut text = String::with_capacity(bytes.len());
    let mut colours: Vec<Colour> = Vec::new();
    let mut style = Style::default();
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|b| plain(b)).count();
        if run > 0 {
            let start = text.len();
            text.push_str(&String::from_utf8_lossy(&bytes[at..at + run]));
            add(&mut colours, start, text.len(), style);
            at += run;
        } else if bytes[at] == 0x1b {
            at += escape(&bytes[at..], &mut style);
        } else {
            at += 1;
        }
    }
    (text, colours)
}

fn add(colours: &mut Vec<Colour>, start: usize, end: usize, style: Style) {
    if style == Style::default() {
        return;
    }
    let (start, end, style) = (start as u32, end as u32, style.words());
    let full = colours.len() >= MOST;
    match colours.last_mut() {
        Some(last) if last.end == start && last.style == style => last.end = end,
        _ if full => {}
        _ => colours.push(Colour { start, end, style }),
    }
}

/// Bytes of the escape sequence at the start of `bytes`; an SGR code changes `style`.
fn escape(bytes: &[u8], style: &mut Style) -> usize {
    match bytes.get(1) {
        Some(b'[') => {
            let body = bytes[2..]
                .iter()
                .take_while(|b| (0x20..0x40).contains(*b))
                .count();
            let end = 2 + body;
            if bytes.get(end) == Some(&b'm') {
                let codes = bytes[2..end].split(|b| matches!(b, b';' | b':'));
                let parameters: Vec<u16> = codes.take(32).map(code).collect();
                style.apply(&parameters);
            }
            let last = bytes.get(end).is_some_and(|b| (0x40..0x7f).contains(b));
            end + usize::from(last)
        }
        // A title or a link: up to BEL or ESC \.
        Some(b']' | b'P' | b'_' | b'^' | b'X') => {
            let body = bytes[2..]
                .iter()
                .take_while(|b| **b != 0x07 && **b != 0x1b)
                .count();
            let end = 2 + body;
            match bytes.get(end..) {
                Some([0x07, ..]) => end + 1,
                Some([0x1b, b'\\', ..]) => end + 2,
                _ => end,
            }
        }
        Some(b'(' | b')' | b'#' | b' ') => bytes.len().min(3),
        Some(b) if (0x30..0x7f).contains(b) => 2,
        _ => 1,
    }
}

fn code(digits: &[u8]) -> u16 {
    digits
        .iter()
        .filter(|b| b.is_ascii_digit())
        .fold(0u16, |sum, digit| {
            sum.saturating_mul(10)
                .saturating_add(u16::from(digit - b'0'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn styles(bytes: &str) -> Vec<(String, String)> {
        let (text, colours) = strip(bytes.as_bytes());
        let part = |c: &Colour| text[c.start as usize..c.end as usize].to_owned();
        colours.iter().map(|c| (part(c), c.style.clone())).collect()
    }

    #[test]
    fn colours_become_words() {
        let expected = [("wandb".to_owned(), "bold blue".to_owned())];
        assert_eq!(styles("\x1b[34m\x1b[1mwandb\x1b[0m: done"), expected);
        for (escape, style) in [
            ("91", "bright-red"),
            ("38;5;9", "bright-red"),
            ("38;2;250;5;5", "bright-red"),
            ("38;5;196;3", "italic bright-red"),
            ("48;5;2;4", "underline"),
        ] {
            assert_eq!(styles(&format!("\x1b[{escape}mx"))[0].1, style, "{escape}");
        }
        assert!(styles("\x1b[41mx\x1b[39m").is_empty());
    }

    #[test]
    fn other_codes_vanish() {
        for text in [
            "\x1b[2K\x1b[1Ga",
            "\x1b]0;title\x07a",
            "\x1b(Ba",
            "\x08\x08a\x07",
            "\x1b7a",
        ] {
            assert_eq!(strip(text.as_bytes()).0, "a", "{text:?}");
        }
        assert_eq!(strip(b"\x1b[32mloss\x1b[0m \xff").0, "loss \u{fffd}");
    }

    #[test]
    fn the_number_of_parts_is_bounded() {
        let text = "\x1b[31ma\x1b[32mb".repeat(100);
        assert_eq!(strip(text.as_bytes()).1.len(), MOST);
    }

    proptest! {
        #[test]
        fn any_bytes_give_spans_within_the_text(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let (text, colours) = strip(&bytes);
            for c in colours {
                prop_assert!(text.get(c.start as usize..c.end as usize).is_some_and(|t| !t.is_empty()));
            }
        }
    }
}
