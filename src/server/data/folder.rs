//! The CSV files that lie in the data folder, and the id of each.

use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::fingerprint::hex;
use crate::data::{DataSource, SourceId};

/// How many folders deep a data source may lie.
pub(super) const MAX_DEPTH: usize = 16;

/// The most files and folders that are looked at.
const MAX_ENTRIES: usize = 100_000;

/// A CSV file in the data folder.
pub(super) struct Found {
    /// Its path below the data folder.
    pub relative: PathBuf,
    /// Where it really is.
    pub path: PathBuf,
    pub bytes: u64,
    pub modified: SystemTime,
}

impl Found {
    /// The file at `path` below `root`, both without links in their folders; `None` where
    /// it is none, or is a link that leaves `root`.
    pub fn at(root: &Path, path: &Path) -> Option<Self> {
        let real = fs::canonicalize(path).ok()?;
        let metadata = fs::metadata(&real).ok()?;
        (metadata.is_file() && real.starts_with(root)).then_some(())?;
        Some(Self {
            relative: path.strip_prefix(root).ok()?.to_owned(),
            path: real,
            bytes: metadata.len(),
            modified: metadata.modified().ok()?,
        })
    }

    /// How the file is listed, with its rows where they are known.
    pub fn source(&self, rows: Option<u64>) -> DataSource {
        let parts: Vec<_> = self.relative.iter().map(OsStr::to_string_lossy).collect();
        DataSource {
            id: self.id(),
            name: parts.join("/"),
            bytes: self.bytes,
            modified_at: Timestamp::try_from(self.modified)
                .unwrap_or_default()
                .to_string(),
            rows,
        }
    }

    /// What requests call it.
    pub fn id(&self) -> SourceId {
        id(&self.relative)
    }
}

/// The id of the file at `relative`, its path below the data folder: its name for people to recognise, and eight digits
/// to tell it from others.
pub(super) fn id(relative: &Path) -> SourceId {
    let stem = relative.file_stem().unwrap_or_default().to_string_lossy();
    let digest = Sha256::digest(relative.as_os_str().as_encoded_bytes());
    SourceId::new(format!("{}-{}", slug(&stem), hex(&digest[..4])))
}

/// Up to 40 lower-case letters and digits of `text`, with a hyphen for what lies between.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().take(40) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    match slug.trim_end_matches('-') {
        "" => "data".to_owned(),
        slug => slug.to_owned(),
    }
}

/// The CSV files below `root`, in no order. Fails where `root` cannot be read; a folder
/// inside that cannot be read counts as empty, so that it does not hide the others.
pub(super) fn walk(root: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut pending = vec![(root.to_owned(), 0)];
    let mut entries = 0;
    while let Some((folder, depth)) = pending.pop() {
        let folder = match fs::read_dir(folder) {
            Err(error) if depth == 0 => return Err(error),
            Err(_) => continue,
            Ok(folder) => folder,
        };
        for entry in folder.flatten().filter(|entry| !is_hidden(entry)) {
            entries += 1;
            if entries > MAX_ENTRIES {
                return Ok(found);
            }
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if depth < MAX_DEPTH {
                    pending.push((path, depth + 1));
                }
            } else if is_csv(&path) {
                found.extend(Found::at(root, &path));
            }
        }
    }
    Ok(found)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Whether the file's name says that it is CSV.
pub(super) fn is_csv(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_safe_anywhere() {
        for (text, expected) in [
            ("Seattle Weather (2012)", "seattle-weather-2012"),
            ("データ", "data"),
            ("--", "data"),
            ("", "data"),
        ] {
            assert_eq!(slug(text), expected);
        }
        assert!(slug(&"x".repeat(300)).len() <= 40);
    }
}
