//! Takes a file in: under its name only when it is whole and readable.

use std::fs::{self, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use super::DataError;
use super::catalog::Catalog;
use super::file_name::clean;
use super::folder::Found;
use super::rows::Rows;
use crate::data::DataSource;
use crate::recorder::open_unlinked;

/// Where uploads land, below the data folder.
pub(super) const FOLDER: &str = "uploads";

/// Beginnings of files that are often sent in place of a CSV, and what to do instead.
const OTHER_FORMATS: [(&[u8], &str); 8] = [
    (
        b"PK\x03\x04",
        "it is a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV",
    ),
    (
        b"\xD0\xCF\x11\xE0",
        "it is an Excel workbook; save the sheet as CSV",
    ),
    (b"\x1F\x8B", "it is packed by gzip; unpack it first"),
    (b"PAR1", "it is a Parquet file; convert it to CSV"),
    (
        b"SQLite format 3\0",
        "it is a SQLite database; export a table as CSV",
    ),
    (b"%PDF", "it is a PDF document"),
    (b"\x89PNG", "it is a picture"),
    (b"\xFF\xD8\xFF", "it is a picture"),
];

/// How texts begin, in lower case, that no header of a table does.
const OTHER_TEXTS: &[(&str, &str)] = &[
    (
        "<!doctype html",
        "it is a web page, perhaps one that asks to log in; download the file itself",
    ),
    (
        "<html",
        "it is a web page, perhaps one that asks to log in; download the file itself",
    ),
    ("<?xml", "it is an XML document; convert it to CSV"),
    ("{\"", "it is JSON; convert it to CSV"),
    ("[{", "it is JSON; convert it to CSV"),
    ("[[", "it is JSON; convert it to CSV"),
    (
        "version https://git-lfs",
        "it only stands for a file in Git LFS; fetch that with git lfs pull",
    ),
];

/// A file that is being sent; dropped before its end, it leaves nothing behind.
#[derive(Debug)]
pub struct Upload {
    /// Hidden in the upload folder, so that the last step is a renaming.
    file: NamedTempFile,
    /// Where it goes, without links.
    folder: PathBuf,
    name: String,
    written: u64,
    limit: u64,
}

/// The folder of the uploads below that of the `data`, without links; it is made where it is missing.
pub(super) fn folder(data: &Path) -> Result<PathBuf, DataError> {
    let folder = data.join(FOLDER);
    let fail = || DataError::io("write to", &folder);
    fs::create_dir_all(&folder).map_err(fail())?;
    let real = fs::canonicalize(data).map_err(fail())?.join(FOLDER);
    match fs::canonicalize(&folder).map_err(fail())? == real {
        true => Ok(real),
        false => {
            let link = io::Error::other("it is a link that leaves the data folder");
            Err(fail()(link))
        }
    }
}

/// How the names of files begin that are still being taken in.
const UNFINISHED: &str = ".upload-";

/// After so long nobody is sending a file any more.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// Removes what is left of uploads whose server was killed.
pub fn tidy(data: &Path) {
    let entries = fs::read_dir(data.join(FOLDER))
        .into_iter()
        .flatten()
        .flatten();
    for entry in entries {
        let unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let age = entry.metadata().and_then(|file| file.modified()).ok();
        let age = age.and_then(|changed| changed.elapsed().ok());
        if unfinished && age.is_some_and(|age| age > ABANDONED) {
            // What cannot be removed is no data source either.
            let _ = fs::remove_file(entry.path());
        }
    }
}

impl Upload {
    /// Begins to take in a file of at most `limit` bytes which the client calls `file_name`.
    ///
    /// Of that only the last part counts, without characters that cannot be seen. Fails
    /// where it does not end in `.csv` or where a file of this name exists.
    pub fn begin(catalog: &Catalog, file_name: &str, limit: u64) -> Result<Self, DataError> {
        let name = clean(file_name)?;
        let folder = folder(catalog.root())?;
        if folder.join(&name).symlink_metadata().is_ok() {
            return Err(DataError::Exists { name });
        }
        let file = Builder::new()
            .prefix(UNFINISHED)
            // As for any new file; the user's umask narrows it.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(&folder)
            .map_err(DataError::io("write to", &folder))?;
        Ok(Self {
            file,
            folder,
            name,
            written: 0,
            limit,
        })
    }

    /// Takes the next part of the file. Fails where the file grows past its limit.
    pub fn write(&mut self, chunk: &[u8]) -> Result<(), DataError> {
        self.written += chunk.len() as u64;
        if self.written > self.limit {
            return Err(DataError::TooLarge { limit: self.limit });
        }
        self.file
            .write_all(chunk)
            .map_err(DataError::io("write to", self.file.path()))
    }

    /// Checks the whole file and gives it its name.
    ///
    /// Fails where it is no CSV, where a row cannot be read, and where a file of this name
    /// appeared meanwhile, which then stays as it is.
    pub fn finish(self) -> Result<DataSource, DataError> {
        let path = self.file.path();
        self.file
            .as_file()
            .sync_all()
            .map_err(DataError::io("write to", path))?;
        recognise(path)?;
        let rows = Rows::count(path)?;
        let place = self.folder.join(&self.name);
        if let Err(refused) = self.file.persist_noclobber(&place) {
            return Err(match refused.error.kind() {
                io::ErrorKind::AlreadyExists => DataError::Exists { name: self.name },
                _ => DataError::io("write to", &place)(refused.error),
            });
        }
        let root = self.folder.parent().unwrap_or(&self.folder);
        let found = Found::at(root, &place).ok_or(DataError::NotFound)?;
        Ok(found.source(Some(rows)))
    }
}

/// Refuses what is no text. UTF-16 is text, though not readable: that error names its line.
fn recognise(path: &Path) -> Result<(), DataError> {
    let mut start = Vec::new();
    open_unlinked(path)
        .and_then(|file| file.take(1 << 13).read_to_end(&mut start))
        .map_err(DataError::io("read", path))?;
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start);
    let text = String::from_utf8_lossy(text.trim_ascii_start()).to_ascii_lowercase();
    let by_bytes = OTHER_FORMATS
        .iter()
        .find(|(magic, _)| start.starts_with(magic));
    let by_text = || OTHER_TEXTS.iter().find(|(mark, _)| text.starts_with(mark));
    let what = by_bytes
        .map(|(_, what)| what)
        .or_else(|| by_text().map(|(_, what)| what));
    if let Some(what) = what {
        return Err(DataError::NotCsv {
            reason: (*what).into(),
        });
    }
    let utf16 = start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]);
    if start.contains(&0) && !utf16 {
        return Err(DataError::NotCsv {
            reason: "it holds NUL bytes, as binary files do; save the data as CSV in UTF-8".into(),
        });
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    fn send(catalog: &Catalog, name: &str, content: &[u8]) -> Result<DataSource, DataError> {
        let mut upload = Upload::begin(catalog, name, 1_000)?;
        for chunk in content.chunks(7) {
            upload.write(chunk)?;
        }
        upload.finish()
    }

    /// A catalog, and what lies in its upload folder afterwards.
    fn catalog() -> (TempDir, Catalog, impl Fn() -> Vec<String>) {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("data");
        let uploads = root.join(FOLDER);
        let inside = move || {
            let entries = fs::read_dir(&uploads).into_iter().flatten().flatten();
            entries
                .map(|entry| entry.file_name().into_string().unwrap())
                .collect()
        };
        (folder, Catalog::new(root), inside)
    }

    #[test]
    fn what_was_sent_becomes_a_data_source() {
        let (_folder, catalog, inside) = catalog();
        let source = send(&catalog, "C:\\fakepath\\my data.csv", b"a,b\n1,2\n").unwrap();
        assert_eq!(
            (source.name.as_str(), source.bytes, source.rows),
            ("uploads/my data.csv", 8, Some(1))
        );
        assert_eq!(catalog.list().unwrap(), std::slice::from_ref(&source));
        let (_, path) = catalog.resolve(&source.id).unwrap();
        assert_eq!(fs::read(path).unwrap(), b"a,b\n1,2\n");
        assert_eq!(inside(), ["my data.csv"]);
    }

    #[test]
    fn an_existing_file_stays_as_it_is() {
        let (_folder, catalog, inside) = catalog();
        let mut late = Upload::begin(&catalog, "x.csv", 1_000).unwrap();
        late.write(b"late\n1\n").unwrap();
        let first = send(&catalog, "x.csv", b"first\n1\n").unwrap();
        assert!(
            matches!(send(&catalog, "../x.csv", b"a\n1\n"), Err(DataError::Exists { name }) if name == "x.csv")
        );
        assert!(matches!(late.finish(), Err(DataError::Exists { .. })));
        let (_, path) = catalog.resolve(&first.id).unwrap();
        assert_eq!(fs::read(path).unwrap(), b"first\n1\n");
        assert_eq!(inside(), ["x.csv"]);
    }

    #[test]
    fn what_cannot_be_used_is_refused_and_leaves_nothing() {
        let (_folder, catalog, inside) = catalog();
        for content in [
            &b"PK\x03\x04xlsx"[..],
            b"\x1F\x8B\x08",
            b"a,b\n1,\0\n",
            b"PAR1",
            b"\xEF\xBB\xBF\n<!DOCTYPE html><html>",
            b"{\"a\": [1, 2]}\n",
        ] {
            assert!(
                matches!(
                    send(&catalog, "x.csv", content),
                    Err(DataError::NotCsv { .. })
                ),
                "{content:?}"
            );
        }
        for (content, place) in [
            (&b"a,b\n1,2\n3\n"[..], (3, 2)),
            (b"a\n\xE9\n", (2, 1)),
            (b"\xFF\xFEa\0\n\0", (1, 1)),
        ] {
            match send(&catalog, "x.csv", content) {
                Err(DataError::Unreadable { line, column, .. }) => {
                    assert_eq!((line, column), place)
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(matches!(
            send(&catalog, "x.csv", b""),
            Err(DataError::Empty)
        ));
        assert!(matches!(
            send(&catalog, "x.csv", &b"1\n".repeat(501)),
            Err(DataError::TooLarge { limit: 1_000 })
        ));
        assert!(send(&catalog, "fits.csv", &b"1\n".repeat(500)).is_ok());
        assert_eq!(inside(), ["fits.csv"]);
    }

    #[test]
    fn an_upload_folder_that_leads_elsewhere_is_refused() {
        let (folder, catalog, _) = catalog();
        let outside = folder.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::create_dir(catalog.root()).unwrap();
        symlink(&outside, catalog.root().join(FOLDER)).unwrap();
        assert!(matches!(
            send(&catalog, "x.csv", b"a\n1\n"),
            Err(DataError::Io { .. })
        ));
        assert_eq!(fs::read_dir(outside).unwrap().count(), 0);
    }
}
