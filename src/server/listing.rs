//! The history as a list: which runs are wanted, in which order, a page at a time.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row, params_from_iter};

use super::journal::{Journal, RunKey, parse};
use super::{ServerError, points, time};
use crate::event::{RunId, Status};
use crate::run::{COLUMNS_MOST, LOSSES, Manifest, RunList, RunRow, RunState, Which};

/// Which runs a list wants.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Text in the name, the id, the trainer, the data source, a tag or the notes.
    pub query: Option<String>,
    /// One status or several, with commas between.
    pub status: Option<String>,
    pub sort: Option<String>,
    /// Metrics that come with each run, with commas between.
    pub metrics: Option<String>,
    pub offset: Option<u64>,
    pub limit: Option<u64>,
}

/// Rows of a list that are sent where nothing else is asked for, and at most.
const ROWS_DEFAULT: u64 = 100;
const ROWS_MOST: u64 = 1000;
/// Metrics that can come with a run, and names that are offered.
const OFFERED_MOST: usize = 200;
/// What comes before the name of a metric that runs are sorted by.
const METRIC: &str = "metric:";

/// The page of the history that `wanted` describes.
///
/// # Errors
/// `Invalid` for an unknown status or order, and for too many metrics.
pub fn list(
    journal: &Journal,
    index: &Connection,
    wanted: &Wanted,
) -> Result<RunList, ServerError> {
    let status = journal.status_column();
    let (filter, values) = wanted.filter(&status)?;
    let (order, sorted_by) = wanted.order(&status)?;
    let metrics = wanted.metrics()?;
    let limit = wanted.limit.unwrap_or(ROWS_DEFAULT).min(ROWS_MOST);
    let offset = wanted.offset.unwrap_or(0).min(i64::MAX as u64);
    let total = index.query_row(
        &format!("SELECT COUNT(*) FROM runs WHERE {filter}"),
        params_from_iter(&values),
        |row| row.get(0),
    )?;
    let mut rows = index.prepare(&format!(
        "SELECT {COLUMNS} FROM runs WHERE {filter} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
    ))?;
    let mut rows = rows.query(params_from_iter(values.iter().chain(&sorted_by)))?;
    let mut runs = Vec::new();
    let mut offered = BTreeSet::new();
    while let Some(found) = rows.next()? {
        let mut row = row(journal, found)?;
        let run: RunKey = found.get("run")?;
        for name in &metrics {
            let (metric, which) = Which::of(name);
            if let Some(value) = points::value(index, run, metric, which)? {
                row.metrics.insert(name.clone(), value);
            }
        }
        if offered.len() < OFFERED_MOST {
            let mut names = points::metrics(index, run)?;
            names.retain(|name| !LOSSES.contains(&name.as_str()));
            offered.extend(names.into_iter().take(OFFERED_MOST - offered.len()));
        }
        runs.push(row);
    }
    Ok(RunList {
        total,
        runs,
        metrics: offered,
        reading: None,
    })
}

/// The row of one run that is in the index.
pub fn one(journal: &Journal, index: &Connection, id: &RunId) -> Result<RunRow, ServerError> {
    let mut rows =
        index.prepare_cached(&format!("SELECT {COLUMNS} FROM runs WHERE run_id = ?1"))?;
    let mut rows = rows.query([id.as_str()])?;
    match rows.next()? {
        Some(found) => row(journal, found),
        None => Err(ServerError::no_run(id.as_str())),
    }
}

/// What [`row`] reads.
const COLUMNS: &str = "manifest, state, damage, run";

impl Wanted {
    /// The condition of the list, and the values of its places. `status` stands for the column.
    fn filter(&self, status: &str) -> Result<(String, Vec<Sql>), ServerError> {
        let mut conditions = vec!["shown".to_owned()];
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
                "{status} IN ({})",
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
                "trainer",
                "COALESCE(data_source, '')",
                "tags",
                "notes",
            ];
            let parts = searched.map(|column| format!("instr(lower({column}), lower(?)) > 0"));
            conditions.push(format!("({})", parts.join(" OR ")));
            values.extend(searched.map(|_| Sql::Text(query.to_owned())));
        }
        Ok((conditions.join(" AND "), values))
    }

    /// The metrics that come with each run.
    fn metrics(&self) -> Result<BTreeSet<String>, ServerError> {
        let names = self.metrics.as_deref().unwrap_or_default().split(',');
        let names: BTreeSet<String> = names
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        if names.len() > COLUMNS_MOST {
            return Err(ServerError::Invalid(format!(
                "{} metrics are asked for; at most {COLUMNS_MOST} can come with the runs.",
                names.len()
            )));
        }
        Ok(names)
    }

    /// The order of the list, into which only words of our own enter, and the value of its place where it has one.
    fn order(&self, status: &str) -> Result<(String, Option<Sql>), ServerError> {
        let asked = self
            .sort
            .as_deref()
            .filter(|sort| !sort.is_empty())
            .unwrap_or("-started_at");
        let (name, direction) = match asked.strip_prefix('-') {
            Some(name) => (name, "DESC"),
            None => (asked, "ASC"),
        };
        let column = name.strip_prefix(METRIC).map(Which::of);
        let (metric, which) = column.unzip();
        let which = which.unwrap_or_default();
        let column = match name {
            _ if metric.is_some() => match which {
                Which::Last => {
                    "(SELECT value FROM points WHERE metric =
                        (SELECT metric FROM metrics WHERE metrics.run = runs.run AND metrics.name = ?)
                      ORDER BY seq DESC LIMIT 1)"
                }
                extreme => &format!(
                    "(SELECT {} FROM metrics WHERE metrics.run = runs.run AND metrics.name = ?)",
                    extreme.name()
                ),
            },
            "started_at" => "run_id",
            "name" | "trainer" | "data_source" => &format!("{name} COLLATE NOCASE"),
            "status" => status,
            "epoch" | "generator_loss" | "discriminator_loss" => name,
            "elapsed_seconds" => {
                "unixepoch(COALESCE(ended_at, 'now'), 'subsec') - unixepoch(started_at, 'subsec')"
            }
            _ => {
                return Err(ServerError::Invalid(
                    "“sort” takes started_at, name, status, trainer, data_source, epoch, \
                     generator_loss, discriminator_loss, elapsed_seconds or metric:NAME, with :lowest or :highest behind it, and - before it \
                     to turn the order around."
                        .into(),
                ));
            }
        };
        // What has no value comes last, however the others are turned.
        let order = format!("{column} {direction} NULLS LAST, run_id DESC");
        Ok((order, metric.map(|name| Sql::Text(name.to_owned()))))
    }
}

fn row(journal: &Journal, found: &Row<'_>) -> Result<RunRow, ServerError> {
    let (manifest, state): (String, String) = (found.get(0)?, found.get(1)?);
    let (manifest, state): (Manifest, RunState) = (parse(&manifest)?, parse(&state)?);
    let state = journal.at_present(state);
    Ok(RunRow {
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
        notes: manifest.notes,
        damage: found.get(2)?,
        metrics: BTreeMap::new(),
    })
}

/// How long a run took, or has taken so far, in seconds.
pub fn elapsed(state: &RunState) -> Option<f64> {
    time::seconds_between(state.started_at.as_deref()?, state.ended_at.as_deref())
}
