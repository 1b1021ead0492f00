//! `POST /api/upload_csv`: a CSV file from the browser into the data folder.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::http::StatusCode;
use tokio::task::block_in_place;

use super::calls::refusal;
use crate::api::{ApiError, ErrorCode};
use crate::data::DataSource;
use crate::server::Server;
use crate::server::data::Upload;

type Refusal = (StatusCode, Json<ApiError>);

/// Stores the first `file` of the form, piece by piece, and answers with its data source.
pub async fn upload_csv(
    State(server): State<Arc<Server>>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<DataSource>, Refusal> {
    let mut form = form.map_err(|error| unreadable(&error.body_text()))?;
    while let Some(field) = form
        .next_field()
        .await
        .map_err(|e| unreadable(&e.body_text()))?
    {
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
    while let Some(piece) = field
        .chunk()
        .await
        .map_err(|e| unreadable(&e.body_text()))?
    {
        block_in_place(|| upload.write(&piece)).map_err(refuse)?;
    }
    block_in_place(|| upload.finish()).map_err(refuse)
}

fn unreadable(why: &str) -> Refusal {
    refusal(ApiError::new(
        ErrorCode::BadRequest,
        format!("The upload cannot be read: {why}."),
    ))
}
