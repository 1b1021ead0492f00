//! Who may do what where other machines reach the server: two tokens, known by their digests.
//!
//! The tokens themselves are kept nowhere. The file holds SHA-256 of them, so that neither a
//! trainer, which runs as the same user, nor a copy of the runs folder gives them away.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::ServerError;
use super::data::hex;

/// The file with the digests, in the folder of the runs.
const NAME: &str = ".access.json";
/// A file of ours is far shorter.
const FILE_MOST: u64 = 4096;
/// Random bytes of a token: none is ever guessed.
const TOKEN_BYTES: usize = 32;

/// What the holder of a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything that the page can do.
    Operator,
    /// Look, and change nothing.
    Viewer,
}

/// The digests of the tokens that are valid.
#[derive(Clone, Debug)]
pub struct Access {
    operator: [u8; 32],
    viewer: [u8; 32],
}

/// Tokens that were made just now: they are shown once.
pub struct Fresh {
    pub operator: String,
    pub viewer: String,
}

/// The form of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    operator_sha256: String,
    viewer_sha256: String,
}

impl Access {
    /// The file of the digests of a folder of runs.
    pub fn file(runs: &Path) -> PathBuf {
        runs.join(NAME)
    }

    /// Reads the digests of the folder `runs`; at the first start makes both tokens.
    ///
    /// # Errors
    /// Where the file can be written by others, is damaged, or cannot be read or written.
    pub fn open(runs: &Path) -> Result<(Self, Option<Fresh>), ServerError> {
        let path = Self::file(runs);
        let failed = |error: io::Error| {
            ServerError::Disk(format!(
                "cannot use the tokens in {}: {error}; delete the file to have new ones made",
                path.display()
            ))
        };
        match read(&path) {
            Ok(access) => Ok((access, None)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let fresh = Fresh {
                    operator: token(),
                    viewer: token(),
                };
                let access = Self {
                    operator: digest(&fresh.operator),
                    viewer: digest(&fresh.viewer),
                };
                write(runs, &path, &access).map_err(failed)?;
                Ok((access, Some(fresh)))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// What the holder of `token` may do; nobody holds any other.
    pub fn role(&self, token: &str) -> Option<Role> {
        let digest = digest(token);
        // Both are compared, whichever it is, so that the time tells nothing.
        let (operator, viewer) = (
            is_same(&digest, &self.operator),
            is_same(&digest, &self.viewer),
        );
        match (operator, viewer) {
            (true, _) => Some(Role::Operator),
            (_, true) => Some(Role::Viewer),
            _ => None,
        }
    }
}

/// Compares without stopping at the first difference.
fn is_same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    let difference = one
        .iter()
        .zip(other)
        .fold(0, |so_far, (one, other)| so_far | (one ^ other));
    std::hint::black_box(difference) == 0
}

fn token() -> String {
    let mut bytes = [0; TOKEN_BYTES];
    rand::rng().fill(&mut bytes);
    hex(&bytes)
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn read(path: &Path) -> io::Result<Access> {
    let mut order = File::options();
    // A link in its place would be somebody else's file.
    order
        .read(true)
        .custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK);
    let file = order.open(path)?;
    let facts = file.metadata()?;
    if !facts.is_file() || facts.mode() & 0o077 != 0 {
        return Err(io::Error::other(format!(
            "others than its owner may use it (mode {:o}); set it by chmod 600 if you trust it",
            facts.mode() & 0o777
        )));
    }
    if facts.uid() != nix::unistd::geteuid().as_raw() {
        return Err(io::Error::other(
            "it belongs to another user; delete it, and the next start makes new tokens",
        ));
    }
    let mut text = String::new();
    file.take(FILE_MOST).read_to_string(&mut text)?;
    let kept: Kept = serde_json::from_str(&text)?;
    let digest = |text: &str| {
        bytes(text).ok_or_else(|| io::Error::other("it holds no digest where one should be"))
    };
    Ok(Access {
        operator: digest(&kept.operator_sha256)?,
        viewer: digest(&kept.viewer_sha256)?,
    })
}

/// The 32 bytes that 64 hexadecimal digits stand for.
fn bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Writes the file whole or not at all, for its owner alone.
fn write(runs: &Path, path: &Path, access: &Access) -> io::Result<()> {
    fs::create_dir_all(runs)?;
    // Made with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(runs)?;
    let kept = Kept {
        operator_sha256: hex(&access.operator),
        viewer_sha256: hex(&access.viewer),
    };
    serde_json::to_writer_pretty(&mut file, &kept)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn tokens_are_made_once_and_kept_as_digests_for_the_owner_alone() {
        let runs = tempfile::tempdir().unwrap();
        let (access, fresh) = Access::open(runs.path()).unwrap();
        let fresh = fresh.unwrap();
        assert_eq!(access.role(&fresh.operator), Some(Role::Operator));
        assert_eq!(access.role(&fresh.viewer), Some(Role::Viewer));
        assert_eq!(fresh.operator.len(), 2 * TOKEN_BYTES);
        let (again, none) = Access::open(runs.path()).unwrap();
        assert!(none.is_none());
        assert_eq!(again.role(&fresh.operator), Some(Role::Operator));
        let file = runs.path().join(NAME);
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains(&fresh.operator) && !text.contains(&fresh.viewer));
        for digest in [access.operator, access.viewer] {
            assert_eq!(access.role(&hex(&digest)), None, "a digest is no token");
        }
    }

    #[test]
    fn nothing_else_is_a_token() {
        let runs = tempfile::tempdir().unwrap();
        let (access, fresh) = Access::open(runs.path()).unwrap();
        let right = fresh.unwrap().operator;
        let other = Access::open(tempfile::tempdir().unwrap().path()).unwrap();
        for wrong in [
            "",
            &right[..63],
            &format!("{right}0"),
            &right.to_uppercase(),
            &other.1.unwrap().operator,
        ] {
            assert_eq!(access.role(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_byte_counts_in_a_comparison() {
        let one = [7; 32];
        assert!(is_same(&one, &one));
        for at in 0..32 {
            let mut other = one;
            other[at] ^= 1;
            assert!(!is_same(&one, &other), "byte {at}");
        }
    }

    #[test]
    fn a_file_that_others_could_have_written_is_not_trusted() {
        let runs = tempfile::tempdir().unwrap();
        Access::open(runs.path()).unwrap();
        let file = runs.path().join(NAME);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Access::open(runs.path()).map(drop).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        let real = runs.path().join("real");
        fs::rename(&file, &real).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink(&real, &file).unwrap();
        assert!(Access::open(runs.path()).is_err());
        fs::remove_file(&file).unwrap();
        for text in [
            "",
            "{}",
            "{\"operator_sha256\":\"\",\"viewer_sha256\":\"\"}",
        ] {
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
            let error = Access::open(runs.path()).map(drop).unwrap_err().to_string();
            assert!(error.contains("delete the file"), "{error}");
        }
    }
}
