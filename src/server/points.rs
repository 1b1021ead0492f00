//! The points of runs' metrics, as the index keeps them.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::ServerError;
use super::journal::{RunKey, json, parse};
use crate::event::{Seq, Value};
use crate::run::{
    LOSSES, MetricSeries, MetricSource, Moment, Point, Series, SeriesSet, Which, decimate,
};

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

/// Metrics of one answer, as many as a run has, and all its points, of about 100 bytes each.
const METRICS_MOST: usize = 1000;
const ANSWER_MOST: usize = 1_000_000;

/// Keeps how metrics were first found.
pub fn explain(tx: &Connection, run: RunKey, sources: &[MetricSource]) -> Result<(), ServerError> {
    for source in sources {
        tx.prepare_cached("UPDATE metrics SET source = ?3 WHERE run = ?1 AND name = ?2")?
            .execute(params![run, source.metric, json(source)?])?;
    }
    Ok(())
}

/// How the metrics of a run were first found.
pub fn sources(index: &Connection, run: RunKey) -> Result<Vec<MetricSource>, ServerError> {
    let mut rows = index.prepare_cached(
        "SELECT source FROM metrics WHERE run = ?1 AND source IS NOT NULL ORDER BY name",
    )?;
    let texts: Result<Vec<String>, _> = rows.query_map([run], |row| row.get(0))?.collect();
    texts?.iter().map(|text| parse(text)).collect()
}

/// The key of a metric that has a point.
pub fn known_metric(
    index: &Connection,
    run: RunKey,
    name: &str,
) -> Result<Option<i64>, ServerError> {
    let found = index
        .prepare_cached("SELECT metric FROM metrics WHERE run = ?1 AND name = ?2")?
        .query_row(params![run, name], |row| row.get(0));
    Ok(found.optional()?)
}

/// The points that `window` describes, a series a metric.
pub fn within(
    index: &Connection,
    run: RunKey,
    window: &Window,
) -> Result<Vec<MetricSeries>, ServerError> {
    if let Some(bound) = [window.from, window.to]
        .into_iter()
        .flatten()
        .find(|bound| !bound.is_finite())
    {
        return Err(ServerError::Invalid(format!(
            "“from” and “to” take numbers of the axis, and {bound} is none; leave out the one that is not to bound."
        )));
    }
    let most = window
        .max_points
        .unwrap_or(POINTS_DEFAULT)
        .clamp(1, POINTS_MOST) as usize;
    let mut wanted: Vec<String> = match &window.metrics {
        Some(names) => names
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect(),
        None => metrics(index, run)?,
    };
    let mut met = HashSet::new();
    wanted.retain(|name| met.insert(name.clone()));
    if wanted.len() > METRICS_MOST {
        return Err(ServerError::Invalid(format!(
            "{} metrics are asked for; at most {METRICS_MOST} can be.",
            wanted.len()
        )));
    }
    let most = share(most, wanted.len());
    let mut series = Vec::new();
    for metric in wanted {
        let (total, points) = points(index, run, &metric, (window.from, window.to), most)?;
        series.push(MetricSeries {
            metric,
            total,
            points,
        });
    }
    Ok(series)
}

/// How many points each of `metrics` may have where `most` are wanted of each.
fn share(most: usize, metrics: usize) -> usize {
    most.min(ANSWER_MOST / metrics.max(1))
}

/// Names of the metrics that a run reported.
pub fn metrics(index: &Connection, run: RunKey) -> Result<Vec<String>, ServerError> {
    let mut rows = index.prepare_cached("SELECT name FROM metrics WHERE run = ?1 ORDER BY name")?;
    let names: Result<_, _> = rows.query_map([run], |row| row.get(0))?.collect();
    Ok(names?)
}

