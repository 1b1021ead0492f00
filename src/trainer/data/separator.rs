//! Which separator a CSV file uses, found in its first rows.

use csv::{ByteRecord, ReaderBuilder};

/// The separators that are looked for, the most common first.
const SEPARATORS: &[u8] = b",;\t|";

/// How many rows are looked at.
const ROWS: usize = 20;

/// The separator that splits the header and agrees with it on most of the first rows
/// of `sample`; a comma where none does, as in a file of one column.
pub fn separator(sample: &[u8]) -> u8 {
    let mut best = (0.0, 1, b',');
    for &separator in SEPARATORS {
        let (agreement, fields) = agreement(sample, separator);
        if fields > 1 && (agreement, fields) > (best.0, best.1) {
            best = (agreement, fields, separator);
        }
    }
    best.2
}

/// Whether a comma may stand where English has a decimal point: only where it parts no fields.
pub fn may_have_decimal_commas(separator: u8) -> bool {
    separator != b','
}

/// The share of the first rows that have as many fields as the header, and that number.
fn agreement(sample: &[u8], separator: u8) -> (f64, usize) {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(sample);
    let mut record = ByteRecord::new();
    let mut lengths = Vec::with_capacity(ROWS);
    while lengths.len() < ROWS && matches!(reader.read_byte_record(&mut record), Ok(true)) {
        lengths.push(record.len());
    }
    // The sample may end in the middle of a row.
    if lengths.len() > 1 && reader.is_done() && !sample.ends_with(b"\n") {
        lengths.pop();
    }
    let Some(&fields) = lengths.first() else {
        return (0.0, 0);
    };
    let agreeing = lengths.iter().filter(|&&length| length == fields).count();
    (agreeing as f64 / lengths.len() as f64, fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_splits_every_row_alike() {
        for (sample, expected) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2,5\n", b';'),
            ("a\tb\n1,5\t2;5\n", b'\t'),
            ("a|b\n1|2\n3|", b'|'),
            ("text\nwell, yes\n", b','),
            ("\"a;b\";c;\"d,e,f\"\n1;2;3\n", b';'),
            ("a,b;c,d\n1,2;2,3\n", b','),
            ("", b','),
        ] {
            assert_eq!(separator(sample.as_bytes()), expected, "{sample:?}");
        }
    }
}
