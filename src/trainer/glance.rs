//! What the head of a checkpoint tells, without the rest of it.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;

use super::checkpoint::KEY;
use super::state::VERSION;

/// Bytes of a head that are read: the encoding of many texts takes most of it.
const MOST_BYTES: u64 = 256 << 20;

/// The head of a safetensors file: JSON behind its length in eight bytes, with the text of our own in it.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "__metadata__")]
    metadata: BTreeMap<String, String>,
}

/// What is asked of that.
#[derive(Deserialize)]
struct Told {
    version: u32,
    progress: Trained,
}

#[derive(Deserialize)]
struct Trained {
    epochs: u64,
}

/// How many whole epochs the training has behind it whose checkpoint `source` is; `None` where it is none that this version
/// goes on from.
pub fn epochs_trained(mut source: impl Read) -> Option<u64> {
    let mut length = [0; size_of::<u64>()];
    source.read_exact(&mut length).ok()?;
    let length = u64::from_le_bytes(length);
    if length > MOST_BYTES {
        return None;
    }
    let mut head = Vec::new();
    source.take(length).read_to_end(&mut head).ok()?;
    let head: Head = serde_json::from_slice(&head).ok()?;
    let told: Told = serde_json::from_str(head.metadata.get(KEY)?).ok()?;
    (told.version == VERSION).then_some(told.progress.epochs)
}
