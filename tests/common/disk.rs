//! A small disk of its own, as long as a test lasts.

use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Disk(PathBuf);

impl Disk {
    /// A disk with room for so many megabytes. `None`, and a word of it, where nobody may mount one.
    pub fn mount(place: &Path, megabytes: u32) -> Option<Self> {
        std::fs::create_dir_all(place).unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "nashboard-test"])
            .arg(place)
            .output()
            .is_ok_and(|mounted| mounted.status.success());
        if !mounted {
            super::skipped("a small disk cannot be mounted here");
        }
        mounted.then(|| Self(place.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .args(["--lazy"])
            .arg(&self.0)
            .status();
    }
}
