//! Calls that start, stop and watch a training.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::{at_once, on_server};
use crate::run::{Started, Stopped, TrainerInfo, TrainingStatus};

/// Starts a training on the data source of that id; one that resumes goes on from the last checkpoint of that run.
#[server(name = StartTraining, prefix = "/api", endpoint = "start_training", input = Json, output = Json)]
pub async fn start_training(
    data_source: String,
    trainer: Option<String>,
    epochs: Option<i64>,
    name: Option<String>,
    parameters: Option<BTreeMap<String, serde_json::Value>>,
    resume: Option<String>,
) -> Result<Started, ApiError> {
    let order = crate::server::Order {
        data_source,
        trainer,
        epochs,
        name,
        parameters: parameters.unwrap_or_default(),
        resume,
    };
    at_once(move |server| server.starter.start(order)).await
}

/// Asks a run to end: the one of that id, or else the one that is active.
#[server(name = StopTraining, prefix = "/api", endpoint = "stop_training", input = Json, output = Json)]
pub async fn stop_training(run_id: Option<String>) -> Result<Stopped, ApiError> {
    at_once(move |server| server.supervisor.stop(run_id.as_deref())).await
}

/// Where a run stands: the one of that id, or else the newest that is active, or else the newest.
#[server(name = GetTrainingStatus, prefix = "/api", endpoint = "training_status", input = GetUrl, output = Json)]
pub async fn training_status(run_id: Option<String>) -> Result<TrainingStatus, ApiError> {
    at_once(move |server| server.history.status(run_id.as_deref())).await
}

/// The trainers that a run can be started with; the first is the embedded one.
#[server(name = GetTrainers, prefix = "/api", endpoint = "trainers", input = GetUrl, output = Json)]
pub async fn trainers() -> Result<Vec<TrainerInfo>, ApiError> {
    on_server(|server| Ok::<_, ApiError>(server.trainers.infos())).await
}
