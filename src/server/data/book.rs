//! Reads columns as sides and levels of an order book, and checks each row.

use csv::StringRecord;

use super::cell::Cell;
use super::kind::words;
use crate::data::{Check, ColumnType, OrderBook, Rule};

/// Levels of a side that are checked.
const LEVELS: usize = 100;
/// Rows that are named of those which break a rule.
const NAMED: usize = 5;

const SIZES: [&str; 8] = [
    "size", "sizes", "qty", "quantity", "amount", "volume", "vol", "lots",
];
/// Numbers that are neither price nor size.
const OTHERS: [&str; 7] = [
    "count",
    "orders",
    "num",
    "number",
    "id",
    "time",
    "timestamp",
];

/// Checks in the making.
#[derive(Debug)]
pub(super) struct Book {
    bids: Vec<usize>,
    asks: Vec<usize>,
    sizes: Vec<usize>,
    checks: Vec<Check>,
}

/// One column's part in the book.
struct Role {
    is_bid: bool,
    is_size: bool,
    level: u64,
}

impl Book {
    /// The book that columns of these names and types are; `None` where nothing can be checked.
    pub fn find(names: &[String], types: &[ColumnType]) -> Option<Self> {
        let mut sides = [Vec::new(), Vec::new()];
        let mut sizes = Vec::new();
        for (at, (name, column_type)) in names.iter().zip(types).enumerate() {
            if !column_type.is_number() {
                continue;
            }
            match role(name) {
                Some(role) if role.is_size => sizes.push((role.level, at)),
                Some(role) => sides[usize::from(!role.is_bid)].push((role.level, at)),
                None if has(name, &SIZES) => sizes.push((0, at)),
                None => {}
            }
        }
        let ordered = |mut columns: Vec<(u64, usize)>, most: usize| {
            columns.sort_unstable();
            columns.truncate(most);
            columns.into_iter().map(|(_, at)| at).collect::<Vec<_>>()
        };
        let [bids, asks] = sides.map(|side| ordered(side, LEVELS));
        let sizes = ordered(sizes, 2 * LEVELS);
        let rules = [
            (Rule::BidBelowAsk, !bids.is_empty() && !asks.is_empty()),
            (Rule::BidsFall, bids.len() > 1),
            (Rule::AsksRise, asks.len() > 1),
            (Rule::SizesNotNegative, !sizes.is_empty()),
        ];
        let checks: Vec<Check> = rules
            .into_iter()
            .filter(|(_, can)| *can)
            .map(|(rule, _)| Check {
                rule,
                rows: 0,
                broken: 0,
                first: Vec::new(),
            })
            .collect();
        (!checks.is_empty()).then_some(Self {
            bids,
            asks,
            sizes,
            checks,
        })
    }

    /// Checks the row of that number, from 1.
    pub fn add(&mut self, number: u64, row: &StringRecord, decimal_comma: bool) {
        let value = |at: &usize| Cell::read(row.get(*at)?, decimal_comma).number();
        let ordered = |columns: &[usize], fits: fn(f64, f64) -> bool| {
            // A level without a price is no level.
            let prices: Vec<f64> = columns.iter().filter_map(value).collect();
            (prices.len() > 1).then(|| prices.windows(2).all(|pair| fits(pair[0], pair[1])))
        };
        for check in &mut self.checks {
            let holds = match check.rule {
                Rule::BidBelowAsk => {
                    let best = self.bids.first().and_then(value);
                    best.zip(self.asks.first().and_then(value))
                        .map(|(bid, ask)| bid < ask)
                }
                Rule::BidsFall => ordered(&self.bids, |better, worse| better >= worse),
                Rule::AsksRise => ordered(&self.asks, |better, worse| better <= worse),
                Rule::SizesNotNegative => {
                    let sizes = self.sizes.iter().filter_map(value);
                    sizes.reduce(f64::min).map(|least| least >= 0.0)
                }
            };
            let Some(holds) = holds else { continue };
            check.rows += 1;
            if !holds {
                check.broken += 1;
                if check.first.len() < NAMED {
                    check.first.push(number);
                }
            }
        }
    }

