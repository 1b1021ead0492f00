//! Random numbers that depend on nothing but the seed and what they are for.
//!
//! Each use draws from its own stream of ChaCha8, chosen by purpose and index. A training that resumes in the middle
//! of an epoch therefore needs no saved generator state: its position alone restores every later draw.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What random numbers are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Initial weights.
    Weights,
    /// The order of rows in this epoch.
    Shuffle(u64),
    /// The noise of this step, counted over the whole training.
    Step(u64),
    /// Synthetic rows, in chunks.
    Rows(u64),
}

/// The random numbers for one purpose under one seed.
pub fn stream(seed: u64, purpose: Purpose) -> ChaCha8Rng {
    let (kind, index) = match purpose {
        Purpose::Weights => (0, 0),
        Purpose::Shuffle(epoch) => (1, epoch),
        Purpose::Step(step) => (2, step),
        Purpose::Rows(chunk) => (3, chunk),
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // Two bits tell the purposes apart; an index never comes near the other 62.
    rng.set_stream((kind << 62) | index);
    rng
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let purposes = [
            Purpose::Weights,
            Purpose::Shuffle(0),
            Purpose::Shuffle(1),
            Purpose::Step(0),
            Purpose::Step(1),
            Purpose::Rows(0),
            Purpose::Rows(1),
        ];
        let draw = |seed, purpose| stream(seed, purpose).random::<u64>();
        for (index, &purpose) in purposes.iter().enumerate() {
            assert_eq!(draw(7, purpose), draw(7, purpose));
            assert_ne!(draw(7, purpose), draw(8, purpose));
            for &other in &purposes[index + 1..] {
                assert_ne!(
                    draw(7, purpose),
                    draw(7, other),
                    "{purpose:?} and {other:?} share numbers"
                );
            }
        }
    }
}
