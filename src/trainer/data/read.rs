//! Reading a CSV file, a row at a time.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use csv::{ByteRecord, ErrorKind, ReaderBuilder};

use super::column::Reading;
use super::extent::{check_cells, check_columns, check_rows};
use super::{Column, Kind, Table, may_have_decimal_commas, separator};
use crate::trainer::error::{DataProblem, TrainError};

impl Table {
    /// Reads the CSV file at `path`: UTF-8 with or without a byte-order mark, a header line, then rows of as many
    /// fields, separated by what [`separator`] finds in its first rows.
    /// `kinds` says of some columns what they are.
    pub fn read(path: &Path, kinds: &[(String, Kind)]) -> Result<Self, TrainError> {
        let failed = |problem| TrainError::Data {
            path: path.to_owned(),
            problem,
        };
        let file = File::open(path).map_err(TrainError::reading(path))?;
        match Self::parse(BufReader::new(file), kinds) {
            Ok(Ok(table)) => Ok(table),
            Ok(Err(problem)) => Err(failed(problem)),
            Err(source) => Err(TrainError::reading(path)(source)),
        }
    }

    fn parse(
        mut source: impl Read,
        kinds: &[(String, Kind)],
    ) -> std::io::Result<Result<Self, DataProblem>> {
        // The beginning is read apart, to find the separator.
        let mut start = Vec::new();
        source.by_ref().take(1 << 20).read_to_end(&mut start)?;
        let skipped = if start.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        start.drain(..skipped);
        let delimiter = separator(&start);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(start.chain(source));
        Self::collect(&mut reader, delimiter, kinds)
    }