    pub fn finish(self, names: &[String]) -> OrderBook {
        let named = |columns: Vec<usize>| columns.into_iter().map(|at| names[at].clone()).collect();
        OrderBook {
            bid_prices: named(self.bids),
            ask_prices: named(self.asks),
            sizes: named(self.sizes),
            checks: self.checks,
        }
    }
}

fn has(name: &str, wanted: &[&str]) -> bool {
    words(name)
        .iter()
        .any(|word| wanted.contains(&word.as_str()))
}

/// The part of a column whose name speaks of one side.
fn role(name: &str) -> Option<Role> {
    let is_bid = has(name, &["bid", "bids"]);
    let is_ask = has(name, &["ask", "asks", "offer", "offers"]);
    if is_bid == is_ask || has(name, &OTHERS) {
        return None;
    }
    let digits = |c: char| c.is_ascii_digit();
    let level = name
        .split(|c: char| !digits(c))
        .rfind(|part| !part.is_empty());
    Some(Role {
        is_bid,
        is_size: has(name, &SIZES),
        level: level.and_then(|level| level.parse().ok()).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(names: &[&str], rows: &[&[&str]]) -> Option<OrderBook> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let types = vec![ColumnType::Float; names.len()];
        let mut book = Book::find(&names, &types)?;
        for (at, row) in rows.iter().enumerate() {
            book.add(at as u64 + 1, &StringRecord::from(row.to_vec()), false);
        }
        Some(book.finish(&names))
    }

    #[test]
    fn levels_are_found_by_their_numbers_and_checked() {
        let names = [
            "time",
            "ask_price_2",
            "ask_price_1",
            "bid_price_1",
            "bid_price_2",
            "bid_size_1",
            "AskQty1",
            "bid_count_1",
        ];
        let good = ["1", "12", "11", "10", "9", "5", "0", "-1"];
        let crossed = ["1", "12", "10", "10", "9", "5", "0", "0"];
        let unsorted = ["1", "10.5", "11", "9", "9.5", "-5", "0", "0"];
        let empty = ["1", "", "", "", "", "", "", ""];
        let book = checked(&names, &[&good, &crossed, &unsorted, &empty]).unwrap();
        assert_eq!(book.ask_prices, ["ask_price_1", "ask_price_2"]);
        assert_eq!(book.bid_prices, ["bid_price_1", "bid_price_2"]);
        assert_eq!(book.sizes, ["bid_size_1", "AskQty1"]);
        let found: Vec<_> = book
            .checks
            .iter()
            .map(|check| (check.rule, check.rows, check.broken, check.first.clone()))
            .collect();
        assert_eq!(
            found,
            [
                (Rule::BidBelowAsk, 3, 1, vec![2]),
                (Rule::BidsFall, 3, 1, vec![3]),
                (Rule::AsksRise, 3, 1, vec![3]),
                (Rule::SizesNotNegative, 3, 1, vec![3]),
            ]
        );
    }

    #[test]
    fn orders_in_rows_have_sizes_to_check_only() {
        let book = checked(&["price", "qty", "side"], &[&["1", "-2", "1"]]).unwrap();
        assert_eq!(book.checks.len(), 1);
        assert_eq!(
            (book.checks[0].rule, book.checks[0].broken),
            (Rule::SizesNotNegative, 1)
        );
        assert_eq!(checked(&["x", "y"], &[]), None);
    }

    #[test]
    fn many_broken_rows_are_counted_and_few_are_named() {
        let rows = vec![&["2", "1"][..]; 50];
        let book = checked(&["bid", "ask"], &rows).unwrap();
        assert_eq!(
            (book.checks[0].broken, book.checks[0].first.len()),
            (50, NAMED)
        );
    }
}
