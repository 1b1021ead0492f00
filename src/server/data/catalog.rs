//! Which data sources there are, and which file an id stands for.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::DataError;
use super::folder::{Found, walk};
use super::rows::Rows;
use crate::data::{DataSource, SourceId};

/// The most data sources that are listed.
const MAX_SOURCES: usize = 10_000;

/// The largest file whose rows are counted for the list.
const MAX_COUNTED: u64 = 32 << 20;

/// How many bytes one listing reads to count rows; later listings count the rest.
const COUNTED_AT_ONCE: u64 = 256 << 20;

/// The CSV files below the data folder.
#[derive(Debug)]
pub struct Catalog {
    root: PathBuf,
    /// Rows of files that were counted, as long as size and time stay the same.
    counts: Mutex<HashMap<PathBuf, Count>>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    bytes: u64,
    modified: SystemTime,
    /// Absent where the file cannot be read as CSV.
    rows: Option<u64>,
}

impl Catalog {
    /// A catalog of the folder `root`, which need not exist yet.
    pub fn new(root: PathBuf) -> Self {
        Self {
            root,
            counts: Mutex::default(),
        }
    }

    /// The data folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Every `*.csv` in the folder, at any depth up to 16, by name: at most 10,000.
    ///
    /// Hidden files, links to folders and links to files elsewhere are left out. Fails
    /// where the data folder cannot be read; one that does not exist holds nothing.
    pub fn list(&self) -> Result<Vec<DataSource>, DataError> {
        let files = self.files()?;
        let mut left = COUNTED_AT_ONCE;
        let sources = files.iter().map(|file| self.describe(file, &mut left));
        let sources = sources.collect();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let present: HashSet<&Path> = files.iter().map(|file| file.path.as_path()).collect();
        counts.retain(|path, _| present.contains(path.as_path()));
        Ok(sources)
    }

    /// The data source of that id and its file. An id is never taken as a path: it is
    /// compared with those of the files that there are.
    pub fn resolve(&self, id: &SourceId) -> Result<(DataSource, PathBuf), DataError> {
        let mut files = self.files()?.into_iter();
        let file = files
            .find(|file| file.id() == *id)
            .ok_or(DataError::NotFound)?;
        let mut left = MAX_COUNTED;
        let source = self.describe(&file, &mut left);
        Ok((source, file.path))
    }

    fn files(&self) -> Result<Vec<Found>, DataError> {
        let fail = DataError::io("list the data folder", &self.root);
        let root = match fs::canonicalize(&self.root) {
            Ok(root) => root,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(fail(error)),
        };
        let mut files = walk(&root).map_err(fail)?;
        files.sort_unstable_by(|a, b| a.relative.cmp(&b.relative));
        files.truncate(MAX_SOURCES);
        Ok(files)
    }

    /// Describes a file; its rows are counted where that is cheap and not known yet.
    fn describe(&self, file: &Found, left: &mut u64) -> DataSource {
        let known = {
            let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.get(&file.path).copied()
        };
        let known =
            known.filter(|count| (count.bytes, count.modified) == (file.bytes, file.modified));
        let rows = match known {
            Some(count) => count.rows,
            None if file.bytes > MAX_COUNTED.min(*left) => None,
            None => {
                *left -= file.bytes;
                let rows = Rows::count(&file.path).ok();
                self.remember(file, rows);
                rows
            }
        };
        file.source(rows)
    }

