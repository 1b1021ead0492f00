//! Starts runs: checks what is asked for, makes the folder, and hands it to a recorder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value as Json;

use super::command_line::Filling;
use super::data::{self, Catalog, Fingerprint};
use super::origin::{Luggage, Origin};
use super::trainers::Trainer;
use super::{
    Config, Journal, Limits, ServerError, Supervisor, Trainers, folder, host, recording, time,
};
use crate::data::{DataSource, SourceId};
use crate::event::{RunId, Status};
use crate::recorder::has_ended;
use crate::run::{DataFingerprint, EPOCHS_DEFAULT, Manifest, Started};

/// What a call to start asks for.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// Id of the data source.
    pub data_source: String,
    pub trainer: Option<String>,
    pub epochs: Option<i64>,
    pub name: Option<String>,
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Id of the run to go on from.
    pub resume: Option<String>,
}

/// An order that was found to be one that can be carried out.
struct Plan<'a> {
    source: DataSource,
    /// Where its file is, without links.
    data: PathBuf,
    print: Fingerprint,
    trainer: &'a Trainer,
    epochs: u64,
    /// As the command line takes them.
    parameters: BTreeMap<String, String>,
    /// As asked for.
    asked: BTreeMap<String, Json>,
    /// What it takes along of the run that it goes on from.
    luggage: Option<Luggage>,
}

/// Starts runs, of which the supervisor takes care then.
pub struct Starter {
    runs: PathBuf,
    home: PathBuf,
    limits: Limits,
    catalog: Arc<Catalog>,
    trainers: Arc<Trainers>,
    journal: Arc<Journal>,
    supervisor: Arc<Supervisor>,
}

impl Starter {
    /// A starter of runs in the folder of `config`, by `trainers` on the data of `catalog`.
    pub fn new(
        config: &Config,
        catalog: Arc<Catalog>,
        trainers: Arc<Trainers>,
        journal: Arc<Journal>,
        supervisor: Arc<Supervisor>,
    ) -> Self {
        Self {
            runs: config.runs.clone(),
            home: config.home.clone(),
            limits: config.limits.clone(),
            catalog,
            trainers,
            journal,
            supervisor,
        }
    }

    /// Starts a run.
    ///
    /// # Errors
    /// `NotFound` for an unknown data source, trainer or run to go on from, `Invalid` for parameters out of
    /// range or data that cannot be trained on, `Conflict` where as many runs are active as may be.
    pub fn start(&self, order: Order) -> Result<Started, ServerError> {
        let mut plan = self.plan(&order)?;
        // Held from the count to the entry, so that two calls at once cannot both pass.
        let seats = self.supervisor.hold();
        self.refuse_if_full()?;
        // It may have been deleted while it was read.
        self.catalog.resolve(&plan.source.id)?;
        let program = this_program()?;
        let (manifest, run_dir) = folder::create(&self.runs, |id, run_dir| {
            self.manifest(&order, &plan, &program, id, run_dir)
        })?;
        let id = manifest.id.clone();
        let prepared = match plan.luggage.take() {
            Some(luggage) => luggage.put_into(&run_dir),
            None => Ok(()),
        };
        let begun = prepared.and_then(|()| {
            self.journal
                .register(std::slice::from_ref(&manifest), true)?;
            let seat = seats.take(&id).ok_or_else(|| taken(&id))?;
            recording::spawn(&run_dir).inspect_err(|_| drop(self.journal.forget(&id)))?;
            Ok(seat)
        });
        let seat = begun.inspect_err(|_| {
            // Nothing began: what cannot be removed now is found lost, as it is after a crash.
            let _ = std::fs::remove_dir_all(&run_dir);
        })?;
        self.supervisor
            .follow(&manifest, run_dir.clone(), None, Some(Instant::now()), seat)?;
        Ok(Started {
            pid: recording::wait_for_trainer(&run_dir)?,
            run_id: id,
            status: Status::Running,
        })
    }

