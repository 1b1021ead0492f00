//! What the head of a checkpoint tells, without the rest of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};

use serde::Deserialize;

use super::checkpoint::{KEY, MOST_BYTES};
use super::state::VERSION;

/// Bytes of a head that are read: the encoding of many texts takes most of it.
const MOST_HEAD: u64 = 256 << 20;

/// What is to be known of a checkpoint before it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Whole epochs that the training has behind it.
    pub epochs: u64,
    /// Bytes of the whole file.
    pub length: u64,
}

/// The head of a safetensors file: JSON behind its length in eight bytes, with the text of our own in it, and the places of
/// the tensors behind it.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "__metadata__")]
    metadata: BTreeMap<String, String>,
    #[serde(flatten)]
    tensors: BTreeMap<String, Place>,
}

#[derive(Deserialize)]
struct Place {
    data_offsets: (u64, u64),
}

/// What is asked of our own.
#[derive(Deserialize)]
struct Told {
    version: u32,
    progress: Trained,
}

#[derive(Deserialize)]
struct Trained {
    epochs: u64,
}

impl Glance {
    /// Looks at the head of `file`; `None` where it is no whole checkpoint from which this version goes on.
    pub fn at(file: &File) -> Option<Self> {
        let mut source = BufReader::new(file);
        let mut count = [0; size_of::<u64>()];
        source.read_exact(&mut count).ok()?;
        let count = u64::from_le_bytes(count);
        if count > MOST_HEAD {
            return None;
        }
        let mut head = Vec::new();
        source.take(count).read_to_end(&mut head).ok()?;
        let head: Head = serde_json::from_slice(&head).ok()?;
        let told: Told = serde_json::from_str(head.metadata.get(KEY)?).ok()?;
        let ends = head.tensors.values().map(|tensor| tensor.data_offsets.1);
        let length = ends.max()?.checked_add(size_of::<u64>() as u64 + count)?;
        let is_whole = file.metadata().ok()?.len() == length && length <= MOST_BYTES;
        (told.version == VERSION && is_whole).then_some(Self {
            epochs: told.progress.epochs,
            length,
        })
    }
}
