//! The folders of runs: making one, finding all, and what was started in it.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rand::Rng;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::ServerError;
use crate::event::RunId;
use crate::recorder::read_plain;
use crate::run::Manifest;

/// A `run.json` has far fewer bytes; notes are its longest part.
const MANIFEST_MOST: u64 = 16 << 20;
/// What a folder is called until its `run.json` is in it. One is left behind where its
/// maker was killed, and removed by [`tidy`].
pub const UNFINISHED: &str = ".unfinished-";

/// Makes the folder of a new run below `runs`, with the manifest that `describe` gives for
/// its id and its place. The id sorts behind those of earlier runs, also of the same
/// second; and the folder comes into being with its `run.json` in it.
pub fn create(
    runs: &Path,
    describe: impl Fn(RunId, &Path) -> Manifest,
) -> Result<(Manifest, PathBuf), ServerError> {
    let runs = &runs
        .canonicalize()
        .map_err(|error| ServerError::disk("cannot use the folder", runs, &error))?;
    let newest = list(runs)?.pop().map(|(id, _)| id);
    loop {
        let id = new_id();
        let taken = |newest: &RunId| *newest >= id && second(newest) == second(&id);
        let path = runs.join(id.as_str());
        if newest.as_ref().is_some_and(taken) || path.exists() {
            // Another draw, and in the next second at the latest any will do.
            std::thread::sleep(Duration::from_millis(1));
            continue;
        }
        let failed = |error| ServerError::disk("cannot make the run folder", &path, &error);
        let unfinished = runs.join(format!("{UNFINISHED}{id}"));
        fs::create_dir(&unfinished).map_err(failed)?;
        let manifest = describe(id, &path);
        let made = write_manifest(&unfinished, &manifest)
            .and_then(|()| fs::rename(&unfinished, &path).map_err(failed));
        if let Err(error) = made {
            // What cannot be removed either is removed by the next start.
            let _ = fs::remove_dir_all(&unfinished);
            return Err(error);
        }
        return Ok((manifest, path));
    }
}

/// Removes what starts left behind that were killed half-way.
pub fn tidy(runs: &Path) {
    /// No start takes so long.
    const OLD: Duration = Duration::from_secs(3600);
    for entry in fs::read_dir(runs).into_iter().flatten().flatten() {
        let is_old = changed(&entry.path()).is_none_or(|age| age > OLD);
        if is_old && entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let path = entry.path();
            let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
        }
    }
}

/// How long ago anything about `path` itself was changed last: content, name or rights.
/// Unlike the time of its content, nobody can set it back, so a copy is as old as it is.
pub fn changed(path: &Path) -> Option<Duration> {
    use std::os::unix::fs::MetadataExt;
    let ctime = fs::symlink_metadata(path).ok()?.ctime();
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(ctime.max(0).unsigned_abs());
    Some(moment.elapsed().unwrap_or_default())
}

/// Writes `run.json`, whole or not at all.
fn write_manifest(folder: &Path, manifest: &impl Serialize) -> Result<(), ServerError> {
    let path = folder.join("run.json");
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            // As for any new file; the user's umask narrows it.
            .permissions(fs::Permissions::from_mode(0o666))
            .tempfile_in(folder)?;
        serde_json::to_writer_pretty(&mut file, manifest)?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| ServerError::disk("cannot write", &path, &error))
}

/// Writes what people call a run into its `run.json`, and leaves all else in it as it is.
pub fn describe_in_manifest(folder: &Path, manifest: &Manifest) -> Result<(), ServerError> {
    let path = folder.join("run.json");
    let failed = |error| ServerError::disk("cannot read", &path, &error);
    let text = read_plain(folder, "run.json", MANIFEST_MOST).map_err(failed)?;
    let mut known: serde_json::Map<String, Json> =
        serde_json::from_slice(&text).map_err(|error| failed(error.into()))?;
    known.insert("name".into(), manifest.name.clone().into());
    known.insert("tags".into(), manifest.tags.clone().into());
    known.insert("notes".into(), manifest.notes.clone().into());
    write_manifest(folder, &known)
}

