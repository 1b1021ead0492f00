//! What goes into an encoding comes out again, and what is not learnt is dealt with.

use proptest::prelude::*;

use super::fit::MOST_CATEGORIES;
use super::*;
use crate::trainer::data::{self, Column as DataColumn, Number, Spelling};
use crate::trainer::random::{Purpose, stream};

fn decimal(decimals: usize) -> Spelling {
    Spelling::Decimal {
        precision: decimals,
        decimals,
        comma: false,
    }
}

fn numbers(cells: Vec<Number>, markers: &[&str], decimals: usize) -> data::Cells {
    data::Cells::Numbers {
        cells,
        markers: markers.iter().map(|&marker| marker.to_owned()).collect(),
        spelling: decimal(decimals),
    }
}

fn values(values: impl Iterator<Item = f64>) -> Vec<Number> {
    values.map(Number::Value).collect()
}

fn texts(rows: &[String]) -> data::Cells {
    let mut texts: Vec<String> = Vec::new();
    let code = |row: &String| {
        let known = texts.iter().position(|text| text == row);
        known.unwrap_or_else(|| {
            texts.push(row.clone());
            texts.len() - 1
        }) as u32
    };
    let codes = rows.iter().map(code).collect();
    data::Cells::Texts { codes, texts }
}

fn table(columns: Vec<data::Cells>, rows: usize) -> Table {
    let named = |(place, cells)| DataColumn {
        told: false,
        name: format!("c{place}"),
        cells,
    };
    Table {
        columns: columns.into_iter().enumerate().map(named).collect(),
        rows,
        separator: b',',
    }
}

/// The rows of a table, encoded and decoded again, with their fingerprints.
fn round_trip(table: Table) -> Vec<(Vec<String>, u64)> {
    let Encoded { encoding, rows, .. } = Encoding::fit(table, 1).unwrap();
    assert!(encoding.is_sound());
    let all: Vec<usize> = (0..rows.rows()).collect();
    assert_eq!(rows.batch(&all).columns(), encoding.width());
    let cells = encoding.decoded(&rows, &all);
    let mut rng = stream(0, Purpose::Rows(0));
    all.iter()
        .map(|&row| encoding.record(&cells, row, row as u64, &mut rng))
        .collect()
}

fn column(table: Table) -> Vec<String> {
    let rows = round_trip(table).into_iter();
    rows.map(|(mut fields, _)| fields.remove(0)).collect()
}

proptest! {
    #[test]
    fn numbers_survive_up_to_single_precision(
        cells in prop::collection::vec(prop_oneof![
            4 => (-2_000_000i64..2_000_000).prop_map(|n| Number::Value(n as f64 / 100.0)),
            2 => Just(Number::Value(0.0)),
            1 => (0u32..2).prop_map(Number::Marker),
        ], 2..200)
    ) {
        prop_assume!(cells.iter().any(|cell| cell.value().is_some()));
        let markers = ["", "NA"];
        let rows = cells.len();
        let decoded = column(table(vec![numbers(cells.clone(), &markers, 2)], rows));
        for (cell, text) in cells.iter().zip(decoded) {
            match cell {
                Number::Marker(marker) => prop_assert_eq!(text, markers[*marker as usize]),
                Number::Value(value) => {
                    prop_assert_eq!(text.split_once('.').unwrap().1.len(), 2, "decimals of {}", &text);
                    let error = (text.parse::<f64>().unwrap() - value).abs();
                    prop_assert!(error <= 0.0101, "{} became {}", value, text);
                }
            }
        }
    }

    #[test]
    fn texts_survive(rows in prop::collection::vec("[a-d]{0,2}", 2..80)) {
        prop_assert_eq!(column(table(vec![texts(&rows)], rows.len())), rows);
    }
}

#[test]
fn whole_numbers_stay_on_their_grid() {
    let squares = values((0..50).map(|n| f64::from(n * n * 25)));
    let expected: Vec<_> = (0..50).map(|n| (n * n * 25).to_string()).collect();
    assert_eq!(column(table(vec![numbers(squares, &[], 0)], 50)), expected);
}

#[test]
fn a_spike_is_a_choice_of_its_own() {
    let cells = values((0..100).map(|n| if n % 2 == 0 { 0.0 } else { f64::from(n) }));
    let encoded = Encoding::fit(table(vec![numbers(cells, &[], 1)], 100), 1).unwrap();
    assert_eq!(encoded.encoding.blocks(), [Block::Gated(2)]);
}

