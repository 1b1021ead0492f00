//! What the server refuses or fails at, said for people.

use std::io;
use std::path::Path;

use super::data::DataError;

/// Why a call got no answer.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// There is nothing of this id.
    #[error("{0}")]
    NotFound(String),
    /// It does not fit the present state.
    #[error("{0}")]
    Conflict(String),
    /// Readable, but not usable.
    #[error("{0}")]
    Invalid(String),
    /// A data source cannot be read or stored.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The configuration cannot be used.
    #[error("{0}")]
    Config(String),
    /// The index of runs failed.
    #[error("{}", index_failed(.0))]
    Index(#[from] rusqlite::Error),
    /// Who reads the answer wants no more of it.
    #[error("the reader has gone: {0}")]
    Closed(#[source] io::Error),
    /// The disk failed.
    #[error("{0}")]
    Disk(String),
}

fn index_failed(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => {
            "the disk of the runs folder is full; make room there".into()
        }
        _ => format!(
            "the index of runs failed: {error}; if it is damaged, delete runs/index.sqlite, and it is made anew from the run folders"
        ),
    }
}

impl ServerError {
    /// There is no run of the id `id`, as text from outside or as one of ours.
    pub fn no_run(id: &str) -> Self {
        Self::NotFound(format!("There is no run “{}”.", id.escape_debug()))
    }

    /// A folder that cannot be made; `flag` names another.
    pub fn folder(path: &Path, flag: &str, error: &io::Error) -> Self {
        Self::Disk(format!(
            "cannot make the folder {}: {error}; name another with {flag}, or in Leptos.toml",
            path.display()
        ))
    }

    /// A failure of the disk: what was tried, and with which file.
    pub fn disk(tried: &str, path: &Path, error: &io::Error) -> Self {
        Self::Disk(format!("{tried} {}: {error}", path.display()))
    }
}