    fn collect(
        reader: &mut csv::Reader<impl Read>,
        separator: u8,
        kinds: &[(String, Kind)],
    ) -> std::io::Result<Result<Self, DataProblem>> {
        let mut record = ByteRecord::new();
        let mut names: Vec<String> = Vec::new();
        let mut columns: Vec<Reading> = Vec::new();
        let mut rows = 0;
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => match error.into_kind() {
                    ErrorKind::Io(source) => return Err(source),
                    other => return Err(std::io::Error::other(format!("{other:?}"))),
                },
            }
            let line = record.position().map_or(0, |position| position.line());
            if names.is_empty() {
                if let Err(problem) = check_columns(record.len()) {
                    return Ok(Err(problem));
                }
                for field in &record {
                    let Ok(name) = std::str::from_utf8(field) else {
                        return Ok(Err(DataProblem::NotUtf8 { line }));
                    };
                    names.push(name.trim().to_owned());
                }
                if let Some((name, _)) = kinds.iter().find(|(name, _)| !names.contains(name)) {
                    return Ok(Err(DataProblem::NoSuchColumn { name: name.clone() }));
                }
                columns.extend(names.iter().map(|name| {
                    let said = kinds.iter().rev().find(|(of, _)| of == name);
                    Reading::new(
                        said.map(|(_, kind)| *kind),
                        may_have_decimal_commas(separator),
                    )
                }));
                continue;
            }
            if record.len() != names.len() {
                let (found, expected) = (record.len() as u64, names.len() as u64);
                return Ok(Err(DataProblem::Ragged {
                    line,
                    found,
                    expected,
                }));
            }
            rows += 1;
            if let Err(problem) = check_cells(rows, names.len()) {
                return Ok(Err(problem));
            }
            for (field, column) in record.iter().zip(&mut columns) {
                let Ok(text) = std::str::from_utf8(field) else {
                    return Ok(Err(DataProblem::NotUtf8 { line }));
                };
                column.push(text.trim());
            }
        }
        if names.is_empty() {
            return Ok(Err(DataProblem::Empty));
        }
        // By itself: how many belong together is not known here.
        if let Err(problem) = check_rows(rows, 1) {
            return Ok(Err(problem));
        }
        let mut typed = Vec::with_capacity(names.len());
        for (name, column) in names.into_iter().zip(columns) {
            match column.finish(&name) {
                Ok(cells) => typed.push(Column {
                    told: kinds.iter().any(|(of, _)| *of == name),
                    name,
                    cells,
                }),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        Ok(Ok(Self {
            columns: typed,
            rows,
            separator,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cells, Number, Spelling};
    use super::*;

    fn parse(text: impl AsRef<[u8]>) -> Result<Table, DataProblem> {
        Table::parse(text.as_ref(), &[]).unwrap()
    }

    fn decimal(precision: usize, decimals: usize) -> Spelling {
        Spelling::Decimal {
            precision,
            decimals,
            comma: false,
        }
    }

    #[test]
    fn columns_get_their_types() {
        let table =
            parse("a, b ,c,zip\n1,0.50,x,01234\n-2,NA,\"y, z\",00001\n3e0,,x,10000\n").unwrap();
        assert_eq!(table.rows, 3);
        let names: Vec<_> = table
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c", "zip"]);
        let values = [1.0, -2.0, 3.0].map(Number::Value).to_vec();
        assert_eq!(
            table.columns[0].cells,
            Cells::Numbers {
                cells: values,
                markers: vec![],
                spelling: decimal(0, 0),
            }
        );
        assert_eq!(
            table.columns[1].cells,
            Cells::Numbers {
                cells: vec![Number::Value(0.5), Number::Marker(0), Number::Marker(1)],
                markers: vec!["NA".into(), String::new()],
                spelling: decimal(1, 2),
            }
        );
        let texts = vec!["x".into(), "y, z".into()];
        assert_eq!(
            table.columns[2].cells,
            Cells::Texts {
                codes: vec![0, 1, 0],
                texts
            }
        );
        assert!(
            matches!(&table.columns[3].cells, Cells::Texts { texts, .. } if texts[0] == "01234")
        );
    }

    #[test]
    fn what_is_said_of_columns_is_checked() {
        let text = b"a,b\n1,x\n2,y\n".as_slice();
        let said = |name: &str, kind| Table::parse(text, &[(name.to_owned(), kind)]).unwrap();
        assert_eq!(
            said("c", Kind::Number),
            Err(DataProblem::NoSuchColumn { name: "c".into() })
        );
        assert_eq!(
            said("b", Kind::Number),
            Err(DataProblem::Misfit {
                name: "b".into(),
                cell: "x".into()
            })
        );
        let table = said("a", Kind::Category).unwrap();
        assert!(matches!(table.columns[0].cells, Cells::Texts { .. }));
    }

    #[test]
    fn separators_and_byte_order_mark_are_understood() {
        let expected = parse("a,b\n1,2\n3,4\n").unwrap();
        for text in [
            "a;b\n1;2\n3;4\n",
            "a\tb\r\n1\t2\r\n3\t4",
            "\u{feff}a,b\n1,2\n\n3,4\n",
            "\n\na,b\n1,2\n3,4\n",
        ] {
            assert_eq!(parse(text).unwrap().columns, expected.columns, "{text:?}");
        }
        assert_eq!(parse("\"a,b,c\";d\n1;2\n3;4\n").unwrap().columns.len(), 2);
    }

    #[test]
    fn unusable_files_are_refused_by_name() {
        assert_eq!(parse(""), Err(DataProblem::Empty));
        for (text, rows) in [("a,b\n", 0), ("a,b\n1,2\n", 1)] {
            assert_eq!(parse(text), Err(DataProblem::TooFewRows { rows, least: 2 }));
        }
        assert_eq!(
            parse("a,b\n1,2\n1\n"),
            Err(DataProblem::Ragged {
                line: 3,
                found: 1,
                expected: 2
            })
        );
        assert_eq!(
            parse(b"a,b\n1,2\n\xff,2\n"),
            Err(DataProblem::NotUtf8 { line: 3 })
        );
        let wide = vec!["a"; 1001].join(",");
        assert!(matches!(
            parse(wide),
            Err(DataProblem::TooManyColumns { .. })
        ));
    }
}
