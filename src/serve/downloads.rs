//! What is downloaded of a run: its points, its log as text, its samples. Sent while it is read.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_stream::wrappers::ReceiverStream;

use super::calls::{Refusal, blocking, refusal};
use super::query::Asked;
use crate::api::{ApiError, ErrorCode};
use crate::run::SampleKind;
use crate::server::{Server, export, picture, synthesis};

/// Pieces on their way to a client; a slow one makes the reading wait.
const PIECES: usize = 4;
/// Bytes of a piece.
const PIECE: usize = 64 * 1024;

/// Downloads that may go on at once: each holds a thread until its client has read it.
#[derive(Clone)]
pub struct Doors(pub Arc<Semaphore>);

impl Doors {
    fn enter(self) -> Result<OwnedSemaphorePermit, Refusal> {
        self.0.try_acquire_owned().map_err(|_| {
            refusal(ApiError::new(
                ErrorCode::TooMany,
                "As many downloads go on as may (“downloads” in [limits] of Leptos.toml); try \
                 again in a moment.",
            ))
        })
    }
}

/// Which run's points are wanted, and how.
#[derive(Deserialize)]
pub struct ExportQuery {
    run_id: String,
    format: String,
}

/// Which run's log is wanted.
#[derive(Deserialize)]
pub struct LogQuery {
    run_id: String,
}

/// Which sample is wanted.
#[derive(Deserialize)]
pub struct SampleQuery {
    run_id: String,
    name: String,
}

/// How many synthetic rows of which run are wanted.
#[derive(Deserialize)]
pub struct SyntheticQuery {
    run_id: String,
    rows: u64,
    #[serde(default)]
    seed: u64,
}

/// `/api/export`: every reported point of a run, as CSV or JSON.
pub async fn points(
    State(server): State<Arc<Server>>,
    State(doors): State<Doors>,
    Asked(query): Asked<ExportQuery>,
) -> Result<Response, Refusal> {
    let Some(format) = export::Format::named(&query.format) else {
        return Err(refusal(ApiError::new(
            ErrorCode::Invalid,
            "“format” takes csv or json.",
        )));
    };
    let (kind, ending) = match format {
        export::Format::Csv => ("text/csv; charset=utf-8", "csv"),
        export::Format::Json => ("application/json", "json"),
    };
    let (name, id) = (format!("{}.{ending}", query.run_id), query.run_id);
    let config = server.config.clone();
    let permit = doors.enter()?;
    readable(known(&server, &id).await?).await?;
    Ok(attachment(permit, kind, &name, move |out| {
        export::by_id(&config, &id, format, out).map_err(io::Error::other)
    }))
}

/// `/api/log_file`: all that a run printed, as it stood in the terminal.
pub async fn log(
    State(server): State<Arc<Server>>,
    State(doors): State<Doors>,
    Asked(query): Asked<LogQuery>,
) -> Result<Response, Refusal> {
    let permit = doors.enter()?;
    let folder = readable(known(&server, &query.run_id).await?).await?;
    let name = format!("{}.log", query.run_id);
    Ok(attachment(
        permit,
        "text/plain; charset=utf-8",
        &name,
        move |out| export::text(&folder, out),
    ))
}

/// `/api/sample`: a file that the trainer drew. Only what is a picture by its name and by its
/// content is sent as one; the rest is text or a download, whatever it holds.
pub async fn sample(
    State(server): State<Arc<Server>>,
    State(doors): State<Doors>,
    Asked(query): Asked<SampleQuery>,
) -> Result<Response, Refusal> {
    let permit = doors.enter()?;
    let find = move || {
        let (mut file, sample) = server.history.sample(&query.run_id, &query.name)?;
        let mut start = Vec::new();
        let read = (&mut file).take(16).read_to_end(&mut start);
        read.map_err(|error| ApiError::new(ErrorCode::Internal, error.to_string()))?;
        Ok::<_, ApiError>((start, file, sample))
    };
    let (start, file, sample) = blocking(find).await?;
    let (kind, disposition) = match (sample.kind, picture(&start)) {
        (SampleKind::Image, Some(kind)) => (kind, "inline".to_owned()),
        (SampleKind::Csv, _) => ("text/csv; charset=utf-8", disposition(&sample.name)),
        _ => ("application/octet-stream", disposition(&sample.name)),
    };
    let body = streamed(permit, move |out| {
        io::copy(&mut io::Cursor::new(start).chain(file), out).map(drop)
    });
    Ok((headers(kind, disposition), body).into_response())
}

/// `/api/synthetic_rows`: fresh rows from the generator of a run of the embedded trainer, as CSV.
pub async fn synthetic_rows(
    State(server): State<Arc<Server>>,
    State(doors): State<Doors>,
    Asked(query): Asked<SyntheticQuery>,
) -> Result<Response, Refusal> {
    let permit = doors.enter()?;
    let folder = known(&server, &query.run_id).await?;
    let name = format!("{}-{}-rows.csv", query.run_id, query.rows);
    let begin = move || synthesis::begin(&folder, query.rows, query.seed);
    let drawing = blocking(begin).await?;
    Ok(attachment(
        permit,
        "text/csv; charset=utf-8",
        &name,
        move |out| drawing.write(out),
    ))
}

/// The folder of a run that is in the history.
async fn known(server: &Arc<Server>, run_id: &str) -> Result<PathBuf, Refusal> {
    let (server, run_id) = (Arc::clone(server), run_id.to_owned());
    let (folder, _) = blocking(move || server.history.folder(&run_id)).await?;
    Ok(folder)
}

/// `folder`, where its log can be read.
async fn readable(folder: PathBuf) -> Result<PathBuf, Refusal> {
    blocking(move || export::readable(&folder).map(|()| folder)).await
}

fn attachment(
    permit: OwnedSemaphorePermit,
    kind: &'static str,
    name: &str,
    write: impl FnOnce(&mut Pieces) -> io::Result<()> + Send + 'static,
) -> Response {
    (headers(kind, disposition(name)), streamed(permit, write)).into_response()
}

fn headers(kind: &'static str, disposition: String) -> [(HeaderName, String); 3] {
    [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ]
}

/// The header that makes a browser save the answer under `name`.
fn disposition(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name: String = name
        .chars()
        .map(|c| if plain(c) { c } else { '_' })
        .collect();
    format!("attachment; filename=\"{name}\"")
}

/// A body that `write` makes on a thread that may block, a piece at a time.
fn streamed(
    permit: OwnedSemaphorePermit,
    write: impl FnOnce(&mut Pieces) -> io::Result<()> + Send + 'static,
) -> Body {
    let (sender, receiver) = channel(PIECES);
    tokio::task::spawn_blocking(move || {
        let _until_written = permit;
        let mut pieces = Pieces {
            sender,
            piece: Vec::with_capacity(PIECE),
        };
        let written = write(&mut pieces).and_then(|()| pieces.flush());
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            // A body that breaks off tells the client that it is not whole.
            tracing::warn!(%error, "a download broke off");
            let _ = pieces.sender.blocking_send(Err(error));
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

/// Collects what is written, and sends it on in pieces.
struct Pieces {
    sender: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.sender
            .blocking_send(Ok(piece.into()))
            // Nobody reads it any more.
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