#[test]
fn rare_texts_share_a_choice_and_still_come_back() {
    let rows: Vec<String> = (0..1000)
        .map(|row| format!("city {}", (row * row) % 331))
        .collect();
    let cells = || table(vec![texts(&rows)], 1000);
    let Encoded {
        encoding,
        rows: encoded,
        ..
    } = Encoding::fit(cells(), 1).unwrap();
    assert_eq!(encoding.width(), MOST_CATEGORIES);
    let decoded = column(cells());
    assert!(decoded.iter().all(|text| rows.contains(text)));
    let batch = encoded.batch(&(0..1000).collect::<Vec<_>>());
    for row in 0..1000 {
        let is_rare = batch.row(row)[MOST_CATEGORIES - 1] == 1.0;
        assert!(is_rare || decoded[row] == rows[row]);
    }
}

#[test]
fn what_is_not_learnt_is_made_anew_or_left_out_by_name() {
    let ids = values((0..100).map(|n| f64::from(n + 1)));
    let (a, b) = (
        |n: i32| f64::from(n * 37 % 100),
        |n: i32| f64::from(n * n % 71),
    );
    let columns = vec![
        numbers(ids, &[], 0),
        numbers(values((0..100).map(a)), &[], 0),
        numbers(values((0..100).map(|n| a(n) + b(n))), &[], 0),
        numbers(values((0..100).map(b)), &[], 0),
        data::Cells::Names {
            examples: vec!["A-17".into(), "A-18".into()],
        },
        data::Cells::Names {
            examples: vec!["as seen from the old bridge".into()],
        },
        data::Cells::Skipped,
    ];
    let names: Vec<String> = (0..7).map(|n| format!("\"c{n}\"")).collect();
    let Encoded {
        encoding, notes, ..
    } = Encoding::fit(table(columns, 100), 1).unwrap();
    assert_eq!(
        encoding.names().collect::<Vec<_>>(),
        ["c0", "c1", "c2", "c3", "c4"]
    );
    assert_eq!(encoding.levels().count(), 2);
    for (name, word) in [
        (0, "anew"),
        (2, "computed"),
        (4, "anew"),
        (5, "left out"),
        (6, "left out"),
    ] {
        let note = notes
            .iter()
            .find(|note| note.contains(&names[name]))
            .unwrap();
        assert!(note.contains(word), "{note}");
    }
}

#[test]
fn sums_hold_in_every_row() {
    let (a, b) = (
        |n: i32| f64::from(n * 37 % 100),
        |n: i32| f64::from(n * n % 71),
    );
    let columns = vec![
        numbers(values((0..100).map(|n| a(n) + b(n))), &[], 0),
        numbers(values((0..100).map(a)), &[], 0),
        numbers(values((0..100).map(b)), &[], 0),
    ];
    for (fields, _) in round_trip(table(columns, 100)) {
        let [sum, a, b] = fields
            .iter()
            .map(|field| field.parse::<i64>().unwrap())
            .collect::<Vec<_>>()[..]
        else {
            panic!("three fields")
        };
        assert_eq!(sum, a + b);
    }
}

#[test]
fn fingerprints_of_rows_are_those_of_their_encoding() {
    let cells = values((0..60).map(|n| f64::from(n * n)));
    let rows: Vec<String> = (0..60).map(|n| format!("t{}", n % 7)).collect();
    let make = || table(vec![numbers(cells.clone(), &[], 0), texts(&rows)], 60);
    let uniques = Encoding::fit(make(), 1).unwrap().uniques;
    assert_eq!(uniques.len(), 60);
    assert!(
        round_trip(make())
            .iter()
            .all(|(_, row)| uniques.binary_search(row).is_ok())
    );
}

#[test]
fn a_number_that_rounds_to_a_spike_has_its_fingerprint() {
    let cells = values((0..100).map(|n| f64::from(if n % 3 == 0 { 40 } else { n })));
    let Encoded { encoding, .. } =
        Encoding::fit(table(vec![numbers(cells, &[], 0)], 100), 1).unwrap();
    let row = |choice, number| {
        let cells = [Cells {
            choices: vec![choice],
            numbers: vec![number],
        }];
        encoding.record(&cells, 0, 0, &mut stream(0, Purpose::Rows(0)))
    };
    assert_eq!(row(1, 0.0), row(0, 39.8));
    assert_ne!(row(1, 0.0), row(0, 41.2));
}

