//! Opens the files of a folder that may have come from elsewhere: plain ones, and no link.
//!
//! A run folder can be copied in from anywhere. What stands in the place of a file may be a
//! link that leads out of it, a pipe that never speaks, or a device that never ends.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path};

use nix::errno::Errno;
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::Mode;

/// Opens the file `name` of `folder` for reading. The last part of `folder` is no link either,
/// and `name` may lie in folders below it, none of which is one.
///
/// The check is the opening itself, step by step from one open folder to the next, so that
/// nothing can be put in between.
///
/// # Errors
/// `NotFound` where there is none; otherwise where it is a link or no plain file.
pub fn open_plain(folder: &Path, name: &Path) -> io::Result<File> {
    let steps = name.components().map(|step| match step {
        Component::Normal(step) => Ok(step.as_ref()),
        _ => Err(strange("its name leads elsewhere")),
    });
    let mut here = open_folder(nix::fcntl::AT_FDCWD, folder)?;
    let mut steps = steps.collect::<io::Result<Vec<&Path>>>()?;
    let last = steps.pop().ok_or_else(|| strange("its name is empty"))?;
    for step in steps {
        here = open_folder(&here, step)?;
    }
    // A pipe without a writer must not make us wait.
    let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK;
    let file = File::from(open(&here, last, flags)?);
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(strange("it is no plain file")),
    }
}

/// Opens the plain file at `path`, none of whose parts is a link: one that was canonical when
/// it was looked up, and is not another one now.
///
/// # Errors
/// As [`open_plain`].
pub fn open_unlinked(path: &Path) -> io::Result<File> {
    match path.strip_prefix("/") {
        Ok(below_root) => open_plain(Path::new("/"), below_root),
        Err(_) => open_plain(Path::new("."), path),
    }
}

/// All of the file `name` of `folder`, which may have `most` bytes.
///
/// # Errors
/// As [`open_plain`], and where it is longer.
pub fn read_plain(folder: &Path, name: &str, most: u64) -> io::Result<Vec<u8>> {
    let file = open_plain(folder, Path::new(name))?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(strange(&format!("it has more than {most} bytes"))),
        false => Ok(bytes),
    }
}

fn open_folder(from: impl AsFd, path: &Path) -> io::Result<OwnedFd> {
    // Folders on the way need not be readable, as long as they can be gone through.
    open(from, path, OFlag::O_PATH | OFlag::O_DIRECTORY)
}

fn open(from: impl AsFd, path: &Path, flags: OFlag) -> io::Result<OwnedFd> {
    let flags = flags | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    openat(from, path, flags, Mode::empty()).map_err(|error| match error {
        Errno::ELOOP => strange("it is a link"),
        error => error.into(),
    })
}

fn strange(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn text(folder: &Path, name: &str) -> io::Result<String> {
        open_plain(folder, Path::new(name)).and_then(io::read_to_string)
    }

    #[test]
    fn plain_files_are_read_and_links_are_not() {
        let place = tempfile::tempdir().unwrap();
        let run = place.path().join("run");
        fs::create_dir_all(run.join("samples")).unwrap();
        fs::write(run.join("a"), "one").unwrap();
        fs::write(run.join("samples/b"), "two").unwrap();
        fs::write(place.path().join("secret"), "secret").unwrap();
        symlink("../secret", run.join("link")).unwrap();
        symlink("a", run.join("inside")).unwrap();
        symlink("samples", run.join("drawn")).unwrap();
        symlink(&run, place.path().join("other")).unwrap();
        assert_eq!(text(&run, "a").unwrap(), "one");
        assert_eq!(text(&run, "samples/b").unwrap(), "two");
        for name in [
            "link",
            "inside",
            "drawn/b",
            "../secret",
            "samples/../a",
            "/etc/hostname",
            "",
            "samples",
            ".",
        ] {
            assert!(text(&run, name).is_err(), "{name}");
        }
        assert!(
            text(&place.path().join("other"), "a").is_err(),
            "the folder is a link"
        );
        let real = place.path().canonicalize().unwrap();
        assert!(open_unlinked(&real.join("run/a")).is_ok());
        assert!(open_unlinked(&real.join("other/a")).is_err());
        let missing = text(&run, "none").unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn pipes_and_devices_are_refused_at_once_and_long_files_too() {
        let run = tempfile::tempdir().unwrap();
        let pipe = run.path().join("pipe");
        nix::unistd::mkfifo(&pipe, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
        assert!(text(run.path(), "pipe").is_err());
        assert!(text(Path::new("/dev"), "zero").is_err());
        fs::write(run.path().join("a"), "12345").unwrap();
        assert_eq!(read_plain(run.path(), "a", 5).unwrap(), b"12345");
        assert!(read_plain(run.path(), "a", 4).is_err());
    }
}