/// Reads `run.json`.
///
/// # Errors
/// Where it is missing, damaged, of a later format, or that of another folder; the
/// sentence names the file, but not where it lies.
pub fn read_manifest(folder: &Path) -> Result<Manifest, ServerError> {
    let damaged = |what: String| ServerError::Disk(format!("run.json {what}"));
    let text = match read_plain(folder, "run.json", MANIFEST_MOST) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(damaged("is missing".into()));
        }
        text => text.map_err(|error| damaged(format!("cannot be read: {error}")))?,
    };
    let unreadable = |error| damaged(format!("cannot be read: {error}"));
    // Asked first: what else a later format holds may have another form.
    let Format { format } = serde_json::from_slice(&text).map_err(unreadable)?;
    if format > Manifest::FORMAT {
        return Err(damaged(format!(
            "has the format {format}, and this version reads up to {}; update Nashboard",
            Manifest::FORMAT
        )));
    }
    let manifest: Manifest = serde_json::from_slice(&text).map_err(unreadable)?;
    if folder
        .file_name()
        .is_none_or(|name| name != manifest.id.as_str())
    {
        return Err(damaged(format!("belongs to the run {}", manifest.id)));
    }
    Ok(manifest)
}

/// The first question to a `run.json`.
#[derive(Deserialize)]
struct Format {
    #[serde(default)]
    format: u32,
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

    fn make(runs: &Path) -> (Manifest, PathBuf) {
        create(runs, |id, _| Manifest::unreadable(id)).unwrap()
    }

    #[test]
    fn ids_sort_in_the_order_of_their_runs() {
        let runs = tempfile::tempdir().unwrap();
        let ids: Vec<RunId> = (0..8).map(|_| make(runs.path()).0.id).collect();
        assert!(ids.is_sorted(), "{ids:?}");
    }

    #[test]
    fn new_folders_are_found_again_and_strangers_are_not() {
        let runs = tempfile::tempdir().unwrap();
        let (manifest, path) = make(runs.path());
        fs::create_dir(runs.path().join("notes")).unwrap();
        fs::create_dir(
            runs.path()
                .join(format!("{UNFINISHED}20250824-181433-a1b2")),
        )
        .unwrap();
        fs::write(runs.path().join("20250824-181433-a1b2"), "a file").unwrap();
        let found: Vec<RunId> = list(runs.path())
            .unwrap()
            .into_iter()
            .map(|run| run.0)
            .collect();
        assert_eq!(found, std::slice::from_ref(&manifest.id));
        assert_eq!(read_manifest(&path).unwrap(), manifest);
    }

    #[test]
    fn another_name_changes_nothing_else() {
        let runs = tempfile::tempdir().unwrap();
        let (mut manifest, path) = make(runs.path());
        let file = path.join("run.json");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replacen('{', "{\"of_others\": [1.5],", 1)).unwrap();
        manifest.name = "best".into();
        describe_in_manifest(&path, &manifest).unwrap();
        assert_eq!(read_manifest(&path).unwrap(), manifest);
        let kept: Json = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(kept["of_others"], serde_json::json!([1.5]));
        let plain = fs::metadata(runs.path().join("plain")).or_else(|_| {
            fs::write(runs.path().join("plain"), "")?;
            fs::metadata(runs.path().join("plain"))
        });
        let mode = |file: fs::Metadata| file.permissions().mode();
        assert_eq!(mode(fs::metadata(&file).unwrap()), mode(plain.unwrap()));
    }

    #[test]
    fn what_is_wrong_with_a_manifest_is_said() {
        let runs = tempfile::tempdir().unwrap();
        let (manifest, path) = make(runs.path());
        let file = path.join("run.json");
        let told = |text: &str| {
            fs::write(&file, text).unwrap();
            read_manifest(&path).unwrap_err().to_string()
        };
        assert!(told("{\"id\": ").contains("line 1"));
        let good = serde_json::to_string(&manifest).unwrap();
        assert!(told(&good.replace("\"format\":2", "\"format\":9")).contains("update"));
        let other = good.replace(manifest.id.as_str(), "20250824-181433-a1b2");
        assert!(told(&other).contains("belongs to"));
        fs::remove_file(&file).unwrap();
        assert!(
            read_manifest(&path)
                .unwrap_err()
                .to_string()
                .contains("missing")
        );
        // The first version did not state its format, a later one may change everything else.
        fs::write(&file, good.replace("\"format\":2,", "")).unwrap();
        let first = Manifest {
            format: 1,
            ..manifest
        };
        assert_eq!(read_manifest(&path).unwrap(), first);
        assert!(told("{\"format\": 9, \"command\": 7}").contains("update"));
    }
}
