//! What the trainer leaves: lines that are seen at once, and files that are either whole or absent.

use std::fmt::Arguments;
use std::fs::{self, File, OpenOptions};
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
/// the folder meets the finished file only. What a link leads to is written instead of the link, and what is no file,
/// such as a named pipe, as it is.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), TrainError> {
    let written = match fs::metadata(path) {
        Ok(found) if !found.is_file() => write_into(path, write),
        Ok(_) => fs::canonicalize(path).and_then(|file| replace(&file, write)),
        Err(_) => replace(path, write),
    };
    written.map_err(TrainError::writing(path))
}

/// Writes into what is there and has no content of its own.
fn write_into(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
    write(&mut out)?;
    out.flush()
}

/// Puts a whole file into the place of the one at `path`, or of none.
fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
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
    attempt().inspect_err(|_| {
        // What is left of a failed attempt is worthless, and the error that counts is the first one.
        let _ = fs::remove_file(&partial);
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

    #[test]
    fn a_link_and_a_pipe_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link, pipe] = ["file", "link", "pipe"].map(|name| folder.path().join(name));
        fs::write(&file, "first").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomically(&link, |out| out.write_all(b"second")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"second");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        // Opened for both, so that neither end waits for the other.
        let mut both = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&pipe)
            .unwrap();
        write_atomically(&pipe, |out| out.write_all(b"third")).unwrap();
        assert!(!fs::metadata(&pipe).unwrap().is_file());
        let mut read = [0; 5];
        io::Read::read_exact(&mut both, &mut read).unwrap();
        assert_eq!(&read, b"third");
    }
}
