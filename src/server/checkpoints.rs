//! The checkpoints that the embedded trainer left in the folder of a run.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::recorder::open_plain;

/// Where they are in the folder.
const BELOW: &str = "checkpoints";
/// The best so far, and the last of a training that was told to end.
const BEST: &str = "best.safetensors";
const INTERRUPTED: &str = "interrupted.safetensors";

/// A checkpoint: its path, for people, and the open file, which alone is read. What is put in its place afterwards is not
/// looked at.
pub type Checkpoint = (PathBuf, File);

/// The checkpoint that rows are drawn from: the best, or else the last.
pub fn best(folder: &Path) -> Option<Checkpoint> {
    open(folder, BEST).or_else(|| last(folder))
}

/// The checkpoint from which a training goes on.
pub fn last(folder: &Path) -> Option<Checkpoint> {
    if let Some(interrupted) = open(folder, INTERRUPTED) {
        return Some(interrupted);
    }
    let below = folder.join(BELOW);
    if !std::fs::symlink_metadata(&below).ok()?.is_dir() {
        return None;
    }
    let files = std::fs::read_dir(below).ok()?.flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    // Of as many digits each, so that they sort by epoch.
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with("epoch-") && name.ends_with(".safetensors"))
        .collect();
    names.sort();
    names.iter().rev().find_map(|name| open(folder, name))
}

/// A folder that came from elsewhere may hold links that lead out of it.
fn open(folder: &Path, name: &str) -> Option<Checkpoint> {
    let name = Path::new(BELOW).join(name);
    let file = open_plain(folder, &name).ok()?;
    Some((folder.join(name), file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_best_is_taken_else_the_last_and_no_link() {
        let run = tempfile::tempdir().unwrap();
        let chosen = || best(run.path()).map(|(path, _)| path);
        assert_eq!(chosen(), None);
        let folder = run.path().join("checkpoints");
        std::fs::create_dir(&folder).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", folder.join("epoch-000009.safetensors"))
            .unwrap();
        assert_eq!(chosen(), None);
        for name in ["epoch-000002", "epoch-000001"] {
            std::fs::write(folder.join(format!("{name}.safetensors")), "").unwrap();
        }
        assert_eq!(chosen(), Some(folder.join("epoch-000002.safetensors")));
        std::fs::write(folder.join("best.safetensors"), "").unwrap();
        assert_eq!(chosen(), Some(folder.join("best.safetensors")));
        // What was opened stays what is read.
        let (path, mut file) = best(run.path()).unwrap();
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", &path).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "");
        assert_eq!(chosen(), Some(folder.join("epoch-000002.safetensors")));
    }

    #[test]
    fn a_training_goes_on_from_the_last_and_not_from_the_best() {
        let run = tempfile::tempdir().unwrap();
        let chosen = || last(run.path()).map(|(path, _)| path);
        let folder = run.path().join(BELOW);
        std::fs::create_dir(&folder).unwrap();
        for (name, expected) in [
            ("best", None),
            ("epoch-000010", Some("epoch-000010")),
            ("epoch-000009", Some("epoch-000010")),
            ("interrupted", Some("interrupted")),
        ] {
            std::fs::write(folder.join(format!("{name}.safetensors")), "").unwrap();
            let expected = expected.map(|name| folder.join(format!("{name}.safetensors")));
            assert_eq!(chosen(), expected, "{name}");
        }
    }
}
