//! Tests of the preview, from a file's content to what the user sees.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::mem::discriminant;

use super::*;
use crate::data::{DataKind, SourceId, Statistics};

const ALL: PreviewLimits = PreviewLimits {
    bytes: u64::MAX,
    rows: u64::MAX,
    columns: usize::MAX,
    counted_bytes: u64::MAX,
};

fn preview_of(content: &[u8], limits: &PreviewLimits) -> Result<Preview, DataError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    let source = DataSource {
        id: SourceId::new("x"),
        name: "x.csv".into(),
        bytes: content.len() as u64,
        modified_at: String::new(),
        rows: None,
    };
    let preview = preview(source, file.path(), limits)?;
    // A float that is not finite would come back as no statistics at all.
    let text = serde_json::to_string(&preview).unwrap();
    let back: Preview = serde_json::from_str(&text).unwrap();
    let statistics = |preview: &Preview| -> Vec<_> {
        let each = preview.columns.iter();
        each.map(|column| discriminant(&column.statistics))
            .collect()
    };
    assert_eq!(statistics(&back), statistics(&preview));
    Ok(preview)
}

fn bounds(column: &Column) -> (f64, f64) {
    match column.statistics {
        Statistics::Numeric { min, max, .. } => (min, max),
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn a_weather_table_is_a_time_series() {
    let content = b"date,rain,note,flag,none\n\
        2012-01-01,1.5,sun,yes,\n2012-01-02,NaN,None,no,\n2012-01-03,-2,,NA,NaN\n";
    let preview = preview_of(content, &PreviewLimits::default()).unwrap();
    assert_eq!((preview.rows, preview.rows_exact), (3, true));
    assert_eq!(preview.sampled, None);
    assert_eq!(preview.kind, DataKind::TimeSeries);
    let types: Vec<_> = preview
        .columns
        .iter()
        .map(|c| (c.column_type, c.missing, c.distinct))
        .collect();
    assert_eq!(
        types,
        [
            (ColumnType::Datetime, 0, Some(3)),
            (ColumnType::Float, 1, Some(2)),
            (ColumnType::Text, 1, Some(2)),
            (ColumnType::Boolean, 1, Some(2)),
            (ColumnType::Empty, 3, Some(0)),
        ]
    );
    let time = Statistics::Time {
        min: "2012-01-01".into(),
        max: "2012-01-03".into(),
    };
    assert_eq!(preview.columns[0].statistics, time);
    assert_eq!(bounds(&preview.columns[1]), (-2.0, 1.5));
    let cells: Vec<Option<&str>> = preview.head[1].iter().map(Option::as_deref).collect();
    assert_eq!(
        cells,
        [Some("2012-01-02"), None, Some("None"), Some("no"), None]
    );
    assert_eq!(preview.head[2][3], None);
    assert_eq!(preview.points.len(), 1);
    assert_eq!(preview.points[0].column, "rain");
    assert_eq!(preview.points[0].points, [(0.0, 1.5), (2.0, -2.0)]);
}

#[test]
fn a_spreadsheet_with_decimal_commas_holds_numbers() {
    let preview = preview_of(b"\xEF\xBB\xBFx;y\r\n1,5;a\r\n-2,25;b\r\n", &ALL).unwrap();
    assert_eq!(preview.columns[0].name, "x");
    assert_eq!(preview.columns[0].column_type, ColumnType::Float);
    assert_eq!(bounds(&preview.columns[0]), (-2.25, 1.5));
    assert_eq!(
        preview.head[0],
        [Some("1,5".to_owned()), Some("a".to_owned())]
    );
}

#[test]
fn one_column_and_a_header_alone_are_previews() {
    let one = preview_of(b"x\n1\n2\n", &ALL).unwrap();
    assert_eq!((one.rows, one.columns.len()), (2, 1));
    let header = preview_of(b"a,b", &ALL).unwrap();
    assert_eq!(
        (header.rows, header.rows_exact, header.columns.len()),
        (0, true, 2)
    );
    assert_eq!(header.columns[0].column_type, ColumnType::Empty);
    assert!(matches!(preview_of(b"", &ALL), Err(DataError::Empty)));
}

#[test]
fn quoted_newlines_are_part_of_a_cell() {
    let preview = preview_of(b"a,b\n\"x\ny\",1\nz,2\n", &ALL).unwrap();
    assert_eq!((preview.rows, preview.rows_exact), (2, true));
    assert_eq!(preview.head[0][0].as_deref(), Some("x\ny"));
}

#[test]
fn ragged_rows_and_old_encodings_are_refused_with_their_place() {
    for (content, place) in [
        (&b"a,b\n1,2\n3\n"[..], (3, 2)),
        (b"a,b\n1,caf\xE9\n", (2, 6)),
        (b"\xFF\xFEa\0,\0", (1, 1)),
        (b"a,b\n1,\0\n", (2, 3)),
    ] {
        match preview_of(content, &ALL) {
            Err(DataError::Unreadable { line, column, .. }) => assert_eq!((line, column), place),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn ten_thousand_columns_are_profiled_and_more_are_named() {
    let line = |cell: &dyn Fn(usize) -> String| (0..10_001).map(cell).collect::<Vec<_>>().join(",");
    let content = [
        line(&|at| format!("c{at}")),
        line(&|at| at.to_string()),
        line(&|_| "nan".into()),
    ]
    .join("\n");
    let preview = preview_of(content.as_bytes(), &PreviewLimits::default()).unwrap();
    assert_eq!((preview.rows, preview.columns.len()), (2, 10_000));
    assert_eq!(
        preview.sampled.as_deref(),
        Some("Statistics are of the first 10000 of 10001 columns.")
    );
    assert_eq!(bounds(&preview.columns[9_999]), (9_999.0, 9_999.0));
    assert_eq!(preview.columns[7].missing, 1);
    assert_eq!(preview.points.len(), PLOTS);
    assert_eq!(preview.head[0].len(), 10_000);
}

#[test]
fn long_files_are_profiled_in_part_and_counted_whole() {
    let rows: String = (0..10_000).map(|row| format!("{row},x\n")).collect();
    let content = ["n,t\n", &rows].concat();
    let limits = PreviewLimits { rows: 100, ..ALL };
    let part = preview_of(content.as_bytes(), &limits).unwrap();
    assert_eq!((part.rows, part.rows_exact), (10_000, true));
    assert_eq!(bounds(&part.columns[0]), (0.0, 99.0));
    assert_eq!(
        part.sampled.as_deref(),
        Some("Statistics are of the first 100 of 10000 rows.")
    );

    let limits = PreviewLimits {
        bytes: 30_000,
        counted_bytes: 30_000,
        ..ALL
    };
    let estimate = preview_of(content.as_bytes(), &limits).unwrap();
    assert!(!estimate.rows_exact);
    assert!(estimate.rows.abs_diff(10_000) < 500, "{}", estimate.rows);
    assert!(estimate.sampled.unwrap().contains("of about"));

    let old = content.replace('\n', "\r");
    let limits = PreviewLimits { rows: 5_000, ..ALL };
    let estimate = preview_of(old.as_bytes(), &limits).unwrap();
    assert!(
        !estimate.rows_exact && estimate.rows.abs_diff(10_000) < 500,
        "{}",
        estimate.rows
    );
}

#[test]
fn long_cells_are_cut_where_they_are_shown() {
    let content = ["a,b\n1,", &"é".repeat(5_000), "\n"].concat();
    let preview = preview_of(content.as_bytes(), &ALL).unwrap();
    let cell = preview.head[0][1].as_deref().unwrap();
    assert_eq!(cell.chars().count(), SHOWN + 1);
    assert!(cell.ends_with('…'));
}

#[test]
fn a_name_alone_makes_no_time_series() {
    for (content, kind) in [
        (&b"date,x\n2000Q1,1\n2000Q2,3\n"[..], DataKind::TimeSeries),
        (b"time,x\nLunch,1\nDinner,3\n", DataKind::Tabular),
        (b"year,x\n1990,1\n1991,3\n", DataKind::TimeSeries),
        (b"year,x\n1991,1\n1990,3\n1991,2\n", DataKind::Tabular),
        (
            b"Date,Time of day\n1990-01-09,Day\n1990-01-08,Night\n1990-01-10,Day\n",
            DataKind::Tabular,
        ),
        (
            b"t,bid_1,ask_1\n1,99.5,100.5\n2,99,101\n",
            DataKind::OrderBook,
        ),
    ] {
        let preview = preview_of(content, &ALL).unwrap();
        assert_eq!(preview.kind, kind, "{}", preview.kind_reason);
    }
}
