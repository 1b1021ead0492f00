//! Synthetic rows from a trained generator, as CSV.

use std::io::{self, Write};

use super::args::SampleArgs;
use super::checkpoint::Checkpoint;
use super::condition::Condition;
use super::drawing::{LEAST_DRAWN, draw};
use super::error::TrainError;
use super::output::write_atomically;
use super::random::{Purpose, stream};

/// Most rows that are drawn at once, which bounds the memory that any number of rows takes.
const CHUNK: u64 = 1_000;
/// Rows that are drawn in vain, one after the other, before it is given up.
const IN_VAIN: u64 = 50_000;

/// Draws the rows that `args` ask for. A reader that closes standard output early has all it wants: no error.
pub fn sample(args: SampleArgs) -> Result<(), TrainError> {
    let checkpoint = Checkpoint::load(&args.checkpoint)?;
    let names: Vec<&str> = checkpoint.state.encoding.names().collect();
    let conditions = args
        .conditions
        .iter()
        .map(|condition| condition.resolved(&names))
        .collect::<Result<Vec<_>, _>>()?;
    let wanted = Wanted {
        rows: args.rows,
        seed: args.seed,
        conditions: &conditions,
    };
    let target = args.out.filter(|path| path.as_os_str() != "-");
    let mut short = None;
    let mut write = |out: &mut dyn Write| {
        short = write_rows(&checkpoint, &wanted, out)?;
        match short {
            // The file of an unfulfilled order is not kept; what a reader of a pipe has, it has.
            Some(_) if target.is_some() => Err(io::Error::other("too few rows")),
            _ => Ok(()),
        }
    };
    let written = match &target {
        Some(path) => write_atomically(path, |out| write(out)),
        None => match write(&mut io::stdout().lock()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(TrainError::Print(error))
            }
            _ => Ok(()),
        },
    };
    match short {
        Some(found) => Err(TrainError::TooRare {
            found,
            rows: args.rows,
            drawn: IN_VAIN,
        }),
        None => written,
    }
}

/// Which rows are wanted.
pub struct Wanted<'a> {
    pub rows: u64,
    pub seed: u64,
    /// What each row fulfils, with the place of its column.
    pub conditions: &'a [(usize, &'a Condition)],
}

/// Writes a header and synthetic rows in the columns, the column order and the separator of the training data. A row
/// that only one row of the data equals is drawn again, unless nothing else comes. Gives how many rows there were, where
/// there were too few.
pub fn write_rows(
    checkpoint: &Checkpoint,
    wanted: &Wanted,
    out: impl Write,
) -> io::Result<Option<u64>> {
    let Checkpoint { state, gan, .. } = checkpoint;
    let encoding = &state.encoding;
    let mut csv = csv::WriterBuilder::new()
        .delimiter(encoding.separator())
        .from_writer(out);
    csv.write_record(encoding.names()).map_err(unwrapped)?;
    let window = encoding.window() as u64;
    // Chunks of one size: each has the shares of the whole.
    let chunks = wanted.rows.div_ceil(CHUNK);
    let size = wanted.rows.div_ceil(chunks).div_ceil(window);
    let size = size.max(LEAST_DRAWN as u64);
    let (mut written, mut in_vain, mut chunk) = (0, 0, 0);
    while in_vain < IN_VAIN {
        let mut rng = stream(wanted.seed, Purpose::Rows(chunk));
        chunk += 1;
        let windows = draw(gan, encoding, size as usize, &mut rng);
        let cells = encoding.unrolled(windows, size as usize);
        let (before, mut fresh) = (written, 0);
        // Where every row is a copy, as of a table that holds all that there is, copies it has to be.
        for copies in [false, true] {
            if copies && fresh > 0 {
                break;
            }
            for row in 0..size * window {
                let (record, fingerprint) =
                    encoding.record(&cells, row as usize, written, &mut rng);
                let copy = checkpoint.uniques.binary_search(&fingerprint).is_ok();
                fresh += u64::from(!copy);
                let fulfils =
                    |(place, condition): &(usize, &Condition)| condition.holds(&record[*place]);
                if (copies || !copy) && wanted.conditions.iter().all(fulfils) {
                    csv.write_record(record).map_err(unwrapped)?;
                    written += 1;
                    if written == wanted.rows {
                        csv.flush()?;
                        return Ok(None);
                    }
                }
            }
        }
        in_vain = match written > before {
            true => 0,
            false => in_vain + size * window,
        };
    }
    csv.flush()?;
    Ok(Some(written))
}

