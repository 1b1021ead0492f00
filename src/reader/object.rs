//! Finds the values of a JSON object, and where in the line each stands.
//!
//! Python writes NaN and Infinity into JSON, which JSON parsers refuse; this one takes
//! them. Of lists it takes nothing: they are series, not a report.

use std::ops::Range;

/// Objects within objects that are looked at.
const DEEPEST: usize = 16;
/// Values of one object that are looked at; more are not the report of a trainer.
const MOST_VALUES: usize = 400;

/// A value of the object: under which path, where, and whether it is text.
pub struct Entry {
    pub path: String,
    pub value: Range<usize>,
    pub is_text: bool,
}

/// The values of the object that `text` is, or `None` where it is none.
pub fn entries(text: &str) -> Option<Vec<Entry>> {
    let line = text.trim();
    if !(line.starts_with('{') && line.ends_with('}')) {
        return None;
    }
    let mut cursor = Cursor {
        text,
        at: text.len() - text.trim_start().len(),
        entries: Vec::new(),
    };
    cursor.object("", 0)?;
    let whole = text[cursor.at..].trim().is_empty();
    whole.then_some(cursor.entries)
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
    entries: Vec<Entry>,
}

impl Cursor<'_> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn object(&mut self, path: &str, depth: usize) -> Option<()> {
        self.eat(b'{').filter(|()| depth < DEEPEST)?;
        if self.eat(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.string()?;
            let key = &self.text[key];
            let path = if path.is_empty() {
                key.to_owned()
            } else {
                format!("{path}/{key}")
            };
            self.eat(b':')?;
            self.value(path, depth)?;
            if self.eat(b',').is_none() {
                return self.eat(b'}');
            }
        }
    }

    fn value(&mut self, path: String, depth: usize) -> Option<()> {
        let (value, is_text) = match self.peek()? {
            b'{' => return self.object(&path, depth + 1),
            b'[' => return self.list(depth + 1),
            b'"' => (self.string()?, true),
            _ => (self.bare()?, false),
        };
        if self.entries.len() < MOST_VALUES {
            self.entries.push(Entry {
                path,
                value,
                is_text,
            });
        }
        Some(())
    }

    /// Steps over a list.
    fn list(&mut self, depth: usize) -> Option<()> {
        self.eat(b'[').filter(|()| depth < DEEPEST)?;
        if self.eat(b']').is_some() {
            return Some(());
        }
        let known = self.entries.len();
        loop {
            self.value(String::new(), depth)?;
            self.entries.truncate(known);
            if self.eat(b',').is_none() {
                return self.eat(b']');
            }
        }
    }

    /// The inside of a string.
    fn string(&mut self) -> Option<Range<usize>> {
        self.eat(b'"')?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let end = self.at;
        self.at += 1;
        self.text.is_char_boundary(end).then_some(start..end)
    }

    /// A number, or one of JSON's and Python's words.
    fn bare(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find([',', '}', ']', ' ', '\t']).unwrap_or(rest.len());
        let word = &rest[..length];
        self.at += length;
        let known = matches!(
            word,
            "null" | "true" | "false" | "NaN" | "Infinity" | "-Infinity"
        ) || word.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && word.parse::<f64>().is_ok();
        known.then_some(start..self.at)
    }
}
