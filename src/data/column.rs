//! A column of a data source: its type and the statistics that suit the type.

use serde::{Deserialize, Serialize};

/// What a column holds. On the wire the statistics stand beside the name, not below it:
/// a number column has `min`, `max`, `mean`, `std` and `quantiles`, a text or boolean
/// column `most_frequent`, a datetime column `min` and `max` as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The header's cell, or `column N` (from 1) where that is blank.
    pub name: String,
    #[serde(rename = "type")]
    pub column_type: ColumnType,
    /// Cells without a value: blank ones, and where the column is not text also `NA`, `N/A`,
    /// `NaN`, `null` and `None`; in a number column infinities too.
    pub missing: u64,
    /// How many different values there are; absent where there are more than were counted.
    pub distinct: Option<u64>,
    #[serde(flatten)]
    pub statistics: Statistics,
}

/// What every cell of a column that has a value can be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Whole numbers written without point or exponent.
    Integer,
    /// Numbers.
    Float,
    /// `true` and `false`, or `yes` and `no`.
    Boolean,
    /// Dates, with or without a time of day, all in one format.
    Datetime,
    /// Anything else.
    Text,
    /// No cell has a value.
    Empty,
}

impl ColumnType {
    /// Whether the column holds numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Float)
    }
}

/// Statistics of the cells that have a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Statistics {
    Numeric {
        min: f64,
        max: f64,
        mean: f64,
        /// Population standard deviation.
        std: f64,
        quantiles: Quantiles,
    },
    Categorical {
        /// Up to five values with their counts, the most frequent first.
        most_frequent: Vec<(String, u64)>,
    },
    Time {
        /// The earliest, in ISO 8601: a date, or a date and time where any cell has a time.
        min: String,
        /// The latest.
        max: String,
    },
    /// There is no cell with a value.
    None {},
}

/// The values below which 5, 25, 50, 75 and 95 percent of a column lie, by linear
/// interpolation (type 7 of Hyndman and Fan, 1996); of a uniform sample in a long column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    pub p05: f64,
    pub p25: f64,
    pub p50: f64,
    pub p75: f64,
    pub p95: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(column_type: ColumnType, statistics: Statistics) -> Column {
        Column {
            name: "x".into(),
            column_type,
            missing: 2,
            distinct: None,
            statistics,
        }
    }

    #[test]
    fn statistics_stand_beside_the_name_and_come_back() -> Result<(), serde_json::Error> {
        let quantiles = Quantiles {
            p05: 1.0,
            p25: 1.5,
            p50: 2.0,
            p75: 2.5,
            p95: 3.0,
        };
        let numeric = Statistics::Numeric {
            min: 1.0,
            max: 3.0,
            mean: 2.0,
            std: 0.5,
            quantiles,
        };
        let categorical = Statistics::Categorical {
            most_frequent: vec![("rain".into(), 3)],
        };
        let time = Statistics::Time {
            min: "2012-01-01".into(),
            max: "2015-12-31".into(),
        };
        for (column_type, statistics, keys) in [
            (
                ColumnType::Float,
                numeric,
                &["min", "max", "mean", "std", "quantiles"][..],
            ),
            (ColumnType::Text, categorical, &["most_frequent"]),
            (ColumnType::Datetime, time, &["min", "max"]),
            (ColumnType::Empty, Statistics::None {}, &[]),
        ] {
            let column = column(column_type, statistics);
            let text = serde_json::to_string(&column)?;
            let object: serde_json::Map<_, _> = serde_json::from_str(&text)?;
            for key in keys {
                assert!(object.contains_key(*key), "{key} in {text}");
            }
            assert_eq!(object.len(), 4 + keys.len(), "{text}");
            assert_eq!(serde_json::from_str::<Column>(&text)?, column);
        }
        Ok(())
    }
}
