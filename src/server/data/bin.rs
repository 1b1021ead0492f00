//! Uploads that were deleted: kept beside the others for some days, so that they can come back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::DataError;
use tempfile::TempPath;

use super::catalog::Catalog;
use super::{folder, upload};
use crate::data::{DataSource, SourceId};
use crate::server::folder::changed;

/// Where they lie among the uploads. Of two with the same name, the later is kept.
const BIN: &str = ".deleted";

/// Takes the upload of that id out of the data sources.
///
/// Fails with `NotUploaded` where it came into the folder in another way: then it is not ours to move.
pub fn delete(catalog: &Catalog, id: &SourceId) -> Result<DataSource, DataError> {
    let (source, path) = catalog.resolve(id)?;
    let uploads = upload::folder(catalog.root())?;
    // A link among the uploads leads elsewhere.
    let is_upload = path.parent() == Some(&uploads)
        && source
            .name
            .strip_prefix(upload::FOLDER)
            .and_then(|rest| rest.strip_prefix('/'))
            == path.file_name().and_then(|name| name.to_str());
    let (true, Some(name)) = (is_upload, path.file_name()) else {
        return Err(DataError::NotUploaded { name: source.name });
    };
    let bin = bin(&uploads)?;
    fs::rename(&path, bin.join(name)).map_err(DataError::io("move", &path))?;
    Ok(source)
}

/// Brings a deleted upload back. Fails with `Exists` where another has its name by now.
pub fn restore(catalog: &Catalog, id: &SourceId) -> Result<DataSource, DataError> {
    let uploads = upload::folder(catalog.root())?;
    let bin = bin(&uploads)?;
    let entries = fs::read_dir(&bin).map_err(DataError::io("list", &bin))?;
    let names = entries.flatten().map(|entry| entry.file_name());
    let is_meant = |name: &std::ffi::OsString| {
        let relative = Path::new(upload::FOLDER).join(name);
        folder::id(&relative) == *id
    };
    let name = names
        .into_iter()
        .find(is_meant)
        .ok_or(DataError::NotFound)?;
    let (from, to) = (bin.join(&name), uploads.join(&name));
    let moved = TempPath::try_from_path(&from).map_err(DataError::io("move back", &from))?;
    if let Err(refused) = moved.persist_noclobber(&to) {
        // It stays where it is: nothing of ours is temporary.
        let _ = refused.path.keep();
        return Err(match refused.error.kind() {
            io::ErrorKind::AlreadyExists => DataError::Exists {
                name: name.to_string_lossy().into_owned(),
            },
            _ => DataError::io("move back", &from)(refused.error),
        });
    }
    catalog.resolve(id).map(|(source, _)| source)
}

/// Removes for good what was deleted longer ago than `kept`.
pub fn empty(data: &Path, kept: Duration) {
    // Most have deleted nothing, and nothing is made for them.
    let is_there = data.join(upload::FOLDER).join(BIN).is_dir();
    let bin = is_there.then(|| upload::folder(data).and_then(|uploads| bin(&uploads)));
    let Some(Ok(bin)) = bin else {
        return;
    };
    for entry in fs::read_dir(bin).into_iter().flatten().flatten() {
        // Moving it there was the last change of the file itself.
        if changed(&entry.path()).is_some_and(|age| age > kept)
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::warn!(file = %entry.path().display(), %error, "a deleted upload cannot be removed");
        }
    }
}

/// The folder of deleted uploads in that of the `uploads`.
fn bin(uploads: &Path) -> Result<PathBuf, DataError> {
    let bin = uploads.join(BIN);
    fs::create_dir_all(&bin).map_err(DataError::io("make", &bin))?;
    let is_own = fs::symlink_metadata(&bin).is_ok_and(|bin| bin.is_dir());
    is_own.then_some(bin).ok_or(DataError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn sources(catalog: &Catalog) -> Vec<DataSource> {
        catalog.list().unwrap()
    }

    #[test]
    fn an_upload_goes_and_comes_back_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let uploads = root.path().join(upload::FOLDER);
        fs::create_dir(&uploads).unwrap();
        fs::write(uploads.join("a.csv"), "x,y\n1,2\n3,4\n").unwrap();
        let catalog = Catalog::new(root.path().to_owned());
        let before = sources(&catalog);
        let id = &before[0].id;
        assert_eq!(delete(&catalog, id).unwrap(), before[0]);
        assert!(sources(&catalog).is_empty());
        assert!(matches!(delete(&catalog, id), Err(DataError::NotFound)));
        // Its name is free, and is not taken away from who has it now.
        fs::write(uploads.join("a.csv"), "other,file\n1,2\n").unwrap();
        assert!(matches!(
            restore(&catalog, id),
            Err(DataError::Exists { .. })
        ));
        fs::remove_file(uploads.join("a.csv")).unwrap();
        assert_eq!(restore(&catalog, id).unwrap(), before[0]);
        assert_eq!(sources(&catalog), before);
        assert!(matches!(restore(&catalog, id), Err(DataError::NotFound)));

        delete(&catalog, id).unwrap();
        empty(root.path(), Duration::from_secs(3600));
        restore(&catalog, id).unwrap();
        delete(&catalog, id).unwrap();
        std::thread::sleep(Duration::from_millis(1100));
        empty(root.path(), Duration::ZERO);
        assert!(matches!(restore(&catalog, id), Err(DataError::NotFound)));
    }

    #[test]
    fn what_was_not_uploaded_stays() {
        let root = tempfile::tempdir().unwrap();
        let text = "x,y\n1,2\n3,4\n";
        for folder in ["uploads/deeper", "other"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            fs::write(root.path().join(folder).join("a.csv"), text).unwrap();
        }
        fs::write(root.path().join("b.csv"), text).unwrap();
        symlink(
            root.path().join("b.csv"),
            root.path().join("uploads/link.csv"),
        )
        .unwrap();
        symlink(root.path().join("uploads"), root.path().join("elsewhere")).unwrap();
        let catalog = Catalog::new(root.path().to_owned());
        let all = sources(&catalog);
        assert_eq!(all.len(), 4, "{all:?}");
        for source in &all {
            let refused = delete(&catalog, &source.id);
            assert!(
                matches!(refused, Err(DataError::NotUploaded { .. })),
                "{source:?}"
            );
        }
        assert_eq!(sources(&catalog), all);
        assert!(matches!(
            delete(&catalog, &SourceId::new("../b")),
            Err(DataError::NotFound)
        ));
    }
}
