//! The points of a run's metrics, as the index keeps them.

use rusqlite::{Connection, params};

use super::ServerError;
use crate::event::{RunId, Value};
use crate::run::{MetricSeries, Point, Series, SeriesSet, decimate};

/// Which points of a run are wanted.
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// With commas between; all of them where absent.
    pub metrics: Option<String>,
    pub from: Option<f64>,
    pub to: Option<f64>,
    pub max_points: Option<u64>,
}

/// Points a metric that are sent where nothing else is asked for, and at most.
const POINTS_DEFAULT: u64 = 2000;
const POINTS_MOST: u64 = 20_000;

/// The points that `window` describes, a series a metric.
pub fn within(
    index: &Connection,
    id: &RunId,
    window: &Window,
) -> Result<Vec<MetricSeries>, ServerError> {
    let most = window
        .max_points
        .unwrap_or(POINTS_DEFAULT)
        .clamp(1, POINTS_MOST) as usize;
    let wanted = match &window.metrics {
        Some(names) => names
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect(),
        None => metrics(index, id)?,
    };
    let mut series = Vec::new();
    for metric in wanted {
        let points = points(index, id, &metric, window.from, window.to)?;
        series.push(MetricSeries {
            metric,
            total: points.len() as u64,
            points: decimate(&points, most, |point| point.x, |point| point.value.0),
        });
    }
    Ok(series)
}

/// Names of the metrics that a run reported.
pub fn metrics(index: &Connection, id: &RunId) -> Result<Vec<String>, ServerError> {
    let mut rows = index
        .prepare_cached("SELECT DISTINCT metric FROM points WHERE run_id = ?1 ORDER BY metric")?;
    let names: Result<_, _> = rows.query_map([id.as_str()], |row| row.get(0))?.collect();
    Ok(names?)
}

fn points(
    index: &Connection,
    id: &RunId,
    metric: &str,
    from: Option<f64>,
    to: Option<f64>,
) -> Result<Vec<Point>, ServerError> {
    let mut rows = index.prepare_cached(
        "SELECT x, value, epoch, step, time FROM points
         WHERE run_id = ?1 AND metric = ?2 AND x >= ?3 AND x <= ?4 ORDER BY seq",
    )?;
    let rows = rows.query_map(
        params![
            id.as_str(),
            metric,
            from.unwrap_or(f64::MIN),
            to.unwrap_or(f64::MAX)
        ],
        |row| {
            Ok(Point {
                x: row.get(0)?,
                value: Value(row.get::<_, Option<f64>>(1)?.unwrap_or(f64::NAN)),
                epoch: row.get(2)?,
                step: row.get(3)?,
                time: row.get(4)?,
            })
        },
    )?;
    rows.collect::<Result<_, _>>().map_err(Into::into)
}

/// All series of a run, as the page begins with them.
pub fn series_set(index: &Connection, id: &RunId) -> Result<SeriesSet, ServerError> {
    let mut set = SeriesSet::default();
    for metric in metrics(index, id)? {
        let points = points(index, id, &metric, None, None)?;
        let series = Series {
            reported: points.len() as u64,
            points: decimate(
                &points,
                SeriesSet::KEPT,
                |point| point.x,
                |point| point.value.0,
            ),
        };
        set.0.insert(metric, series);
    }
    Ok(set)
}
