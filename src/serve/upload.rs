//! `POST /api/upload_csv`: a CSV file from the browser into the data folder.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Request, State};
use futures_util::StreamExt;
use tokio::task::block_in_place;
use tokio::time::timeout;

use super::calls::{Refusal, refusal, too_slow};
use crate::api::{ApiError, ErrorCode};
use crate::data::DataSource;
use crate::server::data::Upload;
use crate::server::{Limits, Server};

/// Bytes that may stand before a file: the head of its part, and as much of the file as comes in one piece with it.
const LEAD_MOST: usize = 1 << 20;

/// Stores the first `file` of the form, piece by piece, and answers with its data source.
pub async fn upload_csv(
    State(server): State<Arc<Server>>,
    request: Request,
) -> Result<Json<DataSource>, Refusal> {
    let (request, begun) = led_in(request);
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|error: MultipartRejection| unreadable(&error.body_text()))?;
    let limits = &server.config.limits;
    while let Some(field) = in_time(limits, form.next_field()).await? {
        if field.name() == Some("file") {
            begun.store(true, Ordering::Relaxed);
            return store(&server, field).await.map(Json);
        }
    }
    Err(unreadable("it has no field “file”"))
}

/// `request` with a body that breaks off where the file has not begun after [`LEAD_MOST`] bytes: until then all of it is kept.
/// Who sees the file begin says so.
fn led_in(request: Request) -> (Request, Arc<AtomicBool>) {
    let begun = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&begun);
    let mut length = 0;
    let request = request.map(|body| {
        Body::from_stream(body.into_data_stream().map(move |piece| {
            length += piece.as_ref().map_or(0, |piece| piece.len());
            match length > LEAD_MOST && !seen.load(Ordering::Relaxed) {
                true => Err(axum::Error::new(io::Error::other(
                    "no file begins where one should",
                ))),
                false => piece,
            }
        }))
    });
    (request, begun)
}

async fn store(server: &Server, mut field: Field<'_>) -> Result<DataSource, Refusal> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let limit = server.config.limits.upload_bytes;
    let mut upload =
        block_in_place(|| Upload::begin(&server.catalog, &name, limit)).map_err(refusal)?;
    while let Some(piece) = in_time(&server.config.limits, field.chunk()).await? {
        block_in_place(|| upload.write(&piece)).map_err(refusal)?;
    }
    block_in_place(|| upload.finish()).map_err(refusal)
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn first_field(body: Vec<u8>) -> Result<bool, String> {
        // Piece by piece, as from a connection.
        let (send, mut received) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
        tokio::spawn(async move {
            for piece in body.chunks(10_000) {
                send.send(piece.to_vec()).await.unwrap_or_default();
            }
        });
        let pieces = futures_util::stream::poll_fn(move |context| {
            received
                .poll_recv(context)
                .map(|piece| piece.map(Ok::<_, io::Error>))
        });
        let request = Request::builder()
            .method("POST")
            .header("content-type", "multipart/form-data; boundary=x")
            .body(Body::from_stream(pieces))
            .unwrap();
        let (request, begun) = led_in(request);
        let mut form = Multipart::from_request(request, &()).await.unwrap();
        let field = form.next_field().await;
        let mut field = field.map_err(|error| error.body_text())?.unwrap();
        begun.store(true, Ordering::Relaxed);
        let mut length = 0;
        while let Some(piece) = field.chunk().await.map_err(|error| error.body_text())? {
            length += piece.len();
        }
        Ok(length > LEAD_MOST)
    }

    #[tokio::test]
    async fn what_stands_before_a_file_is_bounded_and_the_file_is_not() {
        let broken = first_field(vec![b'-'; 3 * LEAD_MOST / 2]).await;
        assert_eq!(broken, Err("failed to read stream".into()));
        let head =
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
        let body = [
            head.as_bytes(),
            &vec![b'1'; 3 * LEAD_MOST / 2],
            b"\r\n--x--\r\n",
        ]
        .concat();
        assert_eq!(first_field(body).await, Ok(true));
    }
}
