//! Rows as numbers that tell them apart, so that a synthetic row is never the copy of a single real one.

/// Fingerprint of no cell at all.
pub const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// `fingerprint` with the bytes of another cell, by FNV-1a
/// (Fowler, Noll, Vo; <https://www.ietf.org/archive/id/draft-eastlake-fnv-21.html>).
pub fn with(fingerprint: u64, cell: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    // No text has this byte, so that the cells "a", "b" differ from "ab".
    step(cell.iter().fold(fingerprint, step), &0xff)
}

/// Those of `fingerprints` that occur once, sorted.
pub fn unique(mut fingerprints: Vec<u64>) -> Vec<u64> {
    fingerprints.sort_unstable();
    let groups = fingerprints.chunk_by(|one, other| one == other);
    groups
        .filter(|group| group.len() == 1)
        .map(|group| group[0])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_their_borders_count() {
        let row = |cells: &[&str]| {
            cells
                .iter()
                .fold(EMPTY, |hash, cell| with(hash, cell.as_bytes()))
        };
        assert_ne!(row(&["a", "b"]), row(&["ab"]));
        assert_ne!(row(&["a", ""]), row(&["a"]));
        assert_eq!(unique(vec![3, 1, 3, 2]), [1, 2]);
    }
}
