//! A few rows that stand for many.
//!
//! The rows are put in an order in which those that are alike stand together, by halving them at the median of whatever
//! differs most, as a k-d tree does (Bentley 1975, <https://doi.org/10.1145/361002.361007>). Systematic sampling along
//! that order takes from each region its share, where independent draws would take more here and less there.

use rand::Rng;

/// An order of the rows in which those that are alike stand together; a key has a value for each row.
pub fn order(keys: &[Vec<f32>], rows: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    halve(keys, &mut order);
    order
}

fn halve(keys: &[Vec<f32>], rows: &mut [usize]) {
    if rows.len() <= 2 {
        return;
    }
    let count = rows.len() as f32;
    let variance = |key: &Vec<f32>| {
        let (sum, squares) = rows.iter().fold((0.0, 0.0), |(sum, squares), &row| {
            (sum + key[row], squares + key[row] * key[row])
        });
        squares / count - (sum / count).powi(2)
    };
    let variances = keys.iter().map(|key| (variance(key), key));
    let Some((widest, key)) = variances.max_by(|one, other| one.0.total_cmp(&other.0)) else {
        return;
    };
    if widest <= 1e-6 {
        return;
    }
    let middle = rows.len() / 2;
    rows.select_nth_unstable_by(middle, |one, other| {
        key[*one].total_cmp(&key[*other]).then(one.cmp(other))
    });
    let (low, high) = rows.split_at_mut(middle);
    halve(keys, low);
    halve(keys, high);
}

/// `count` rows from `order`, each as probable as its weight says; the weights sum to 1.
pub fn pick(order: &[usize], weights: &[f64], count: usize, rng: &mut impl Rng) -> Vec<usize> {
    let start: f64 = rng.random();
    let mut picked = Vec::with_capacity(count);
    let mut sum = 0.0;
    for &row in order {
        sum += weights[row] * count as f64;
        while picked.len() < count && sum > picked.len() as f64 + start {
            picked.push(row);
        }
    }
    // Rounding can leave the sum short of the last one.
    let last = order.last().copied();
    picked.extend(last.into_iter().cycle().take(count - picked.len()));
    picked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trainer::random::{Purpose, stream};

    #[test]
    fn each_region_gets_its_share() {
        let mut rng = stream(0, Purpose::Rows(0));
        let keys: Vec<Vec<f32>> = (0..2)
            .map(|_| (0..800).map(|_| rng.random()).collect())
            .collect();
        let order = order(&keys, 800);
        let picked = pick(&order, &[1.0 / 800.0; 800], 100, &mut rng);
        assert_eq!(picked.len(), 100);
        let quarter =
            |row: usize| usize::from(keys[0][row] > 0.5) * 2 + usize::from(keys[1][row] > 0.5);
        let (mut all, mut few) = ([0f64; 4], [0f64; 4]);
        (0..800).for_each(|row| all[quarter(row)] += 0.125);
        picked.iter().for_each(|&row| few[quarter(row)] += 1.0);
        // Independent draws would miss by about 4.
        for (all, few) in all.iter().zip(few) {
            assert!((all - few).abs() < 3.5, "{few} for {all}");
        }
    }

    #[test]
    fn rows_without_weight_are_not_picked() {
        let mut weights = vec![0.0; 10];
        weights[3] = 0.75;
        weights[7] = 0.25;
        let order: Vec<usize> = (0..10).collect();
        let picked = pick(&order, &weights, 4, &mut stream(0, Purpose::Rows(1)));
        assert_eq!(picked, [3, 3, 3, 7]);
    }
}
