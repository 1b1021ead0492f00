//! How rows relate to each other, told from the names, types and course of the columns.

use super::course::Direction;
use crate::data::{Column, ColumnType, DataKind, Statistics};

/// Words in a name that speak of time.
const TIME: [&str; 9] = [
    "date",
    "datetime",
    "time",
    "timestamp",
    "ts",
    "year",
    "month",
    "day",
    "epoch",
];

/// How many columns a reason names.
const NAMED: usize = 4;

/// The kind of data and one sentence that says why; `directions` has the course of each
/// column's values.
pub(super) fn kind(columns: &[Column], directions: &[Option<Direction>]) -> (DataKind, String) {
    if let Some(reason) = order_book(columns) {
        return (DataKind::OrderBook, reason);
    }
    let dates = columns.iter().zip(directions);
    let of_type = |wanted| {
        dates
            .clone()
            .filter(move |(column, _)| column.column_type == wanted)
    };
    let one_way = of_type(ColumnType::Datetime).find_map(|(c, direction)| Some((c, (*direction)?)));
    if let Some((column, direction)) = one_way {
        let way = match direction {
            Direction::Ascending => "ascend",
            Direction::Descending => "descend",
        };
        let reason = format!(
            "The dates in column “{}” {way} from row to row.",
            column.name
        );
        return (DataKind::TimeSeries, reason);
    }
    let named = dates.clone().find(|(column, direction)| {
        let fits = match column.column_type {
            ColumnType::Integer | ColumnType::Float => **direction == Some(Direction::Ascending),
            ColumnType::Text => has_digits(column),
            _ => false,
        };
        fits && words(&column.name)
            .iter()
            .any(|word| TIME.contains(&word.as_str()))
    });
    if let Some((column, _)) = named {
        let what = match column.column_type {
            ColumnType::Text => "named like a time and its values hold numbers",
            _ => "named like a time and its values ascend",
        };
        return (
            DataKind::TimeSeries,
            format!("Column “{}” is {what}.", column.name),
        );
    }
    let reason = match of_type(ColumnType::Datetime).next() {
        Some((column, _)) => format!(
            "The dates in column “{}” go back and forth, so rows are taken as independent of each other.",
            column.name
        ),
        None => "Rows in no particular order: no column holds dates, and none both sides of an order book.".to_owned(),
    };
    (DataKind::Tabular, reason)
}

/// Whether the most frequent texts hold digits, as dates in a rare format do, and unlike
/// `Lunch` and `Dinner`.
fn has_digits(column: &Column) -> bool {
    match &column.statistics {
        Statistics::Categorical { most_frequent } => most_frequent
            .iter()
            .all(|(text, _)| text.contains(|letter: char| letter.is_ascii_digit())),
        _ => false,
    }
}

/// Why the columns are those of an order book: numbers on both sides, or prices and sizes
/// with a side or a level.
fn order_book(columns: &[Column]) -> Option<String> {
    let having = |numbers: bool, wanted: &[&str]| -> Vec<&str> {
        let fits = |column: &&Column| {
            (column.column_type.is_number() || !numbers)
                && words(&column.name)
                    .iter()
                    .any(|word| wanted.contains(&word.as_str()))
        };
        columns
            .iter()
            .filter(fits)
            .map(|column| column.name.as_str())
            .collect()
    };
    let (bids, asks) = (
        having(true, &["bid", "bids"]),
        having(true, &["ask", "asks", "offer"]),
    );
    if let ([bid, ..], [ask, ..]) = (&bids[..], &asks[..]) {
        let rest = bids
            .iter()
            .chain(&asks)
            .filter(|name| ![bid, ask].contains(name));
        let names: Vec<&str> = [bid, ask]
            .into_iter()
            .chain(rest)
            .copied()
            .take(NAMED)
            .collect();
        return Some(format!("It has bids and asks: {}.", list(&names)));
    }
    let prices = having(true, &["price", "px"]);
    let sizes = having(
        true,
        &["size", "qty", "quantity", "amount", "volume", "vol"],
    );
    let places = having(false, &["side", "level", "depth"]);
    let names = [*prices.first()?, *sizes.first()?, *places.first()?];
    Some(format!(
        "It has prices and sizes of orders: {}.",
        list(&names)
    ))
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    quoted.join(", ")
}

/// The words of a name in lower case, without digits: `bid_price_1`, `AskSize2` and
/// `Flight Date` have two each.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for letter in name.chars() {
        if !letter.is_alphabetic() || (letter.is_uppercase() && after_lower) {
            words.push(String::new());
        }
        after_lower = letter.is_lowercase();
        if let Some(word) = words.last_mut()
            && letter.is_alphabetic()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Statistics;

    fn kind_of(columns: &[(&str, ColumnType, Option<Direction>)]) -> (DataKind, String) {
        let built: Vec<Column> = columns
            .iter()
            .map(|(name, column_type, _)| Column {
                name: (*name).into(),
                column_type: *column_type,
                missing: 0,
                distinct: None,
                statistics: Statistics::None {},
            })
            .collect();
        let directions: Vec<_> = columns.iter().map(|column| column.2).collect();
        kind(&built, &directions)
    }

    #[test]
    fn names_are_split_as_programmers_join_them() {
        assert_eq!(words("bid_price_1"), ["bid", "price"]);
        assert_eq!(words("AskSize2"), ["ask", "size"]);
        assert_eq!(words("Flight Date"), ["flight", "date"]);
        assert_eq!(words("ASK"), ["ask"]);
        assert_eq!(words("3"), [""; 0]);
    }

    #[test]
    fn each_kind_is_told_with_its_columns() {
        use ColumnType::{Datetime, Float, Integer, Text};
        let up = Some(Direction::Ascending);
        for (columns, expected, named) in [
            (
                &[
                    ("time", Datetime, up),
                    ("bid1", Float, None),
                    ("ask1", Float, None),
                ][..],
                DataKind::OrderBook,
                "“bid1”, “ask1”",
            ),
            (
                &[
                    ("price", Float, None),
                    ("qty", Integer, None),
                    ("side", Text, None),
                ],
                DataKind::OrderBook,
                "“price”, “qty”, “side”",
            ),
            (
                &[("when", Datetime, up), ("x", Float, None)],
                DataKind::TimeSeries,
                "“when” ascend",
            ),
            (
                &[("when", Datetime, Some(Direction::Descending))],
                DataKind::TimeSeries,
                "“when” descend",
            ),
            (
                &[("timestamp", Integer, up)],
                DataKind::TimeSeries,
                "“timestamp”",
            ),
            (
                &[("timestamp", Integer, None)],
                DataKind::Tabular,
                "no column",
            ),
            (
                &[("Flight Date", Datetime, None)],
                DataKind::Tabular,
                "“Flight Date” go back",
            ),
            (
                &[("price", Float, None), ("size", Float, None)],
                DataKind::Tabular,
                "no column",
            ),
            (
                &[("bid", Text, None), ("ask", Text, None)],
                DataKind::Tabular,
                "no column",
            ),
            (
                &[("task", Float, None), ("bidder", Float, None)],
                DataKind::Tabular,
                "no column",
            ),
        ] {
            let (kind, reason) = kind_of(columns);
            assert_eq!(kind, expected, "{columns:?}");
            assert!(reason.contains(named), "{reason}");
        }
    }
}
