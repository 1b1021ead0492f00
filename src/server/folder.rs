//! A run's folder: making one, finding all, reading what was started in it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rand::Rng;

use super::ServerError;
use crate::event::RunId;
use crate::run::Manifest;

/// Makes the folder of a new run below `runs`, under an id that nobody else has and that
/// sorts behind those of earlier runs, also of the same second.
pub fn create(runs: &Path) -> Result<(RunId, PathBuf), ServerError> {
    let newest = list(runs)?.pop().map(|(id, _)| id);
    loop {
        let id = new_id();
        let taken = |newest: &RunId| *newest >= id && second(newest) == second(&id);
        if newest.as_ref().is_some_and(taken) {
            // Another draw, and in the next second at the latest any will do.
            std::thread::sleep(std::time::Duration::from_millis(1));
            continue;
        }
        let path = runs.join(id.as_str());
        match fs::create_dir(&path) {
            Ok(()) => return Ok((id, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(ServerError::disk(
                    "cannot make the run folder",
                    &path,
                    &error,
                ));
            }
        }
    }
}

/// Writes `run.json`, whole or not at all.
pub fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), ServerError> {
    let path = folder.join("run.json");
    let write = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, manifest)?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| ServerError::disk("cannot write", &path, &error))
}

/// Reads `run.json`.
///
/// # Errors
/// Where it is missing, damaged, of a later format, or that of another folder.
pub fn read_manifest(folder: &Path) -> Result<Manifest, ServerError> {
    let path = folder.join("run.json");
    let text = fs::read_to_string(&path)
        .map_err(|error| ServerError::disk("cannot read", &path, &error))?;
    let damaged = |what: String| ServerError::Disk(format!("{}: {what}", path.display()));
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    if manifest.format > Manifest::FORMAT {
        return Err(damaged(format!(
            "its format is {}, and this version reads up to {}; update Nashboard",
            manifest.format,
            Manifest::FORMAT
        )));
    }
    if folder
        .file_name()
        .is_none_or(|name| name != manifest.id.as_str())
    {
        return Err(damaged(format!("it belongs to the run {}", manifest.id)));
    }
    Ok(manifest)
}

/// The folders below `runs` whose names are ids of runs, oldest first.
pub fn list(runs: &Path) -> Result<Vec<(RunId, PathBuf)>, ServerError> {
    let failed = |error: io::Error| ServerError::disk("cannot list", runs, &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(runs).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let id = entry.file_name().to_str().and_then(RunId::parse);
        if let (true, Some(id)) = (is_folder, id) {
            found.push((id, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// The part of an id that tells its second.
fn second(id: &RunId) -> &str {
    id.as_str().split_at(15).0
}

/// An id of this second: `YYYYMMDD-HHMMSS-` and four random letters or digits.
fn new_id() -> RunId {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut random = rand::rng();
    loop {
        let now = jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string();
        let tail: String = (0..4)
            .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
            .collect();
        if let Some(id) = RunId::parse(&format!("{now}-{tail}")) {
            return id;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_in_the_order_of_their_runs() {
        let runs = tempfile::tempdir().unwrap();
        let ids: Vec<RunId> = (0..8).map(|_| create(runs.path()).unwrap().0).collect();
        assert!(ids.is_sorted(), "{ids:?}");
    }

    #[test]
    fn new_folders_are_found_again_and_strangers_are_not() {
        let runs = tempfile::tempdir().unwrap();
        let (id, path) = create(runs.path()).unwrap();
        fs::create_dir(runs.path().join("notes")).unwrap();
        fs::write(runs.path().join("20250824-181433-a1b2"), "a file").unwrap();
        assert_eq!(list(runs.path()).unwrap(), [(id, path)]);
    }
}
