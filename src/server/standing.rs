//! How runs stand at present, and which are active: as the index tells, but for what it does not know yet.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use super::ServerError;
use super::journal::{self, Journal};
use super::present::Over;
use super::terminal::TERMINAL;
use crate::event::RunId;
use crate::run::RunState;

impl Journal {
    /// The state of a run.
    pub fn state(&self, index: &Connection, run_id: &RunId) -> Result<RunState, ServerError> {
        Ok(self.at_present(journal::state(index, run_id)?))
    }

    /// The state of a run that the index gives, as it is at present.
    pub fn at_present(&self, state: RunState) -> RunState {
        self.present().of(state)
    }

    /// How a run ended that is not read to its end yet.
    pub fn over(&self, run_id: &RunId) -> Option<Over> {
        self.present().over(run_id).cloned()
    }

    /// What stands for the column `status` of the runs in a statement.
    pub fn status_column(&self) -> String {
        let present = self.present();
        let over = present.statuses();
        let cases = over.map(|(run, status)| format!(" WHEN '{run}' THEN '{}'", status.name()));
        let cases: String = cases.collect();
        match cases.is_empty() {
            true => "status".into(),
            false => format!("(CASE run_id{cases} ELSE status END)"),
        }
    }

    /// The runs that are active: those whose trainers may still be alive.
    pub fn active(&self, index: &Connection) -> Result<BTreeSet<RunId>, ServerError> {
        self.active_but(index, "")
    }

    /// The active runs that the dashboard started.
    pub fn started_here(&self, index: &Connection) -> Result<BTreeSet<RunId>, ServerError> {
        self.active_but(index, TERMINAL)
    }

    fn active_but(
        &self,
        index: &Connection,
        trainer: &str,
    ) -> Result<BTreeSet<RunId>, ServerError> {
        let mut rows = index.prepare_cached(
            "SELECT run_id FROM runs WHERE shown AND status IN ('running', 'stopping') AND trainer <> ?1",
        )?;
        let ids: Result<Vec<String>, _> = rows.query_map([trainer], |row| row.get(0))?.collect();
        let present = self.present();
        let ids = ids?.into_iter().filter_map(|id| RunId::parse(&id));
        Ok(ids.filter(|id| present.over(id).is_none()).collect())
    }

    /// The run that is meant where none is named: the newest that is active, or else the newest.
    pub fn foremost(&self, index: &Connection) -> Result<Option<RunId>, ServerError> {
        if let Some(newest) = self.active(index)?.pop_last() {
            return Ok(Some(newest));
        }
        let newest: Option<String> = index
            .prepare_cached("SELECT MAX(run_id) FROM runs WHERE shown")?
            .query_row([], |row| row.get(0))
            .optional()?
            .flatten();
        Ok(newest.and_then(|id| RunId::parse(&id)))
    }
}
