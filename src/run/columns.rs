//! Series on their way to the page: number by number, since the names of the fields of thousands of points
//! would be most of what is sent and read.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Moment, Point, Series, SeriesSet};
use crate::event::Value;

/// Writes series by columns.
pub fn serialize<S: Serializer>(set: &SeriesSet, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(
        set.0
            .iter()
            .map(|(name, series)| (name, Columns::from(series))),
    )
}

/// Reads what [`serialize`] has written.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SeriesSet, D::Error> {
    let columns = BTreeMap::<String, Columns>::deserialize(deserializer)?;
    let series = columns
        .into_iter()
        .map(|(name, columns)| (name, columns.into()));
    Ok(SeriesSet(series.collect()))
}

/// The points of a [`Series`], column by column.
#[derive(Serialize, Deserialize)]
struct Columns {
    x: Vec<f64>,
    value: Vec<Value>,
    epoch: Counts,
    step: Counts,
    /// Microseconds since the moment before, the first since 1970.
    time: Vec<Option<i64>>,
    reported: u64,
    thinned: usize,
}

/// The epochs, or the steps, of points.
#[derive(Serialize, Deserialize)]
enum Counts {
    /// None has one.
    Absent,
    /// They are the places on the axis.
    Places,
    Each(Vec<Option<u64>>),
}

impl Counts {
    fn of(points: &[Point], count: impl Fn(&Point) -> Option<u64>) -> Self {
        let is_place = |point: &Point| count(point).is_some_and(|it| it as f64 == point.x);
        if points.iter().all(|point| count(point).is_none()) {
            Self::Absent
        } else if points.iter().all(is_place) {
            Self::Places
        } else {
            Self::Each(points.iter().map(count).collect())
        }
    }

    fn at(&self, index: usize, x: f64) -> Option<u64> {
        match self {
            Self::Absent => None,
            // It was one: what is one as a number is the same again.
            Self::Places => Some(x as u64),
            Self::Each(counts) => counts.get(index).copied().flatten(),
        }
    }
}

impl From<&Series> for Columns {
    fn from(series: &Series) -> Self {
        let points = &series.points;
        let mut before = 0;
        let since = |point: &Point| {
            let Moment(now) = point.time?;
            let since = now.wrapping_sub(before);
            before = now;
            Some(since)
        };
        Self {
            x: points.iter().map(|point| point.x).collect(),
            value: points.iter().map(|point| point.value).collect(),
            epoch: Counts::of(points, |point| point.epoch),
            step: Counts::of(points, |point| point.step),
            time: points.iter().map(since).collect(),
            reported: series.reported,
            thinned: series.thinned,
        }
    }
}

impl From<Columns> for Series {
    fn from(columns: Columns) -> Self {
        let mut before = 0i64;
        let rows = columns.x.iter().zip(&columns.value).zip(&columns.time);
        let point = |(index, ((x, value), since)): (usize, ((&f64, &Value), &Option<i64>))| {
            let time = since.map(|since| {
                before = before.wrapping_add(since);
                Moment(before)
            });
            Point {
                x: *x,
                value: *value,
                epoch: columns.epoch.at(index, *x),
                step: columns.step.at(index, *x),
                time,
            }
        };
        Self {
            points: rows.enumerate().map(point).collect(),
            reported: columns.reported,
            thinned: columns.thinned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point() -> impl Strategy<Value = Point> {
        let count = || prop::option::of(0u64..1000);
        let value = prop_oneof![4 => -1e9..1e9f64, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)];
        let time = prop::option::of((-1i64 << 60..1 << 60).prop_map(Moment));
        (0.0..1e6f64, value, count(), count(), time).prop_map(|(x, value, epoch, step, time)| {
            Point {
                x,
                value: Value(value),
                epoch,
                step,
                time,
            }
        })
    }

    fn written(series: &Series) -> String {
        let set = SeriesSet([("loss".to_owned(), series.clone())].into());
        let mut text = Vec::new();
        serialize(&set, &mut serde_json::Serializer::new(&mut text)).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn back(series: &Series) -> Series {
        let text = written(series);
        let mut reader = serde_json::Deserializer::from_str(&text);
        deserialize(&mut reader).unwrap().0["loss"].clone()
    }

    proptest! {
        #[test]
        fn a_series_arrives_as_it_was(
            points in prop::collection::vec(point(), 0..20),
            reported in 0u64..1000,
            thinned in 0usize..20,
            is_place in any::<bool>(),
        ) {
            let mut series = Series { points, reported, thinned };
            if is_place {
                for point in &mut series.points {
                    point.epoch = Some(point.x as u64);
                    point.x = point.x.trunc();
                }
            }
            prop_assert_eq!(back(&series), series);
        }
    }

    #[test]
    fn a_point_takes_few_letters() {
        let point = |epoch: u64| Point {
            x: epoch as f64,
            value: Value(0.8125),
            epoch: Some(epoch),
            step: None,
            time: Some(Moment(1_756_059_273_734_935 + 100_000 * epoch as i64)),
        };
        let series = Series {
            points: (1000..2000).map(point).collect(),
            reported: 1000,
            thinned: 0,
        };
        let length = written(&series).len();
        assert!(length < 25 * 1000, "{length}");
    }
}
