//! The history as a list: which runs are wanted, in which order, a page at a time.

use std::collections::BTreeSet;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row, params_from_iter};

use super::journal::parse;
use super::terminal::TERMINAL;
use super::{ServerError, time};
use crate::event::{RunId, Status};
use crate::run::{Manifest, RunList, RunRow, RunState};

/// Which runs a list wants.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Text in the name, the id, the trainer, the data source, a tag or the notes.
    pub query: Option<String>,
    /// One status or several, with commas between.
    pub status: Option<String>,
    pub sort: Option<String>,
    pub offset: Option<u64>,
    pub limit: Option<u64>,
}

/// Rows of a list that are sent where nothing else is asked for, and at most.
const ROWS_DEFAULT: u64 = 100;
const ROWS_MOST: u64 = 1000;

/// The page of the history that `wanted` describes.
///
/// # Errors
/// `Invalid` for an unknown status or order.
pub fn list(index: &Connection, wanted: &Wanted) -> Result<RunList, ServerError> {
    let (filter, values) = wanted.filter()?;
    let order = wanted.order()?;
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
    let mut rows = rows.query(params_from_iter(&values))?;
    let mut runs = Vec::new();
    while let Some(found) = rows.next()? {
        runs.push(row(found)?);
    }
    Ok(RunList {
        total,
        runs,
        reading: None,
    })
}

/// The row of one run that is in the index.
pub fn one(index: &Connection, id: &RunId) -> Result<RunRow, ServerError> {
    let mut rows =
        index.prepare_cached(&format!("SELECT {COLUMNS} FROM runs WHERE run_id = ?1"))?;
    let mut rows = rows.query([id.as_str()])?;
    match rows.next()? {
        Some(found) => row(found),
        None => Err(ServerError::no_run(id.as_str())),
    }
}

/// The runs that are active.
pub fn active(index: &Connection) -> Result<BTreeSet<RunId>, ServerError> {
    let mut rows = index.prepare_cached(
        "SELECT run_id FROM runs WHERE shown AND status IN ('running', 'stopping')",
    )?;
    let ids: Result<Vec<String>, _> = rows.query_map([], |row| row.get(0))?.collect();
    Ok(ids?.iter().filter_map(|id| RunId::parse(id)).collect())
}

/// Ids of the active runs that the dashboard started.
pub fn started_here(index: &Connection) -> Result<Vec<String>, ServerError> {
    let mut rows = index.prepare_cached(
        "SELECT run_id FROM runs
         WHERE shown AND status IN ('running', 'stopping') AND trainer <> ?1 ORDER BY run_id",
    )?;
    let ids: Result<_, _> = rows.query_map([TERMINAL], |row| row.get(0))?.collect();
    Ok(ids?)
}

/// What [`row`] reads.
const COLUMNS: &str = "manifest, state, damage";

impl Wanted {
    /// The condition of the list, and the values of its places.
    fn filter(&self) -> Result<(String, Vec<Sql>), ServerError> {
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

    /// The order of the list; only words of our own enter the statement.
    fn order(&self) -> Result<String, ServerError> {
        let asked = self.sort.as_deref().unwrap_or("-started_at");
        let (name, direction) = match asked.strip_prefix('-') {
            Some(name) => (name, "DESC"),
            None => (asked, "ASC"),
        };
        let column = match name {
            "started_at" => "run_id",
            "name" | "trainer" | "data_source" => &format!("{name} COLLATE NOCASE"),
            "status" | "epoch" | "generator_loss" | "discriminator_loss" => name,
            "elapsed_seconds" => {
                "unixepoch(COALESCE(ended_at, 'now'), 'subsec') - unixepoch(started_at, 'subsec')"
            }
            _ => {
                return Err(ServerError::Invalid(
                    "“sort” takes started_at, name, status, trainer, data_source, epoch, \
                     generator_loss, discriminator_loss or elapsed_seconds, with - before it to \
                     turn the order around."
                        .into(),
                ));
            }
        };
        // What has no value comes last, however the others are turned.
        Ok(format!("{column} {direction} NULLS LAST, run_id DESC"))
    }
}

fn row(found: &Row<'_>) -> Result<RunRow, ServerError> {
    let (manifest, state): (String, String) = (found.get(0)?, found.get(1)?);
    let (manifest, state): (Manifest, RunState) = (parse(&manifest)?, parse(&state)?);
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
    })
}

/// How long a run took, or has taken so far, in seconds.
pub fn elapsed(state: &RunState) -> Option<f64> {
    time::seconds_between(state.started_at.as_deref()?, state.ended_at.as_deref())
}
