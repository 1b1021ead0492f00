//! Cuts a line into words, numbers and marks in one pass, without looking back.

use super::number::{self, Shape};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a part of one: `d_loss`, `gen/loss`, `D(G(z))`.
    Word,
    Number,
    Percent,
    /// A number with a unit glued to it.
    Quantity,
    /// A clock, a path, an address and the like: never a name, never a value.
    Noise,
    /// The drawn part of a progress bar.
    Bar,
    /// Any other character.
    Mark(char),
    /// What a rule has taken already.
    Used,
}

/// A part of a line.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: Kind,
    pub start: usize,
    /// Where the word or the number ends.
    pub end: usize,
    /// Where it ends with its unit or percent sign.
    pub full: usize,
}

impl Token {
    /// A number that stands at `range`.
    pub fn number(range: std::ops::Range<usize>) -> Self {
        token(Kind::Number, range.start, range.end)
    }
}

/// Tokens of a line that are read: a longer line is no report of a trainer.
const MOST: usize = 4096;

/// The tokens of `text`, the first [`MOST`] of them.
pub fn scan(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(64);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && tokens.len() < MOST {
        let byte = bytes[at];
        if matches!(byte, b' ' | b'\t') {
            at += 1;
            continue;
        }
        let token = one(text, at, tokens.last());
        at = token.full;
        tokens.push(token);
    }
    tokens
}

fn token(kind: Kind, start: usize, end: usize) -> Token {
    Token {
        kind,
        start,
        end,
        full: end,
    }
}

fn one(text: &str, at: usize, last: Option<&Token>) -> Token {
    let bytes = text.as_bytes();
    let byte = bytes[at];
    let next = bytes.get(at + 1).copied().unwrap_or(0);
    // A sign belongs to a number only where no word or number stands right before it.
    let free =
        last.is_none_or(|last| last.full < at || matches!(last.kind, Kind::Mark(_) | Kind::Bar));
    let after = bytes.get(at + 2).copied().unwrap_or(0);
    let numeric = match byte {
        b'0'..=b'9' => true,
        b'.' => free && next.is_ascii_digit(),
        b'-' | b'+' => free && (next.is_ascii_digit() || (next == b'.' && after.is_ascii_digit())),
        _ => false,
    };
    if numeric {
        let scan = number::scan(&text[at..]);
        let kind = match scan.shape {
            Shape::Number => Kind::Number,
            Shape::Percent => Kind::Percent,
            Shape::Quantity => Kind::Quantity,
            Shape::Noise => Kind::Noise,
        };
        return Token {
            kind,
            start: at,
            end: at + scan.value,
            full: at + scan.all,
        };
    }
    if matches!(byte, b'n' | b'N' | b'i' | b'I' | b'-' | b'+')
        && free
        && let Some(length) = number::non_finite(&text[at..])
    {
        return token(Kind::Number, at, at + length);
    }
    let path = match byte {
        b'/' => next.is_ascii_alphanumeric() || next == b'.' || next == b'_',
        b'.' | b'~' => next == b'/' || next == b'\\' || (next == b'.' && after == b'/'),
        b'\\' => next.is_ascii_alphanumeric(),
        _ => false,
    };
    if path && (free || byte == b'\\') {
        return token(Kind::Noise, at, blank_after(text, at));
    }
    let bar = match byte {
        b'[' => drawn(text, at),
        b'|' if last.is_some_and(|last| last.kind == Kind::Percent && last.full == at) => {
            Some(filled(text, at))
        }
        _ => None,
    };
    if let Some(end) = bar {
        return token(Kind::Bar, at, end);
    }
    if byte.is_ascii_alphabetic() || byte == b'_' {
        return word(text, at);
    }
    let c = text[at..].chars().next().unwrap_or(' ');
    if is_fill(c) {
        let end = text[at..]
            .find(|c| !(is_fill(c) || c == '-'))
            .map_or(text.len(), |n| at + n);
        return token(Kind::Bar, at, end);
    }
    if !c.is_ascii() && c.is_alphanumeric() {
        return word(text, at);
    }
    token(Kind::Mark(c), at, at + c.len_utf8())
}

/// Blocks and rules of which terminals draw bars; a table's `│` is none.
fn is_fill(c: char) -> bool {
    matches!(c, '\u{2580}'..='\u{259f}' | '━' | '╸' | '╺' | '─')
}

fn blank_after(text: &str, at: usize) -> usize {
    let stop = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>' | ')' | ',' | ';');
    text[at..].find(stop).map_or(text.len(), |n| at + n.max(1))
}