/// The value of a metric that stands for the run.
pub fn value(
    index: &Connection,
    run: RunKey,
    name: &str,
    which: Which,
) -> Result<Option<Value>, ServerError> {
    let Some(metric) = known_metric(index, run, name)? else {
        return Ok(None);
    };
    if which != Which::Last {
        // The columns are called as they are asked for.
        let sql = format!("SELECT {} FROM metrics WHERE metric = ?1", which.name());
        let found: Option<f64> = index
            .prepare_cached(&sql)?
            .query_row([metric], |row| row.get(0))?;
        return Ok(found.map(Value));
    }
    let found: Option<Option<f64>> = index
        .prepare_cached("SELECT value FROM points WHERE metric = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([metric], |row| row.get(0))
        .optional()?;
    Ok(found.map(|value| Value(value.unwrap_or(f64::NAN))))
}

/// All series of a run, each of at most `most` points.
pub fn overview(index: &Connection, run: RunKey, most: u64) -> Result<SeriesSet, ServerError> {
    let window = Window {
        max_points: Some(most),
        ..Window::default()
    };
    let series = within(index, run, &window)?.into_iter().map(|found| {
        let whole = found.total == found.points.len() as u64;
        let series = Series {
            thinned: if whole { 0 } else { found.points.len() },
            points: found.points,
            reported: found.total,
        };
        (found.metric, series)
    });
    Ok(SeriesSet(series.collect()))
}

/// Adds to `set` what a run reported after the event `after`, in the order of the reports; whether it went back on the
/// axis. However many points there are, few are in memory: they are thinned while they are read.
pub fn read_on(
    index: &Connection,
    run: RunKey,
    set: &mut SeriesSet,
    after: Seq,
) -> Result<bool, ServerError> {
    let (losses, others): (Vec<_>, Vec<_>) = metrics(index, run)?
        .into_iter()
        .partition(|name| LOSSES.contains(&name.as_str()));
    // Those are thinned together, and so they are read together.
    let groups = others.chunks(1).chain(losses.chunks(LOSSES.len()));
    let mut rows = index.prepare_cached(
        "SELECT metric, seq, x, value, epoch, step, time FROM points WHERE metric = ?1 AND seq > ?3
         UNION ALL
         SELECT metric, seq, x, value, epoch, step, time FROM points WHERE metric = ?2 AND seq > ?3
         ORDER BY seq",
    )?;
    let mut goes_back = false;
    for group in groups {
        let key = |at: usize| match group.get(at) {
            Some(name) => known_metric(index, run, name),
            None => Ok(None),
        };
        let (first, second) = (key(0)?, key(1)?);
        let mut rows = rows.query(params![first, second, after])?;
        while let Some(row) = rows.next()? {
            let of_first = Some(row.get(0)?) == first;
            let Some(name) = group.get(usize::from(!of_first)) else {
                continue;
            };
            let point = Point {
                x: row.get(2)?,
                value: Value(row.get::<_, Option<f64>>(3)?.unwrap_or(f64::NAN)),
                epoch: row.get(4)?,
                step: row.get(5)?,
                time: Some(Moment(row.get(6)?)),
            };
            goes_back |= set.points(name).last().is_some_and(|last| last.x > point.x);
            set.add(name, point);
        }
    }
    Ok(goes_back)
}

/// A row of the table, before its moment is made text.
#[derive(Clone)]
struct Stored {
    x: f64,
    value: f64,
    epoch: Option<u64>,
    step: Option<u64>,
    time: i64,
}

/// How many points of a metric lie between two places, and at most `most` of them. However many there are, few are in
/// memory: they are thinned while they are read.
fn points(
    index: &Connection,
    run: RunKey,
    name: &str,
    (from, to): (Option<f64>, Option<f64>),
    most: usize,
) -> Result<(u64, Vec<Point>), ServerError> {
    /// So many times finer than what is wanted is the picture that the last thinning works on.
    const FINER: usize = 4;
    let Some(metric) = known_metric(index, run, name)? else {
        return Ok((0, Vec::new()));
    };
    let thin =
        |points: &[Stored], most| decimate(points, most, |point| point.x, |point| point.value);
    let mut rows = index.prepare_cached(
        "SELECT x, value, epoch, step, time FROM points
         WHERE metric = ?1 AND x >= ?2 AND x <= ?3 ORDER BY seq",
    )?;
    let mut rows = rows.query(params![
        metric,
        from.unwrap_or(f64::MIN),
        to.unwrap_or(f64::MAX)
    ])?;
    let (mut total, mut kept) = (0, Vec::new());
    while let Some(row) = rows.next()? {
        total += 1;
        kept.push(Stored {
            x: row.get(0)?,
            value: row.get::<_, Option<f64>>(1)?.unwrap_or(f64::NAN),
            epoch: row.get(2)?,
            step: row.get(3)?,
            time: row.get(4)?,
        });
        if kept.len() >= 2 * FINER * most.max(POINTS_DEFAULT as usize) {
            kept = thin(&kept, FINER * most.max(POINTS_DEFAULT as usize));
        }
    }
    let points = thin(&kept, most).into_iter().map(|point| Point {
        x: point.x,
        value: Value(point.value),
        epoch: point.epoch,
        step: point.step,
        time: Some(Moment(point.time)),
    });
    Ok((total, points.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_of_all_metrics_together_are_bounded() {
        let most = POINTS_MOST as usize;
        for metrics in 0..=METRICS_MOST {
            let each = share(most, metrics);
            assert!(each * metrics <= ANSWER_MOST, "{each} of {metrics}");
            assert!(each > 0);
        }
        assert_eq!(share(most, 50), most, "so many have all that can be asked");
        assert_eq!(share(most, 51), 19_607);
        assert_eq!(share(7, METRICS_MOST), 7);
    }
}