    fn remember(&self, file: &Found, rows: Option<u64>) {
        let count = Count {
            bytes: file.bytes,
            modified: file.modified,
            rows,
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.insert(file.path.clone(), count);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::server::data::folder::MAX_DEPTH;
    use jiff::Timestamp;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    fn folder(files: &[(&str, &str)]) -> (TempDir, Catalog) {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("data");
        for (name, content) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        (folder, Catalog::new(root))
    }

    fn names(catalog: &Catalog) -> Vec<String> {
        catalog
            .list()
            .unwrap()
            .into_iter()
            .map(|source| source.name)
            .collect()
    }

    #[test]
    fn every_csv_is_listed_by_name_with_its_rows() {
        let (_folder, catalog) = folder(&[
            ("b.csv", "x\n1\n2\n"),
            ("a/deep/Er.CSV", "x\n1,2\n"),
            ("notes.txt", "x"),
            (".hidden.csv", "x"),
            (".hidden/c.csv", "x"),
        ]);
        let sources = catalog.list().unwrap();
        let listed: Vec<_> = sources
            .iter()
            .map(|s| (s.name.as_str(), s.bytes, s.rows))
            .collect();
        assert_eq!(listed, [("a/deep/Er.CSV", 6, None), ("b.csv", 6, Some(2))]);
        assert!(sources[1].id.as_str().starts_with("b-"));
        assert!(sources[1].modified_at.parse::<Timestamp>().is_ok());
    }

    #[test]
    fn a_changed_file_is_counted_again() {
        let (_folder, catalog) = folder(&[("a.csv", "x\n1\n")]);
        assert_eq!(catalog.list().unwrap()[0].rows, Some(1));
        fs::write(catalog.root.join("a.csv"), "x\n1\n2\n3\n").unwrap();
        assert_eq!(catalog.list().unwrap()[0].rows, Some(3));
        fs::remove_file(catalog.root.join("a.csv")).unwrap();
        assert_eq!(catalog.list().unwrap(), []);
        assert!(catalog.counts.lock().unwrap().is_empty());
    }

    #[test]
    fn a_folder_that_does_not_exist_holds_nothing() {
        let (_folder, catalog) = folder(&[]);
        assert_eq!(names(&catalog), [""; 0]);
    }

    #[test]
    fn an_id_finds_its_file_and_a_path_finds_nothing() {
        let (folder, catalog) = folder(&[("a/b.csv", "x\n1\n"), ("c.csv", "x\n")]);
        fs::write(folder.path().join("secret.csv"), "x\n1\n").unwrap();
        for source in catalog.list().unwrap() {
            let (found, path) = catalog.resolve(&source.id).unwrap();
            assert_eq!(found, source);
            assert!(path.ends_with(&source.name));
        }
        let absolute = catalog.root.join("c.csv");
        for id in [
            "../secret.csv",
            "../x",
            "c.csv",
            "a/b.csv",
            absolute.to_str().unwrap(),
            "c-00000000",
            "c\0",
            "",
            "/etc/passwd",
        ] {
            let result = catalog.resolve(&SourceId::new(id));
            assert!(matches!(result, Err(DataError::NotFound)), "{id:?}");
        }
    }

    #[test]
    fn links_that_leave_the_folder_are_not_followed() {
        let (folder, catalog) = folder(&[("real.csv", "x\n1\n"), ("sub/other.csv", "x\n1\n")]);
        let outside = folder.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("secret.csv"), "x\n1\n").unwrap();
        let root = &catalog.root;
        symlink(outside.join("secret.csv"), root.join("link.csv")).unwrap();
        symlink("../outside/secret.csv", root.join("relative.csv")).unwrap();
        symlink(&outside, root.join("folder")).unwrap();
        symlink(root, root.join("sub/loop")).unwrap();
        symlink("nowhere", root.join("broken.csv")).unwrap();
        symlink("real.csv", root.join("inside.csv")).unwrap();
        fs::create_dir(root.join("folder.csv")).unwrap();
        assert_eq!(names(&catalog), ["inside.csv", "real.csv", "sub/other.csv"]);
    }

    #[test]
    fn depth_is_bounded() {
        let at = |depth| "d/".repeat(depth) + "x.csv";
        let (_folder, catalog) = folder(&[(&at(MAX_DEPTH), "x\n"), (&at(MAX_DEPTH + 1), "x\n")]);
        assert_eq!(names(&catalog), [at(MAX_DEPTH)]);
    }
}
