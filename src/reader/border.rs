//! Cuts the rows of tables into their cells.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Columns that are looked at: more is no report of a trainer.
const MOST_COLUMNS: usize = 40;

/// What stands between the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Border {
    Comma,
    Semicolon,
    Tab,
    Rule,
    Blank,
}

impl Border {
    pub fn of(text: &str) -> Self {
        let has = |b| memchr::memchr(b, text.as_bytes()).is_some();
        if has(b'|') || text.contains(['│', '┃']) {
            Self::Rule
        } else if has(b'\t') {
            Self::Tab
        } else if has(b',') {
            Self::Comma
        } else if has(b';') {
            Self::Semicolon
        } else {
            Self::Blank
        }
    }

    /// The cells of `text`, or `None` where there are too many.
    pub fn cells(self, text: &str) -> Option<Vec<Range<usize>>> {
        let separates = |c: char| match self {
            Self::Comma => c == ',',
            Self::Semicolon => c == ';',
            Self::Tab => c == '\t',
            Self::Rule => matches!(c, '|' | '│' | '┃'),
            Self::Blank => c == ' ',
        };
        let mut cells = Vec::new();
        let mut begin = 0;
        let ends = text
            .char_indices()
            .filter(|(_, c)| separates(*c))
            .map(|(i, c)| (i, c.len_utf8()));
        for (end, width) in ends.chain([(text.len(), 0)]) {
            let cell = &text[begin..end];
            let trimmed = cell.trim_matches([' ', '"', '\'', '\r']);
            let start = begin + (cell.len() - cell.trim_start_matches([' ', '"', '\'']).len());
            let range = start..start + trimmed.len();
            begin = end + width;
            let outside = range.is_empty() && matches!(self, Self::Blank)
                || range.is_empty()
                    && matches!(self, Self::Rule)
                    && (cells.is_empty() || end == text.len());
            if !outside {
                cells.push(if range.start > range.end {
                    end..end
                } else {
                    range
                });
            }
            if cells.len() > MOST_COLUMNS {
                return None;
            }
        }
        Some(cells)
    }
}