/// The I/O error in a CSV error, whose kind a plain conversion would lose.
fn unwrapped(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(source) => source,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trainer::data::{Cells, Column, Table};
    use crate::trainer::encoding::{Encoded, Encoding, fingerprint};
    use crate::trainer::gan::Players;
    use crate::trainer::state::{Settings, State};

    /// A checkpoint of no training, on so many columns that are all alike.
    fn checkpoint(columns: usize, codes: Vec<u32>) -> Checkpoint {
        let rows = codes.len();
        let texts = ["a, b", "c\"d", ""].map(str::to_owned).to_vec();
        let column = |codes: &[u32]| Column {
            told: false,
            name: "t".into(),
            cells: Cells::Texts {
                codes: codes.to_vec(),
                texts: texts.clone(),
            },
        };
        let table = Table {
            columns: (0..columns).map(|_| column(&codes)).collect(),
            rows,
            separator: b';',
        };
        let Encoded {
            encoding, uniques, ..
        } = Encoding::fit(table, 1).unwrap();
        let both = Players {
            generator: 16,
            discriminator: 16,
        };
        let settings = Settings {
            seed: 0,
            batch_size: 8,
            pack: 2,
            widths: both,
            rates: Players {
                generator: 1e-3,
                discriminator: 1e-3,
            },
        };
        Checkpoint::fresh(State::new(settings, rows, encoding), uniques)
    }

    fn rows(
        checkpoint: &Checkpoint,
        rows: u64,
        seed: u64,
        conditions: &[&str],
    ) -> (Vec<Vec<String>>, Option<u64>) {
        let conditions: Vec<Condition> = conditions
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let conditions: Vec<_> = conditions.iter().map(|condition| (0, condition)).collect();
        let wanted = Wanted {
            rows,
            seed,
            conditions: &conditions,
        };
        let mut bytes = Vec::new();
        let short = write_rows(checkpoint, &wanted, &mut bytes).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .from_reader(bytes.as_slice());
        let records = reader.records().map(|record| record.unwrap());
        let fields = records.map(|record| record.iter().map(str::to_owned).collect());
        (fields.collect(), short)
    }

    #[test]
    fn rows_repeat_with_the_seed_and_are_as_many_as_wanted() {
        let checkpoint = checkpoint(2, (0..30).map(|row| row % 3).collect());
        let (many, _) = rows(&checkpoint, 2_500, 4, &[]);
        assert_eq!(many.len(), 2_500);
        assert_eq!(rows(&checkpoint, 2_500, 4, &[]).0, many);
        assert_ne!(rows(&checkpoint, 2_500, 5, &[]).0, many);
        let known = ["a, b", "c\"d", ""];
        assert!(
            many.iter()
                .flatten()
                .all(|text| known.contains(&text.as_str()))
        );
    }

    #[test]
    fn a_row_that_occurs_once_is_not_drawn() {
        let checkpoint = checkpoint(2, (0..30).map(|row| row % 3).collect());
        let first = rows(&checkpoint, 100, 0, &[]).0.swap_remove(0);
        let of_cell = |row, cell: &String| fingerprint::with(row, cell.as_bytes());
        let uniques = vec![first.iter().fold(fingerprint::EMPTY, of_cell)];
        let (without, _) = rows(
            &Checkpoint {
                uniques,
                ..checkpoint
            },
            2_000,
            0,
            &[],
        );
        assert_eq!(without.len(), 2_000);
        assert!(!without.contains(&first));
    }

    #[test]
    fn a_table_of_all_that_there_is_can_still_be_drawn() {
        let checkpoint = checkpoint(1, vec![0, 1, 2]);
        assert_eq!(checkpoint.uniques.len(), 3);
        assert_eq!(rows(&checkpoint, 20, 0, &[]).0.len(), 20);
    }

    #[test]
    fn conditions_are_fulfilled_or_it_is_said() {
        let checkpoint = checkpoint(2, (0..30).map(|row| row % 3).collect());
        let (some, short) = rows(&checkpoint, 100, 0, &["t=a, b"]);
        assert_eq!((some.len(), short), (100, None));
        assert!(some.iter().all(|row| row[0] == "a, b"));
        let (none, short) = rows(&checkpoint, 5, 0, &["t=snow"]);
        assert_eq!((none.len(), short), (0, Some(0)));
    }

    #[test]
    fn a_condition_brings_no_copies() {
        let checkpoint = checkpoint(2, (0..30).map(|row| row % 3).collect());
        let of_cell = |row, cell: &&str| fingerprint::with(row, cell.as_bytes());
        let known = ["a, b", "c\"d", ""];
        let begins = |second| ["a, b", second].iter().fold(fingerprint::EMPTY, of_cell);
        let mut uniques: Vec<u64> = known.iter().map(|second| begins(second)).collect();
        uniques.sort_unstable();
        let all_known = Checkpoint {
            uniques,
            ..checkpoint
        };
        let (none, short) = rows(&all_known, 5, 0, &["t=a, b"]);
        assert_eq!((none.len(), short), (0, Some(0)));
        assert_eq!(rows(&all_known, 5, 0, &["t!=a, b"]).0.len(), 5);
    }

    #[test]
    fn a_closed_reader_is_told_from_other_failures() {
        let closed = csv::Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(unwrapped(closed).kind(), io::ErrorKind::BrokenPipe);
    }
}
