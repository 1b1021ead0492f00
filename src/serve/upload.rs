//! `POST /api/upload_csv`: a CSV file from the browser into the data folder.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::http::StatusCode;
use tokio::task::block_in_place;
use tokio::time::timeout;

use super::calls::{refusal, too_slow};
use crate::api::{ApiError, ErrorCode};
use crate::data::DataSource;
use crate::server::data::Upload;
use crate::server::{Limits, Server};

type Refusal = (StatusCode, Json<ApiError>);

/// Stores the first `file` of the form, piece by piece, and answers with its data source.
pub async fn upload_csv(
    State(server): State<Arc<Server>>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<DataSource>, Refusal> {
    let mut form = form.map_err(|error| unreadable(&error.body_text()))?;
    let limits = &server.config.limits;
    while let Some(field) = in_time(limits, form.next_field()).await? {
        if field.name() == Some("file") {
            return store(&server, field).await.map(Json);
        }
    }
    Err(unreadable("it has no field “file”"))
}

async fn store(server: &Server, mut field: Field<'_>) -> Result<DataSource, Refusal> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let refuse = |error: crate::server::data::DataError| refusal(error.into());
    let limit = server.config.limits.upload_bytes;
    let mut upload =
        block_in_place(|| Upload::begin(&server.catalog, &name, limit)).map_err(refuse)?;
    while let Some(piece) = in_time(&server.config.limits, field.chunk()).await? {
        block_in_place(|| upload.write(&piece)).map_err(refuse)?;
    }
    block_in_place(|| upload.finish()).map_err(refuse)
}

/// The next part of the form; a client that stops sending is not waited for.
async fn in_time<T>(
    limits: &Limits,
    part: impl Future<Output = Result<T, MultipartError>>,
) -> Result<T, Refusal> {
    let part = timeout(limits.body_time(), part).await;
    part.map_err(|_| refusal(too_slow(limits)))?
        .map_err(|error| unreadable(&error.body_text()))
}

fn unreadable(why: &str) -> Refusal {
    refusal(ApiError::new(
        ErrorCode::BadRequest,
        format!("The upload cannot be read: {why}."),
    ))
}
