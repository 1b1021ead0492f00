//! Reads tables: a header names the columns once, rows below fill them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::border::Border;
use super::draft::{Before, Candidate, Draft, is_metric, is_whole};
use super::token::Token;
use super::words::{Meaning, Word, meaning};
use super::{Reading, Rule, number, scene};

/// Bytes of a header that is remembered: more is no report of a trainer.
const LONGEST_HEADER: usize = 1024;

/// A header, kept for the rows below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    border: Border,
    columns: Vec<String>,
    /// Lines since the last row.
    #[serde(default)]
    strange: u32,
}

/// Lines without a row after which a table without drawn borders is over.
const MOST_STRANGE: u32 = 2000;

impl Table {
    /// The header that `text` is, if it is one: names only, and among them a network's
    /// loss or a counter with a loss.
    pub fn header(text: &str) -> Option<Self> {
        if text.len() > LONGEST_HEADER
            || memchr::memchr3(b'=', b':', b'{', text.as_bytes()).is_some()
        {
            return None;
        }
        // gnuplot's files begin with `# epoch g_loss`.
        let bare = text.trim_start_matches(['#', ' ']);
        let text = if text.starts_with('#') { bare } else { text };
        let border = Border::of(text);
        let mut cells = border.cells(text)?;
        // A data frame has a column without a name.
        let index = border == Border::Comma && cells.first().is_some_and(Range::is_empty);
        if index {
            cells.remove(0);
        }
        if cells.len() < 2 || cells.iter().any(|cell| !is_name(&text[cell.clone()])) {
            return None;
        }
        let mut columns: Vec<String> = cells
            .into_iter()
            .map(|cell| text[cell].to_owned())
            .collect();
        let known = |wanted: fn(Meaning) -> bool| {
            columns.iter().any(|name| meaning(name).is_some_and(wanted))
        };
        let counter = known(|m| {
            matches!(
                m,
                Meaning::Word(Word::Epoch | Word::Step) | Meaning::Weak(_)
            )
        });
        let network =
            known(|m| matches!(m, Meaning::Word(word) | Meaning::Mean(word) if is_metric(word)));
        let bare = known(|m| m == Meaning::Bare(Word::GeneratorLoss))
            && known(|m| m == Meaning::Bare(Word::DiscriminatorLoss));
        let loss = columns
            .iter()
            .any(|name| name.to_ascii_lowercase().ends_with("loss"));
        // Two words side by side are prose more often than a header.
        let enough = border != Border::Blank || columns.len() > 2;
        (enough
            && (counter && (loss || bare || network)
                || network && columns.len() > 1 && border != Border::Blank))
            .then(|| {
                if index {
                    columns.insert(0, String::new());
                }
                Self {
                    border,
                    columns,
                    strange: 0,
                }
            })
    }

    /// What `text` states as a row of the table, or `None` where it is none.
    pub fn row(&mut self, text: &str, before: Before) -> Option<Reading> {
        let reading = self.fill(text, before);
        self.strange = match reading {
            Some(_) => 0,
            None => self.strange.saturating_add(1),
        };
        reading
    }

    /// Whether so much else was printed since the last row that no further one comes.
    pub fn is_over(&self) -> bool {
        self.strange > MOST_STRANGE && self.border != Border::Rule
    }

    fn fill(&self, text: &str, before: Before) -> Option<Reading> {
        if text.len() > LONGEST_HEADER || !text.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        if Border::of(text) != self.border {
            return None;
        }
        let mut cells = self.border.cells(text)?;
        // A mark for the best row so far stands behind the last column.
        let marked = cells.len() == self.columns.len() + 1
            && cells
                .last()
                .is_some_and(|cell| text[cell.clone()].bytes().all(|b| b == b'*'));
        if marked {
            cells.pop();
        }
        // A data frame prints its index before the first column.
        let index = self.border == Border::Blank
            && cells.len() == self.columns.len() + 1
            && number::count(&text[cells[0].clone()]).is_some();
        if index {
            cells.remove(0);
        }
        if cells.len() != self.columns.len() {
            return None;
        }
        let mut draft = Draft::empty(
            text,
            Before {
                trained: true,
                ..before
            },
        );
        let (mut numbers, mut losses, mut whole) = (0, 0, 0);
        for (cell, name) in cells.into_iter().zip(&self.columns) {
            let value = &text[cell.clone()];
            let known = meaning(name);
            if let Some(Meaning::Word(word @ (Word::Epoch | Word::Step)) | Meaning::Weak(word)) =
                known
            {
                self.count(&mut draft, word, cell)?;
                numbers += 1;
                continue;
            }
            let network = matches!(known, Some(Meaning::Word(word) | Meaning::Mean(word) | Meaning::Bare(word)) if is_metric(word));
            if !is_number(value) {
                // A network's loss is a number or missing; other columns may hold words.
                if network && !is_missing(value) || value.len() > LONGEST_CELL {
                    return None;
                }
                continue;
            }
            numbers += 1;
            losses += u32::from(network);
            whole += u32::from(network && is_whole(value));
            draft.candidates.push(Candidate {
                name: name.clone(),
                aside: scene::evaluated(name),
                value: cell,
                meaning: known,
                rule: Rule::Table,
                percent: false,
            });
        }
        draft.counted = true;
        // Rows of other tables have whole numbers where this one has losses.
        (numbers >= 2 && (losses == 0 || whole < losses)).then(|| draft.settle())
    }

