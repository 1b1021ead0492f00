//! A file that a run can be trained on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a data source in requests; never a path. Only the server's catalog says
/// which file an id stands for, so any text may stand in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(String);

impl SourceId {
    /// The id that `text` spells.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedSource {
    pub id: SourceId,
    pub name: String,
    /// So long it can be restored.
    pub kept_days: u64,
}

/// A CSV file below the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSource {
    pub id: SourceId,
    /// The path below the data folder, with `/` between its parts.
    pub name: String,
    /// The size of the file.
    pub bytes: u64,
    /// When the file last changed: RFC 3339, UTC.
    pub modified_at: String,
    /// Data rows, the header not counted; absent where they were not counted, since the
    /// file is large or cannot be read as CSV.
    pub rows: Option<u64>,
}

impl DataSource {
    /// Whether it came by an upload, and can be deleted again.
    pub fn is_upload(&self) -> bool {
        let name = self.name.strip_prefix("uploads/");
        name.is_some_and(|name| !name.contains('/'))
    }
}
