//! The checkpoints that the embedded trainer left in the folder of a run.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::recorder::open_plain;
use crate::trainer::Glance;

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
    open(folder, BEST).or_else(|| by_age(folder).next())
}

/// The checkpoint from which a training goes on: the last that can be used, and what its head tells.
pub fn last(folder: &Path) -> Option<(Checkpoint, Glance)> {
    by_age(folder).find_map(|checkpoint| {
        let glance = Glance::at(&checkpoint.1)?;
        Some((checkpoint, glance))
    })
}

/// All but the best, the last first.
fn by_age(folder: &Path) -> impl Iterator<Item = Checkpoint> {
    let below = folder.join(BELOW);
    let is_folder = std::fs::symlink_metadata(&below).is_ok_and(|below| below.is_dir());
    let files = is_folder.then(|| std::fs::read_dir(below).ok()).flatten();
    let names = files.into_iter().flatten().flatten();
    let names = names.filter_map(|file| file.file_name().into_string().ok());
    // Of as many digits each, so that they sort by epoch.
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with("epoch-") && name.ends_with(".safetensors"))
        .collect();
    names.sort();
    names.push(INTERRUPTED.to_owned());
    let folder = folder.to_owned();
    names
        .into_iter()
        .rev()
        .filter_map(move |name| open(&folder, &name))
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

    /// A file that is laid out as a checkpoint of so many epochs.
    fn checkpoint(epochs: u64) -> Vec<u8> {
        let told = serde_json::json!({"version": 2, "progress": {"epochs": epochs}, "more": [1]});
        let head = serde_json::json!({
            "__metadata__": {"nashboard-gan": told.to_string()},
            "sums": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]},
        });
        let head = head.to_string().into_bytes();
        [&(head.len() as u64).to_le_bytes(), head.as_slice(), &[0; 8]].concat()
    }

    #[test]
    fn a_training_goes_on_from_the_last_that_is_whole_and_not_from_the_best() {
        let run = tempfile::tempdir().unwrap();
        let chosen = || last(run.path()).map(|(_, glance)| glance.epochs);
        let folder = run.path().join(BELOW);
        std::fs::create_dir(&folder).unwrap();
        let put = |name: &str, content: &[u8]| {
            std::fs::write(folder.join(format!("{name}.safetensors")), content).unwrap();
        };
        for (name, epochs, expected) in [
            ("best", 11, None),
            ("epoch-000010", 10, Some(10)),
            ("epoch-000009", 9, Some(10)),
            ("interrupted", 12, Some(12)),
        ] {
            put(name, &checkpoint(epochs));
            assert_eq!(chosen(), expected, "{name}");
        }
        let whole = checkpoint(12);
        put("interrupted", &whole[..whole.len() - 1]);
        assert_eq!(chosen(), Some(10), "its end is missing");
        put("epoch-000010", b"no checkpoint");
        assert_eq!(chosen(), Some(9));
        // A file may say that it is as long as no disk is.
        let file = File::options()
            .write(true)
            .open(folder.join("epoch-000009.safetensors"));
        file.unwrap().set_len(20 << 30).unwrap();
        assert_eq!(chosen(), None);
    }
}
