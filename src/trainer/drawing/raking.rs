//! Weights under which generated rows have the shares of the real ones.
//!
//! Iterative proportional fitting, as for samples of a census (Deming and Stephan 1940,
//! <https://doi.org/10.1214/aoms/1177731829>): no row is changed, some only count more than others.

/// Passes over all tables.
const ROUNDS: usize = 12;
/// Share that is wanted at least of a cell, so that no row loses all its weight by one of its cells.
const LEAST: f64 = 1e-4;

/// A table that the weighted rows are to fit: each row's cell, and the wanted share of each cell.
pub struct Margin {
    pub cells: Vec<u16>,
    pub shares: Vec<f64>,
}

/// Weights of `rows` rows, which sum to 1, none above `most` where that is possible. A cell that no row has stays empty.
pub fn rake(margins: &[Margin], rows: usize, most: f64) -> Vec<f64> {
    let mut weights = vec![1.0 / rows as f64; rows];
    for _ in 0..ROUNDS {
        for Margin { cells, shares } in margins {
            let mut sums = vec![0.0; shares.len()];
            for (cell, weight) in cells.iter().zip(&weights) {
                sums[usize::from(*cell)] += weight;
            }
            for (sum, share) in sums.iter_mut().zip(shares) {
                *sum = if *sum > 0.0 {
                    share.max(LEAST) / *sum
                } else {
                    1.0
                };
            }
            for (cell, weight) in cells.iter().zip(&mut weights) {
                *weight = (*weight * sums[usize::from(*cell)]).min(most);
            }
        }
        fill(&mut weights, most);
    }
    weights
}

/// Lets the weights sum to 1 by raising, or lowering, those that are not at the most.
fn fill(weights: &mut [f64], most: f64) {
    for _ in 0..ROUNDS {
        let (full, free): (Vec<f64>, Vec<f64>) =
            weights.iter().partition(|weight| **weight >= most);
        let (full, free): (f64, f64) = (full.iter().sum(), free.iter().sum());
        if (full + free - 1.0).abs() < 1e-9 || free <= 0.0 {
            break;
        }
        let factor = ((1.0 - full) / free).max(0.0);
        let raise = |weight: &mut f64| {
            if *weight < most {
                *weight = (*weight * factor).min(most);
            }
        };
        weights.iter_mut().for_each(raise);
    }
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tables_are_fitted_at_once() {
        // Four kinds of rows, equally frequent, of which the first table wants 7 : 3 and the second 4 : 6.
        let row = |n: usize| [(n % 2) as u16, (n / 2 % 2) as u16];
        let margin = |table: usize, shares: [f64; 2]| Margin {
            cells: (0..400).map(|n| row(n)[table]).collect(),
            shares: shares.to_vec(),
        };
        let margins = [margin(0, [0.7, 0.3]), margin(1, [0.4, 0.6])];
        let weights = rake(&margins, 400, 1.0);
        for Margin { cells, shares } in &margins {
            let of_first = cells.iter().zip(&weights).filter(|(cell, _)| **cell == 0);
            let share: f64 = of_first.map(|(_, weight)| weight).sum();
            assert!((share - shares[0]).abs() < 1e-6, "{share}");
        }
    }

    #[test]
    fn no_weight_is_too_large_and_empty_cells_do_no_harm() {
        let margin = Margin {
            cells: (0..100).map(|row| u16::from(row > 0)).collect(),
            shares: vec![0.5, 0.3, 0.2],
        };
        let weights = rake(&[margin], 100, 0.05);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(
            weights
                .iter()
                .all(|weight| (0.0..=0.05 + 1e-9).contains(weight))
        );
    }
}
