//! What a run's trainer drew: the files in its `samples/`.

use std::fs::{self, File};
use std::path::Path;

use super::time;
use crate::recorder::open_plain;
use crate::run::{Sample, SampleKind};

/// Files of one run that are listed at most; a trainer may draw without end.
const LISTED: usize = 1000;

/// The samples in a run's folder, newest first.
pub fn list(folder: &Path) -> Vec<Sample> {
    let mut found = Vec::new();
    let place = folder.join("samples");
    // A link in its place leads elsewhere, as do links in it.
    let own = fs::symlink_metadata(&place).is_ok_and(|place| place.is_dir());
    let entries = own.then(|| fs::read_dir(place).ok()).flatten();
    for entry in entries.into_iter().flatten().flatten() {
        // Links lead elsewhere, and hidden files are not finished.
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else {
            continue;
        };
        let (true, false, Ok(file)) = (kind.is_file(), name.starts_with('.'), entry.metadata())
        else {
            continue;
        };
        let modified = file.modified().unwrap_or(std::time::UNIX_EPOCH);
        found.push(Sample {
            kind: kind_of(&name),
            name,
            bytes: file.len(),
            modified_at: time::of_file(modified),
        });
    }
    // Names count steps in digits of one width: what was drawn in one instant keeps their order.
    found.sort_by(|one, other| {
        (&other.modified_at, &other.name).cmp(&(&one.modified_at, &one.name))
    });
    found.truncate(LISTED);
    found
}

/// The sample `name`, open, where the run has it. A name is looked up, never joined to a path
/// before it is known; and what was put in its place since is not opened.
pub fn find(folder: &Path, name: &str) -> Option<(File, Sample)> {
    let sample = list(folder)
        .into_iter()
        .find(|sample| sample.name == name)?;
    let place = Path::new("samples").join(&sample.name);
    Some((open_plain(folder, &place).ok()?, sample))
}

/// What a file is by its first bytes, where browsers show it as a picture. Its name says
/// nothing: a page in a file called `.png` is no picture.
pub fn picture(start: &[u8]) -> Option<&'static str> {
    match start {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

fn kind_of(name: &str) -> SampleKind {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" => SampleKind::Image,
        "csv" => SampleKind::Csv,
        _ => SampleKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_content() {
        for (start, kind) in [
            (&b"\x89PNG\r\n\x1a\n\0\0"[..], Some("image/png")),
            (b"\xFF\xD8\xFF\xE0", Some("image/jpeg")),
            (b"GIF89a...", Some("image/gif")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"RIFF\x10\0\0\0WAVEfmt ", None),
            (b"<svg onload=alert(1)>", None),
            (b"<!DOCTYPE html>", None),
            (b" \x89PNG\r\n\x1a\n", None),
            (b"", None),
        ] {
            assert_eq!(picture(start), kind, "{start:?}");
        }
    }

    #[test]
    fn only_files_of_the_folder_itself_are_samples() {
        let run = tempfile::tempdir().unwrap();
        let samples = run.path().join("samples");
        fs::create_dir_all(samples.join("deeper")).unwrap();
        for name in ["step-000001.csv", "step-000002.PNG", "notes.txt", ".part"] {
            fs::write(samples.join(name), "x").unwrap();
        }
        fs::write(run.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink(run.path().join("secret"), samples.join("link.csv")).unwrap();
        let mut kinds: Vec<_> = list(run.path())
            .into_iter()
            .map(|sample| (sample.name, sample.kind))
            .collect();
        kinds.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(
            kinds,
            [
                ("notes.txt".to_owned(), SampleKind::Other),
                ("step-000001.csv".to_owned(), SampleKind::Csv),
                ("step-000002.PNG".to_owned(), SampleKind::Image),
            ]
        );
        assert!(find(run.path(), "step-000001.csv").is_some());
        for stranger in ["../secret", "link.csv", ".part", "deeper", ""] {
            assert!(find(run.path(), stranger).is_none(), "{stranger}");
        }
        let linked = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(&samples, linked.path().join("samples")).unwrap();
        assert!(list(linked.path()).is_empty());
    }
}
