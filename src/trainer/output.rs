//! What the trainer leaves: lines that are seen at once, and files that are either whole or absent.

use std::fmt::Arguments;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::error::TrainError;

/// Prints a line at once, so that whoever follows a pipe sees it while it is new.
pub fn print(out: &mut impl Write, line: Arguments) -> Result<(), TrainError> {
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(TrainError::Print)
}

/// Writes a file under a temporary name beside `path`, then renames it; missing folders are made. A reader that watches
/// the folder meets the finished file only.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), TrainError> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".partial");
    let partial = path.with_file_name(name);
    let attempt = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut out = BufWriter::new(File::create(&partial)?);
        write(&mut out)?;
        out.into_inner()?.sync_all()?;
        fs::rename(&partial, path)
    };
    attempt().map_err(|error| {
        // What is left of a failed attempt is worthless, and the error that counts is the first one.
        let _ = fs::remove_file(&partial);
        TrainError::writing(path)(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("file.txt");
        write_atomically(&path, |out| out.write_all(b"first")).unwrap();
        let failed = write_atomically(&path, |out| {
            out.write_all(b"second")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().to_string().contains("disk full"));
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
