//! Answers questions about runs from the index, each as of one moment.

use std::sync::Arc;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::journal::{self, Journal};
use super::supervisor::known_run;
use super::{ServerError, time};
use crate::event::{Channel, RunId, Seq, Status, Value};
use crate::run::{
    LogPage, LogTail, Manifest, MetricSeries, Point, RunDetail, RunList, RunRow, RunState, RunView,
    Series, SeriesAnswer, SeriesSet, TrainingStatus, decimate,
};

/// Reads what runs said.
pub struct History {
    journal: Arc<Journal>,
}

/// Which runs a list wants.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Text in the name, the id, the trainer or the data source.
    pub query: Option<String>,
    /// One status or several, with commas between.
    pub status: Option<String>,
    pub sort: Option<String>,
    pub offset: Option<u64>,
    pub limit: Option<u64>,
}

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
/// Rows of a list that are sent where nothing else is asked for, and at most.
const ROWS_DEFAULT: u64 = 100;
const ROWS_MOST: u64 = 1000;
/// Log lines that are sent at most.
const LINES_MOST: u64 = 5000;

impl History {
    /// A reader of `journal`.
    pub fn new(journal: Arc<Journal>) -> Self {
        Self { journal }
    }

    /// Where a run stands: the one of that id, or else the latest.
    pub fn status(&self, run_id: Option<&str>) -> Result<TrainingStatus, ServerError> {
        let Some(id) = self.run_or_latest(run_id)? else {
            return Ok(TrainingStatus::default());
        };
        let state = self.journal.read(|index| journal::state(index, &id))?;
        Ok(TrainingStatus {
            elapsed_seconds: elapsed(&state),
            status: state.status,
            run_id: state.run_id,
            epoch: state.epoch,
            total_epochs: state.total_epochs,
            progress_percent: state.progress_percent,
            generator_loss: state.generator_loss,
            discriminator_loss: state.discriminator_loss,
            real_scores: state.real_scores,
            fake_scores: state.fake_scores,
            started_at: state.started_at,
            message: state.message,
        })
    }

    /// The state of a run (of none where there is none yet), and the event that it is as of.
    pub fn present(&self, run_id: Option<&RunId>) -> Result<(Seq, RunState), ServerError> {
        let asked = self.run_or_latest(run_id.map(RunId::as_str))?;
        self.journal.read(|index| {
            let state = asked
                .as_ref()
                .map(|id| journal::state(index, id))
                .transpose()?;
            Ok((journal::latest(index)?, state.unwrap_or_default()))
        })
    }

    /// All that the page shows of a run, as of one event.
    pub fn view(&self, run_id: Option<&str>) -> Result<RunView, ServerError> {
        let asked = self.run_or_latest(run_id)?;
        self.journal.read(|index| {
            let as_of = journal::latest(index)?;
            let Some(id) = &asked else {
                return Ok(RunView {
                    as_of,
                    ..RunView::default()
                });
            };
            Ok(RunView {
                as_of,
                state: journal::state(index, id)?,
                manifest: Some(manifest(index, id)?),
                series: series_set(index, id)?,
                log: LogTail(journal::log_tail(index, id, LogTail::KEPT)?.into()),
            })
        })
    }