    /// States a counter's cell, `3` or `3/200`.
    fn count(&self, draft: &mut Draft, word: Word, cell: Range<usize>) -> Option<()> {
        let text = draft.text;
        let (value, total) = match text[cell.clone()].split_once('/') {
            Some((value, total)) => (value.trim_end(), Some(total.trim_start())),
            None => (&text[cell.clone()], None),
        };
        // Seconds since 1970 are also called an epoch.
        number::count(value).filter(|count| word != Word::Epoch || *count < 1_000_000_000)?;
        let end = cell.start + value.len();
        draft.tokens = vec![Token::number(cell.start..end)];
        if let Some(total) = total {
            draft
                .tokens
                .push(Token::number(cell.end - total.len()..cell.end));
        }
        draft.state_count(word, 0, total.map(|_| 1), Rule::Table);
        Some(())
    }
}

/// Bytes of a cell that holds words.
const LONGEST_CELL: usize = 40;

/// Whether `cell` says that there is no value.
fn is_missing(cell: &str) -> bool {
    ["", "-", "--", "none", "null", "na", "n/a", "#na#"]
        .iter()
        .any(|known| cell.eq_ignore_ascii_case(known))
}

fn is_name(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && cell.len() <= 40
        && number::non_finite(cell).is_none()
        && cell.split(' ').count() <= 4
}

fn is_number(cell: &str) -> bool {
    if number::non_finite(cell) == Some(cell.len()) {
        return true;
    }
    let numeric = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E');
    !cell.is_empty() && cell.bytes().all(numeric) && number::parse(cell).is_some()
}

/// `| g_loss | 0.5 |`: a row of two cells, a name and its number.
pub fn two_cells(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    if !text.starts_with(['|', '│', '┃', ' '])
        || Border::of(text) != Border::Rule
        || text.len() > LONGEST_HEADER
    {
        return None;
    }
    let cells = Border::Rule.cells(text)?;
    match cells.as_slice() {
        [name, value] if is_name(&text[name.clone()]) && is_number(&text[value.clone()]) => {
            Some((name.clone(), value.clone()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_a_loss() {
        for text in [
            "Epoch,Generator,Discriminator,Val_loss",
            "epoch       iteration   gen/loss    dis/loss    ",
            "| Epoch | G loss | D loss |",
            "step\td_loss\tg_loss",
            "epoch     train_loss  gen_loss  crit_loss  time",
        ] {
            assert!(Table::header(text).is_some(), "{text}");
        }
        for text in [
            "timestamp,symbol,bid_price_1,step_size,D1,G7,real,fake",
            "              precision    recall  f1-score   support",
            "the generator and the discriminator",
            "Start Training with Supervised Loss Only",
            "Finished epoch, saving loss",
        ] {
            assert_eq!(Table::header(text), None, "{text}");
        }
    }

    #[test]
    fn rows_fill_the_columns() {
        let mut table = Table::header("epoch,g_loss,d_loss,time").unwrap();
        let update = table
            .row("3/20,0.5,nan,00:12", Before::default())
            .unwrap()
            .update;
        assert_eq!((update.epoch, update.total_epochs), (Some(3), Some(20)));
        assert_eq!(update.generator_loss.unwrap().0, 0.5);
        assert!(update.discriminator_loss.unwrap().0.is_nan());
        assert_eq!(table.row("3,0.5,0.4", Before::default()), None);
        assert_eq!(table.row("x,0.5,0.4,1", Before::default()), None);
        let mut frame = Table::header("   epoch  g_loss  d_loss").unwrap();
        let update = frame
            .row("0      7    0.5    0.25", Before::default())
            .unwrap()
            .update;
        assert_eq!(
            (update.epoch, update.generator_loss.unwrap().0),
            (Some(7), 0.5)
        );
    }
}
