//! Synthetic rows from a trained generator, as CSV.

use std::io::{self, Write};

use super::args::SampleArgs;
use super::checkpoint::Checkpoint;
use super::encoding::Encoding;
use super::error::TrainError;
use super::gan::Gan;
use super::output::write_atomically;
use super::random::{Purpose, stream};

/// Rows that are generated at once, which bounds the memory that any number of rows takes.
const CHUNK: u64 = 1_000;

/// Draws the rows that `args` ask for. A reader that closes standard output early has all it wants: no error.
pub fn sample(args: SampleArgs) -> Result<(), TrainError> {
    let Checkpoint { state, gan, .. } = Checkpoint::load(&args.checkpoint)?;
    let write = |out: &mut dyn Write| write_rows(&gan, &state.encoding, args.rows, args.seed, out);
    match &args.out {
        Some(path) => write_atomically(path, |out| write(out)),
        None => match write(&mut io::stdout().lock()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(TrainError::Print(error))
            }
            _ => Ok(()),
        },
    }
}

/// Writes a header and `rows` synthetic rows, comma-separated, in the columns and column order of the training data.
/// The first rows are the same however many follow.
pub fn write_rows(
    gan: &Gan<f32>,
    encoding: &Encoding,
    rows: u64,
    seed: u64,
    out: impl Write,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(encoding.names()).map_err(unwrapped)?;
    for chunk in 0..rows.div_ceil(CHUNK) {
        let mut rng = stream(seed, Purpose::Rows(chunk));
        let encoded = gan.generate(CHUNK as usize, &mut rng);
        for row in 0..CHUNK.min(rows - chunk * CHUNK) {
            csv.write_record(encoding.decode(encoded.row(row as usize), &mut rng))
                .map_err(unwrapped)?;
        }
    }
    csv.flush()
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
    use crate::trainer::checkpoint::State;
    use crate::trainer::table::{Cells, Column, Table};

    fn rows(count: u64, seed: u64) -> Vec<String> {
        let texts = ["a, b", "c\"d", ""].map(str::to_owned).to_vec();
        let cells = Cells::Texts {
            codes: (0..30).map(|row| row % 3).collect(),
            texts,
        };
        let table = Table {
            columns: vec![Column {
                name: "t".into(),
                cells,
            }],
            rows: 30,
        };
        let (encoding, ..) = Encoding::fit(table).unwrap();
        let Checkpoint { gan, state, .. } = Checkpoint::fresh(State::new(0, 8, 1e-3, 30, encoding));
        let mut bytes = Vec::new();
        write_rows(&gan, &state.encoding, count, seed, &mut bytes).unwrap();
        let records = csv::Reader::from_reader(bytes.as_slice()).into_records();
        records
            .map(|record| record.unwrap()[0].to_owned())
            .collect()
    }

    #[test]
    fn rows_repeat_with_the_seed_and_begin_alike_however_many_follow() {
        let many = rows(2_500, 4);
        assert_eq!(many.len(), 2_500);
        assert_eq!(rows(1_200, 4), many[..1_200]);
        assert_ne!(rows(1_200, 5), many[..1_200]);
        assert!(
            many.iter()
                .all(|text| ["a, b", "c\"d", ""].contains(&text.as_str()))
        );
    }

    #[test]
    fn a_closed_reader_is_told_from_other_failures() {
        let closed = csv::Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(unwrapped(closed).kind(), io::ErrorKind::BrokenPipe);
    }
}