/// The end of a bar such as `[####......]`, whose inside is drawn only.
fn drawn(text: &str, at: usize) -> Option<usize> {
    const LEAST: usize = 5;
    let inside = &text.as_bytes()[at + 1..];
    let length = inside
        .iter()
        .take_while(|b| matches!(b, b'#' | b'=' | b'>' | b'.' | b'-' | b'*' | b' '))
        .count();
    (length >= LEAST && inside.get(length) == Some(&b']')).then(|| at + length + 2)
}

/// The end of a bar such as `|###5   |`, which begins behind its percentage.
fn filled(text: &str, at: usize) -> usize {
    let inside = &text[at + 1..];
    let drawn = |c: char| is_fill(c) || matches!(c, '#' | ' ' | '=' | '-');
    let mut length = inside.find(|c| !drawn(c)).unwrap_or(inside.len());
    // The last cell of an ASCII bar is a digit for its tenths.
    let rest = &inside[length..];
    let tenths = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    if tenths == 1 {
        let more = &rest[1..];
        let blanks = more.find(|c| c != ' ').unwrap_or(more.len());
        if more[blanks..].starts_with('|') {
            length += 1 + blanks;
        }
    }
    at + 1 + length + usize::from(inside[length..].starts_with('|'))
}

/// The word at `at`: letters and digits, joined by `_`, `/`, `.` or `-`, with the
/// brackets of a call such as `D(G(z))`.
fn word(text: &str, at: usize) -> Token {
    let bytes = text.as_bytes();
    let mut end = at;
    while let Some(c) = text[end..].chars().next() {
        let next = bytes.get(end + 1).copied().unwrap_or(0);
        let joins = match c {
            '_' => true,
            '/' => next.is_ascii_alphabetic() || next == b'_',
            '.' => next.is_ascii_alphanumeric() || next == b'_',
            '-' => next.is_ascii_alphabetic(),
            '(' => match call(&text[end..]) {
                Some(length) => {
                    end += length;
                    continue;
                }
                None => false,
            },
            _ => c.is_alphanumeric(),
        };
        if !joins {
            break;
        }
        end += c.len_utf8();
    }
    end = counter(&text[at..end]).map_or(end, |letters| at + letters);
    let url = text[end..].starts_with("://");
    if url || matches!(bytes.get(end), Some(b'@' | b'\\')) {
        return token(Kind::Noise, at, blank_after(text, end));
    }
    token(Kind::Word, at, end)
}

/// Bytes of a counter's word to which its count is glued: `iteration100`.
fn counter(word: &str) -> Option<usize> {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let glued = letters.len() < word.len() && letters.len() >= 4;
    let counts = ["epoch", "step", "iter", "iteration"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(letters));
    (glued && counts).then_some(letters.len())
}

/// Bytes of the brackets at the start of `text` where they hold a name only, as in
/// `D(x)` or `Epoch(train)`.
fn call(text: &str) -> Option<usize> {
    const LONGEST: usize = 16;
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    let inside = &text[1..at];
                    let number = number::non_finite(inside) == Some(inside.len());
                    let named = inside
                        .bytes()
                        .next()
                        .is_some_and(|b| b.is_ascii_alphabetic());
                    return (named && !number).then_some(at + 1);
                }
            }
            b if b.is_ascii_alphanumeric() || b == b'_' => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        let tokens = scan(text);
        tokens
            .iter()
            .map(|t| (t.kind, &text[t.start..t.end]))
            .collect()
    }

    #[test]
    fn names_stay_whole() {
        for name in [
            "D(G(z))",
            "gen/loss",
            "f1-score",
            "D_G_z1",
            "Epoch(train)",
            "train.g_loss",
        ] {
            assert_eq!(kinds(name), [(Kind::Word, name)]);
        }
        assert_eq!(kinds("tensor(nan)")[0], (Kind::Word, "tensor"));
    }

    #[test]
    fn bars_are_one_token() {
        assert_eq!(kinds("[##...]")[0], (Kind::Bar, "[##...]"));
        assert_eq!(kinds("7%|█▏  | 3")[1], (Kind::Bar, "|█▏  |"));
        assert_eq!(kinds("7%|#5  | 3")[1], (Kind::Bar, "|#5  |"));
        assert_eq!(kinds("7%|      , errD=1")[1].0, Kind::Bar);
    }

    #[test]
    fn paths_and_addresses_are_noise() {
        for text in [
            "/srv/a=3",
            "./a/b",
            "https://a.b/c?step=3",
            "root@gpu-01",
            "runs\\gan_3\\web",
        ] {
            assert_eq!(kinds(text), [(Kind::Noise, text)]);
        }
    }

    #[test]
    fn a_sign_needs_room() {
        assert_eq!(kinds("x -1.5")[1], (Kind::Number, "-1.5"));
        assert_eq!(kinds("epoch-3")[1], (Kind::Mark('-'), "-"));
        assert_eq!(kinds("a: -inf")[2], (Kind::Number, "-inf"));
    }
}