    /// A page of the history.
    pub fn runs(&self, wanted: &Wanted) -> Result<RunList, ServerError> {
        let (filter, values) = wanted.filter()?;
        let order = wanted.order()?;
        let limit = wanted.limit.unwrap_or(ROWS_DEFAULT).min(ROWS_MOST);
        let offset = wanted.offset.unwrap_or(0).min(i64::MAX as u64);
        self.journal.read(|index| {
            let total = index.query_row(
                &format!("SELECT COUNT(*) FROM runs WHERE {filter}"),
                params_from_iter(&values),
                |row| row.get(0),
            )?;
            let mut rows = index.prepare(&format!(
                "SELECT manifest, state FROM runs WHERE {filter} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
            ))?;
            let rows: Result<Vec<(String, String)>, _> = rows
                .query_map(params_from_iter(&values), |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect();
            let runs: Result<_, _> = rows?
                .iter()
                .map(|(manifest, state)| Ok(row(parse(manifest)?, parse(state)?)))
                .collect();
            runs.map(|runs| RunList { total, runs })
        })
    }

    /// One run with all that is known of it.
    pub fn run(&self, run_id: &str) -> Result<RunDetail, ServerError> {
        let id = known_run(&self.journal, run_id)?;
        self.journal.read(|index| {
            let state = journal::state(index, &id)?;
            let ended: Option<String> = index.query_row(
                "SELECT ended FROM runs WHERE run_id = ?1",
                [id.as_str()],
                |row| row.get(0),
            )?;
            Ok(RunDetail {
                status: state.status,
                manifest: manifest(index, &id)?,
                metrics: metrics(index, &id)?,
                ended: ended.as_deref().map(parse).transpose()?,
                state,
                run_id: id.clone(),
            })
        })
    }

    /// Points of a run's metrics.
    pub fn series(&self, run_id: &str, window: &Window) -> Result<SeriesAnswer, ServerError> {
        let id = known_run(&self.journal, run_id)?;
        let most = window
            .max_points
            .unwrap_or(POINTS_DEFAULT)
            .clamp(1, POINTS_MOST) as usize;
        self.journal.read(|index| {
            let wanted = match &window.metrics {
                Some(names) => names
                    .split(',')
                    .map(|name| name.trim().to_owned())
                    .collect(),
                None => metrics(index, &id)?,
            };
            let mut series = Vec::new();
            for metric in wanted {
                let points = points(index, &id, &metric, window.from, window.to)?;
                series.push(MetricSeries {
                    metric,
                    total: points.len() as u64,
                    points: decimate(&points, most, |point| point.x, |point| point.value.0),
                });
            }
            Ok(SeriesAnswer {
                as_of: journal::latest(index)?,
                run_id: id.clone(),
                series,
            })
        })
    }

    /// Log lines of a run after line number `after`.
    pub fn log(
        &self,
        run_id: &str,
        after: Option<u64>,
        limit: Option<u64>,
    ) -> Result<LogPage, ServerError> {
        let id = known_run(&self.journal, run_id)?;
        // Each line is one event of its channel, so its number is its place among them.
        let after = after.unwrap_or(0).min(i64::MAX as u64);
        let limit = limit.unwrap_or(1000).min(LINES_MOST);
        self.journal.read(|index| {
            let mut rows = index.prepare_cached(
                "SELECT payload FROM events WHERE run_id = ?1 AND channel = ?2
                 ORDER BY seq LIMIT ?3 OFFSET ?4",
            )?;
            let payloads: Result<Vec<String>, _> = rows
                .query_map(
                    params![id.as_str(), Channel::Logs as usize, limit, after],
                    |row| row.get(0),
                )?
                .collect();
            Ok(LogPage {
                total: journal::state(index, &id)?.lines,
                lines: payloads?
                    .iter()
                    .filter_map(|text| journal::log_entry(text))
                    .collect(),
                run_id: id.clone(),
            })
        })
    }

    fn run_or_latest(&self, asked: Option<&str>) -> Result<Option<RunId>, ServerError> {
        if let Some(text) = asked {
            return known_run(&self.journal, text).map(Some);
        }
        self.journal.read(|index| {
            let latest: Option<String> = index
                .query_row(
                    "SELECT run_id FROM runs ORDER BY run_id DESC LIMIT 1",
                    [],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(latest.and_then(|id| RunId::parse(&id)))
        })
    }
}

impl Wanted {
    /// The condition of the list, and the values of its places.
    fn filter(&self) -> Result<(String, Vec<Sql>), ServerError> {
        let mut conditions = vec!["1".to_owned()];
        let mut values = Vec::new();
        if let Some(names) = self.status.as_deref().filter(|names| !names.is_empty()) {
            for name in names.split(',') {
                Status::named(name).ok_or_else(|| {
                    ServerError::Invalid(format!(
                        "“{}” is no status of a run.",
                        name.escape_debug()
                    ))
                })?;
                values.push(Sql::Text(name.to_owned()));
            }
            conditions.push(format!(
                "status IN ({})",
                vec!["?"; values.len()].join(", ")
            ));
        }
        if let Some(query) = self
            .query
            .as_deref()
            .map(str::trim)
            .filter(|query| !query.is_empty())
        {
            let searched = [
                "name",
                "run_id",
                "json_extract(manifest, '$.trainer')",
                "COALESCE(json_extract(manifest, '$.data.name'), '')",
            ];
            let parts = searched.map(|column| format!("instr(lower({column}), lower(?)) > 0"));
            conditions.push(format!("({})", parts.join(" OR ")));
            values.extend(searched.map(|_| Sql::Text(query.to_owned())));
        }
        Ok((conditions.join(" AND "), values))
    }

    /// The order of the list; only words of our own enter the statement.
    fn order(&self) -> Result<String, ServerError> {
        let asked = self.sort.as_deref().unwrap_or("-started_at");
        let (name, direction) = match asked.strip_prefix('-') {
            Some(name) => (name, "DESC"),
            None => (asked, "ASC"),
        };
        let column = match name {
            "started_at" => "run_id",
            "name" => "name COLLATE NOCASE",
            "status" => "status",
            _ => {
                return Err(ServerError::Invalid(
                    "“sort” takes started_at, name or status, with - before it to turn the order around.".into(),
                ));
            }
        };
        Ok(format!("{column} {direction}, run_id DESC"))
    }
}

fn elapsed(state: &RunState) -> Option<f64> {
    time::seconds_between(state.started_at.as_deref()?, state.ended_at.as_deref())
}

fn row(manifest: Manifest, state: RunState) -> RunRow {
    RunRow {
        elapsed_seconds: elapsed(&state),
        run_id: manifest.id,
        name: manifest.name,
        status: state.status,
        trainer: manifest.trainer,
        data_source: manifest.data.map(|data| data.name),
        epoch: state.epoch,
        total_epochs: state.total_epochs,
        generator_loss: state.generator_loss,
        discriminator_loss: state.discriminator_loss,
        started_at: manifest.started_at,
        ended_at: state.ended_at,
        tags: manifest.tags,
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ServerError> {
    serde_json::from_str(text).map_err(|error| ServerError::Invalid(error.to_string()))
}

fn manifest(index: &Connection, id: &RunId) -> Result<Manifest, ServerError> {
    let text: String = index
        .prepare_cached("SELECT manifest FROM runs WHERE run_id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))?;
    parse(&text)
}

fn metrics(index: &Connection, id: &RunId) -> Result<Vec<String>, ServerError> {
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

fn series_set(index: &Connection, id: &RunId) -> Result<SeriesSet, ServerError> {
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
