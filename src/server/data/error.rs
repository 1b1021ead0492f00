//! What can be wrong with a data source, said to the user.

use std::io;
use std::path::Path;

use thiserror::Error;

/// Why a data source cannot be listed, read, used or taken in.
#[derive(Debug, Error)]
pub enum DataError {
    #[error("There is no such data source; choose one from the list of data sources.")]
    NotFound,
    #[error("The file is empty; a data source needs a header row and data rows below it.")]
    Empty,
    /// The content breaks a rule of CSV, at this place.
    #[error("Line {line}, column {column}: {reason}.")]
    Unreadable {
        /// From 1, as an editor counts.
        line: u64,
        /// From 1, in bytes.
        column: u64,
        /// Without a full stop at its end.
        reason: String,
    },
    #[error("The file cannot be used for training: {reason}.")]
    Unusable { reason: String },
    #[error(
        "The file is larger than the limit of {limit} bytes; upload a part of it, or copy it into the data folder."
    )]
    TooLarge { limit: u64 },
    #[error("This is not a CSV file: {reason}.")]
    NotCsv { reason: String },
    #[error("A data source named “{name}” exists already; rename the file and upload it again.")]
    Exists { name: String },
    #[error("“{name}” was not uploaded here; take it out of the data folder by hand.")]
    NotUploaded { name: String },
    /// The disk or its permissions.
    #[error("Cannot {action}: {source}.")]
    Io {
        /// What was tried, with the file's name.
        action: String,
        source: io::Error,
    },
}

impl DataError {
    /// A failure of the disk while doing `verb` to `path`.
    pub(super) fn io(verb: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let action = format!("{verb} {}", path.display());
        move |source| Self::Io { action, source }
    }
}