/// The cells of the window that begins at the row `start`, read back from its batch feature by feature.
fn window(encoding: &Encoding, rows: &EncodedRows, start: usize) -> Vec<Cells> {
    let batch = rows.batch(&[start]);
    let mut rest = batch.row(0);
    let cells = encoding.features().map(|feature| {
        let (values, after) = rest.split_at(feature.block().width());
        rest = after;
        let taken = |values: &[f32]| values.iter().position(|value| *value == 1.0).unwrap() as u16;
        match feature.block() {
            Block::OneHot(_) => Cells {
                choices: vec![taken(values)],
                numbers: vec![],
            },
            Block::Scalar => Cells {
                choices: vec![0],
                numbers: vec![feature.decode(values[0])],
            },
            Block::Gated(choices) => Cells {
                choices: vec![taken(&values[..choices])],
                numbers: vec![feature.decode(values[choices])],
            },
        }
    });
    encoding.unrolled(cells.collect(), 1)
}

#[test]
fn dates_go_on_within_a_window_whichever_way_they_run() {
    let noise = || numbers(values((0..250).map(|n| f64::from(n * 37 % 250))), &[], 0);
    for format in ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%.f"] {
        let days = data::Cells::Numbers {
            cells: values((0..250).map(|n| f64::from(250 - n) * 86_400.0)),
            markers: vec![],
            spelling: Spelling::Moment {
                format: format.into(),
            },
        };
        let Encoded { encoding, rows, .. } =
            Encoding::fit(table(vec![days, noise()], 250), 20).unwrap();
        let cells = window(&encoding, &rows, 30);
        let mut rng = stream(0, Purpose::Rows(0));
        for row in 0..20 {
            let (fields, _) = encoding.record(&cells, row, 0, &mut rng);
            let day = Spelling::Moment {
                format: format.into(),
            }
            .spell((220 - row) as f64 * 86_400.0);
            assert_eq!(fields[0], day);
        }
    }
}

#[test]
fn windows_become_rows_again() {
    // A steady column is learnt by its changes, a jumping one as it is, and dates go on.
    let steady = (0..60).map(|n| 100.0 + f64::from(n) * 0.1 + f64::from(n % 3) * 0.02);
    let jumping = (0..60).map(|n| f64::from(n * 37 % 60));
    let days = (0..60).map(|n| f64::from(n) * 86_400.0);
    let columns = vec![
        numbers(values(steady.clone()), &[], 2),
        numbers(values(jumping.clone()), &[], 0),
        data::Cells::Numbers {
            cells: values(days),
            markers: vec![],
            spelling: Spelling::Moment {
                format: "%Y-%m-%d".into(),
            },
        },
    ];
    let Encoded { encoding, rows, .. } = Encoding::fit(table(columns, 60), 5).unwrap();
    assert!(encoding.is_sound());
    assert_eq!(rows.windows(), 56);
    let learnt: Vec<_> = encoding
        .learnt()
        .map(|(_, change)| change.is_some())
        .collect();
    assert_eq!(learnt, [true, false]);
    let cells = window(&encoding, &rows, 7);
    let mut rng = stream(0, Purpose::Rows(0));
    for (row, (steady, jumping)) in steady.zip(jumping).skip(7).take(5).enumerate() {
        let (fields, _) = encoding.record(&cells, row, row as u64, &mut rng);
        let read = |field: &String| field.parse::<f64>().unwrap();
        assert!(
            (read(&fields[0]) - steady).abs() < 0.011,
            "{fields:?} is not {steady}"
        );
        assert_eq!(read(&fields[1]), jumping);
        assert_eq!(fields[2], format!("1970-01-{:02}", row + 1));
    }
}

#[test]
fn a_sequence_needs_rows() {
    let problem = Encoding::fit(
        table(vec![numbers(values((0..5).map(f64::from)), &[], 0)], 5),
        5,
    );
    assert!(
        problem
            .unwrap_err()
            .to_string()
            .contains("5 rows, and a sequence of 5 needs at least 6")
    );
}

#[test]
fn what_counts_is_learnt_where_it_is_said_or_nothing_else_could_be() {
    let counting = |by: u32| numbers(values((0..60).map(|row| f64::from(row * by))), &[], 0);
    let learnt = |table: Table| Encoding::fit(table, 1).unwrap().encoding.levels().count();
    assert_eq!(learnt(table(vec![counting(1), counting(2)], 60)), 2);
    let noise = || numbers(values((0..60).map(|row| f64::from(row * row % 7))), &[], 0);
    assert_eq!(learnt(table(vec![counting(1), noise()], 60)), 1);
    let mut told = table(vec![counting(1), noise()], 60);
    told.columns[0].told = true;
    assert_eq!(learnt(told), 2);
}
