//! The distribution of a column's numbers: quantiles, in pieces where wide gaps part them.

use serde::{Deserialize, Serialize};

/// Segments between quantiles, of all pieces together.
const SEGMENTS: f64 = 512.0;
/// Cells that the numbers are counted in, about.
const CELLS: f64 = 20.0;
/// Width of a gap from which on it parts two pieces: a share of the whole range, ...
const GAP_SHARE: f64 = 0.05;
/// ... and so many typical distances of neighbours.
const GAP_STEPS: f64 = 20.0;
/// Least share of the numbers in a piece; fewer are outliers.
const PIECE_SHARE: f64 = 0.02;

/// Quantiles of numbers. Between two pieces there is no number at all: clusters, not a tail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Piece {
    /// Numbers at equal steps of rank, from the least to the greatest.
    knots: Vec<f64>,
    /// Cells of equal rank that its numbers are counted in.
    cells: usize,
}

impl Quantiles {
    /// Those of `sorted` numbers, of which there is at least one.
    pub fn fit(sorted: &[f64]) -> Self {
        let pieces = parts(sorted).into_iter().map(|part| {
            let share = part.len() as f64 / sorted.len() as f64;
            let segments = ((SEGMENTS * share) as usize).clamp(1, part.len());
            let last = part.len() - 1;
            Piece {
                knots: (0..=segments)
                    .map(|knot| part[(knot * last + segments / 2) / segments])
                    .collect(),
                cells: ((CELLS * share).round() as usize).max(1),
            }
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// How many cells the numbers are counted in.
    pub fn cells(&self) -> usize {
        self.pieces.iter().map(|piece| piece.cells).sum()
    }

    /// The cell of `number`.
    pub fn cell(&self, number: f64) -> usize {
        let place = self.piece(number);
        let before: usize = self.pieces[..place].iter().map(|piece| piece.cells).sum();
        let piece = &self.pieces[place];
        before + ((piece.rank(number) * piece.cells as f64) as usize).min(piece.cells - 1)
    }

    /// The place of the piece nearest to `number`.
    fn piece(&self, number: f64) -> usize {
        let middle = |pair: &[Piece]| pair[0].high() / 2.0 + pair[1].knots[0] / 2.0;
        let mut gaps = self.pieces.windows(2);
        let below = gaps.position(|pair| number < middle(pair));
        below.unwrap_or(self.pieces.len() - 1)
    }

    /// Moves `numbers` to the quantiles of their ranks among each other, piece by piece, so that none crosses a gap;
    /// `jitter` gives numbers from 0 to 1, which spread them within their ranks.
    pub fn calibrate(&self, mut numbers: Vec<&mut f64>, mut jitter: impl FnMut() -> f64) {
        numbers.sort_by(|one, other| one.total_cmp(other));
        let mut rest = numbers.as_mut_slice();
        for (place, piece) in self.pieces.iter().enumerate() {
            let count = rest.partition_point(|number| self.piece(**number) <= place);
            let (own, after) = rest.split_at_mut(count);
            for (rank, number) in own.iter_mut().enumerate() {
                **number = piece.quantile((rank as f64 + jitter()) / count as f64);
            }
            rest = after;
        }
    }

    /// Whether quantiles that come from outside can be used without surprises.
    pub fn is_sound(&self) -> bool {
        let piece = |piece: &Piece| {
            piece.knots.len() >= 2
                && piece.cells >= 1
                && piece.cells <= 1000
                && piece.knots.iter().all(|knot| knot.is_finite())
                && piece.knots.is_sorted()
        };
        !self.pieces.is_empty()
            && self.pieces.iter().all(piece)
            && self
                .pieces
                .windows(2)
                .all(|pair| pair[0].high() < pair[1].knots[0])
    }
}

impl Piece {
    fn high(&self) -> f64 {
        self.knots[self.knots.len() - 1]
    }

    /// The share of numbers below `number`, with half of those that equal it.
    fn rank(&self, number: f64) -> f64 {
        let below = self.knots.partition_point(|knot| *knot < number);
        let upto = self.knots.partition_point(|knot| *knot <= number);
        let last = (self.knots.len() - 1) as f64;
        if upto > below {
            return (below + upto - 1) as f64 / 2.0 / last;
        }
        match (below, self.knots.get(below)) {
            (0, _) => 0.0,
            (_, None) => 1.0,
            (_, Some(high)) => {
                let low = self.knots[below - 1];
                // Halved, because the distance of two doubles can overflow.
                let within = (number / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
                ((below - 1) as f64 + within) / last
            }
        }
    }

    fn quantile(&self, rank: f64) -> f64 {
        let segments = self.knots.len() - 1;
        let place = rank.clamp(0.0, 1.0) * segments as f64;
        let segment = (place as usize).min(segments - 1);
        let within = place - segment as f64;
        self.knots[segment] * (1.0 - within) + self.knots[segment + 1] * within
    }
}

/// `sorted`, parted at wide gaps.
fn parts(sorted: &[f64]) -> Vec<&[f64]> {
    let range = sorted[sorted.len() - 1] - sorted[0];
    let mut steps: Vec<f64> = sorted
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .filter(|step| *step > 0.0)
        .collect();
    steps.sort_by(f64::total_cmp);
    let typical = steps.get(steps.len() / 2).copied().unwrap_or(0.0);
    let wide = (range * GAP_SHARE).max(typical * GAP_STEPS);
    let least = ((sorted.len() as f64 * PIECE_SHARE) as usize).max(2);
    let (mut parts, mut start) = (Vec::new(), 0);
    for place in 1..sorted.len() {
        let enough = place - start >= least && sorted.len() - place >= least;
        if enough && sorted[place] - sorted[place - 1] > wide {
            parts.push(&sorted[start..place]);
            start = place;
        }
    }
    parts.push(&sorted[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn calibrated_numbers_keep_their_order_and_come_from_the_range(
            mut real in prop::collection::vec(-1e3f64..1e3, 1..300),
            mut made in prop::collection::vec(-2e3f64..2e3, 1..300),
        ) {
            real.sort_by(f64::total_cmp);
            made.sort_by(f64::total_cmp);
            let quantiles = Quantiles::fit(&real);
            prop_assert!(quantiles.is_sound());
            quantiles.calibrate(made.iter_mut().collect(), || 0.5);
            prop_assert!(made.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9));
            let (low, high) = (real[0] - 1e-9, real[real.len() - 1] + 1e-9);
            prop_assert!(made.iter().all(|number| (low..=high).contains(number)));
            prop_assert!(made.iter().all(|number| quantiles.cell(*number) < quantiles.cells()));
        }
    }

    #[test]
    fn clusters_are_pieces_and_nothing_crosses_the_gap() {
        let real: Vec<f64> = (0..100)
            .map(|n| f64::from(n % 50) / 1000.0 + f64::from(n / 50))
            .collect();
        let quantiles = Quantiles::fit(&{
            let mut sorted = real;
            sorted.sort_by(f64::total_cmp);
            sorted
        });
        assert_eq!(quantiles.pieces.len(), 2);
        let mut made = [0.1, 0.2, 0.3, 0.9];
        quantiles.calibrate(made.iter_mut().collect(), || 0.5);
        assert!(made[2] < 0.05 && made[3] >= 1.0, "{made:?}");
    }

    #[test]
    fn whole_numbers_and_tails_are_one_piece() {
        let whole: Vec<f64> = (0..1000).map(|n| f64::from(n / 10)).collect();
        assert_eq!(Quantiles::fit(&whole).pieces.len(), 1);
        let tail: Vec<f64> = (0..1000).map(|n| (f64::from(n) / 50.0).exp()).collect();
        assert_eq!(Quantiles::fit(&tail).pieces.len(), 1);
    }
}