    /// What an order comes to, where it can be carried out.
    fn plan(&self, order: &Order) -> Result<Plan<'_>, ServerError> {
        let (source, data) = self
            .catalog
            .resolve(&SourceId::new(order.data_source.as_str()))?;
        let trainer = self.trainers.get(order.trainer.as_deref()).ok_or_else(|| {
            let name = order.trainer.as_deref().unwrap_or_default();
            ServerError::NotFound(format!(
                "There is no trainer “{name}”; the configuration lists those that there are."
            ))
        })?;
        let epochs = self.check_epochs(order.epochs)?;
        trainer.check(&order.parameters)?;
        self.refuse_if_full()?;
        let origin = match &order.resume {
            Some(id) => Some(Origin::find(&self.journal, &self.runs, id)?),
            None => None,
        };
        let asked = match &origin {
            Some(origin) => origin.parameters(&order.parameters)?,
            None => order.parameters.clone(),
        };
        let print = data::trainable(&data)?;
        if let Some(origin) = &origin {
            origin.check(&trainer.info.name, &print, epochs)?;
        }
        let parameters = trainer.check(&asked)?;
        trainer.suits(&print, epochs, &parameters)?;
        let luggage = origin.map(|origin| origin.pack(&self.runs)).transpose()?;
        Ok(Plan {
            data: data.canonicalize().unwrap_or(data),
            source,
            print,
            trainer,
            epochs,
            parameters,
            asked,
            luggage,
        })
    }

    /// What stands in the `run.json` of the run `id`, whose folder is `run_dir`. `program` is this program.
    fn manifest(
        &self,
        order: &Order,
        plan: &Plan<'_>,
        program: &Path,
        id: RunId,
        run_dir: &Path,
    ) -> Manifest {
        let Plan {
            source,
            print,
            trainer,
            epochs,
            ..
        } = plan;
        let checkpoint = plan.luggage.as_ref().map(|_| Luggage::place(run_dir));
        let filling = Filling {
            data: &plan.data,
            run_dir,
            epochs: *epochs,
            resume: checkpoint.as_deref(),
            parameters: &plan.parameters,
        };
        let data_path = plan.data.to_string_lossy().into_owned();
        Manifest {
            format: Manifest::FORMAT,
            id,
            name: Manifest::called(
                order.name.as_deref(),
                source.name.strip_suffix(".csv").unwrap_or(&source.name),
            ),
            trainer: trainer.info.name.clone(),
            command: trainer.command.fill(program, &filling),
            working_directory: self.home.to_string_lossy().into_owned(),
            environment: BTreeMap::from([
                ("NASHBOARD_DATA".into(), data_path),
                ("NASHBOARD_EPOCHS".into(), epochs.to_string()),
            ]),
            pattern: trainer.pattern.clone(),
            parameters: plan.asked.clone(),
            epochs: Some(*epochs),
            data: Some(DataFingerprint {
                source: source.id.to_string(),
                name: source.name.clone(),
                rows: Some(print.rows),
                columns: Some(print.columns),
                bytes: print.bytes,
                sha256: print.sha256.clone(),
            }),
            host: Some(host::present()),
            stop: trainer.stop.clone(),
            resumed_from: plan.luggage.as_ref().map(|it| it.id.clone()),
            started_at: time::now(),
            tags: Vec::new(),
            notes: String::new(),
        }
    }

    /// What is started from a terminal does not count: nobody asked us whether it may.
    fn refuse_if_full(&self) -> Result<(), ServerError> {
        let mut active = self
            .journal
            .read(|index| self.journal.started_here(index))?;
        // The index may not know yet what the folder says.
        active.retain(|id| !has_ended(&self.runs.join(id.as_str())));
        if active.len() < self.limits.active_runs {
            return Ok(());
        }
        let active: Vec<&str> = active.iter().map(RunId::as_str).collect();
        Err(ServerError::Conflict(format!(
            "A training is active already ({}); stop it or wait for its end.",
            active.join(", ")
        )))
    }

    fn check_epochs(&self, asked: Option<i64>) -> Result<u64, ServerError> {
        let Some(epochs) = asked else {
            return Ok(EPOCHS_DEFAULT.min(self.limits.epochs));
        };
        u64::try_from(epochs)
            .ok()
            .filter(|epochs| (1..=self.limits.epochs).contains(epochs))
            .ok_or_else(|| {
                ServerError::Invalid(format!(
                    "“epochs” is {epochs}, but takes a whole number from 1 to {}.",
                    self.limits.epochs
                ))
            })
    }
}

/// A run that was just made and is followed already: its id was drawn twice.
fn taken(id: &RunId) -> ServerError {
    ServerError::Conflict(format!("The run {id} is followed already; start it again."))
}

/// The path of this program. Linux marks a file that was replaced meanwhile; the newer
/// one then stands at the same place.
fn this_program() -> Result<PathBuf, ServerError> {
    let path = std::env::current_exe()
        .map_err(|error| ServerError::Disk(format!("cannot find this program: {error}")))?;
    let text = path.to_string_lossy();
    Ok(PathBuf::from(
        text.strip_suffix(" (deleted)").unwrap_or(&text),
    ))
}
