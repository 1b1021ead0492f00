//! Whether the line of names may be a row of data: then nobody gave the columns names, and that row is lost to a training.

use super::cell::Cell;
use crate::data::{Column, ColumnType};

/// Names that a sentence shows.
const SHOWN: usize = 3;

/// A sentence where every column of numbers is called by a number. Counted names, as `0, 1, 2` or years in a row, are names.
/// `comma` tells whether a comma may stand before decimals.
pub(super) fn doubt(columns: &[Column], comma: bool) -> Option<String> {
    let is_number =
        |column: &&Column| matches!(column.column_type, ColumnType::Integer | ColumnType::Float);
    let names: Vec<&str> = columns
        .iter()
        .filter(is_number)
        .map(|column| column.name.as_str())
        .collect();
    let values: Option<Vec<f64>> = names.iter().map(|name| value(name, comma)).collect();
    let values = values.filter(|values| !values.is_empty())?;
    if values.len() > 1
        && values
            .windows(2)
            .all(|pair| (pair[1] - pair[0] - 1.0).abs() < 1e-9)
    {
        return None;
    }
    let more = if names.len() > SHOWN { ", …" } else { "" };
    let shown = names[..names.len().min(SHOWN)].join("”, “");
    Some(format!(
        "The first line looks like data (“{shown}”{more}), not like names. If it is data, put a line of names above it: \
         as it is, that row is lost to a training."
    ))
}

fn value(name: &str, comma: bool) -> Option<f64> {
    Cell::read(name, comma).number()
}

#[cfg(test)]
mod tests {
    use crate::data::{DataSource, Preview, SourceId};
    use crate::server::data::{PreviewLimits, preview};

    fn look(text: &str) -> Preview {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let source = DataSource {
            id: SourceId::new("x"),
            name: "x.csv".into(),
            bytes: text.len() as u64,
            modified_at: String::new(),
            rows: None,
        };
        preview(source, file.path(), &PreviewLimits::default()).unwrap()
    }

    #[test]
    fn a_first_line_of_values_is_doubted() {
        for text in [
            "5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,2.9,virginica\n",
            "0.25;1,5\n0.5;2,5\n0.75;3,5\n",
            "0,0,1\n1,0,0\n0,1,1\n",
        ] {
            let doubt = look(text).header_doubt;
            assert!(
                doubt.is_some_and(|words| words.contains("looks like data")),
                "{text}"
            );
        }
    }

    #[test]
    fn names_are_not_doubted_also_where_they_are_counted() {
        for text in [
            "x,y\n1,2\n3,4\n",
            "0,1,2\n5.5,6,7\n8,9,10\n",
            "country,2019,2020,2021\nA,1.5,2,3\nB,2.5,3,4\n",
            "1,b\n1,2\n3,4\n",
            "red,blue\ngreen,red\nblue,blue\n",
        ] {
            assert_eq!(look(text).header_doubt, None, "{text}");
        }
    }
}
