//! Rows from the generator.
//!
//! The generator makes more rows than are wanted. These get weights under which the shares of all cells, and of the
//! pairs of cells that depend on each other, are those of the training data ([`raking`]); as many as are wanted are
//! picked so that they stand for all ([`strata`]); and their numbers move a little, in their order, to the quantiles of
//! the real ones. What columns have to do with each other comes from the network; how often each value occurs need not be
//! left to it.

mod raking;
mod strata;

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::encoding::{Cells, Encoding, Feature};
use super::gan::Gan;
use super::net::{Block, Matrix};
use raking::Margin;

/// Fewest rows, or windows, that are drawn at once; of fewer, shares could not be right.
pub const LEAST_DRAWN: usize = 256;
/// Rows that are generated for each one that is picked.
const POOL: usize = 8;
/// How often a row of the pool may be picked at most, on average.
const MOST_PICKED: f64 = 1.0;
/// Choices of a feature that the order of the pool tells apart.
const KEYS: usize = 12;

/// `count` rows, or windows, of the averaged generator, feature by feature.
pub fn draw(gan: &Gan<f32>, encoding: &Encoding, count: usize, rng: &mut ChaCha8Rng) -> Vec<Cells> {
    let features: Vec<&Feature> = encoding.features().collect();
    let pool = decided(&features, &gan.generate(count * POOL, rng));
    let rows = count * POOL;
    let cells: Vec<Vec<u16>> = features
        .iter()
        .zip(&pool)
        .map(|(feature, cells)| {
            let cell = |row| feature.cell(cells.choices[row], cells.number(row)) as u16;
            (0..rows).map(cell).collect()
        })
        .collect();
    let weights = raking::rake(
        &margins(&features, encoding, &cells),
        rows,
        MOST_PICKED / count as f64,
    );
    let keys: Vec<Vec<f32>> = features
        .iter()
        .zip(&cells)
        .flat_map(|(feature, cells)| keys(feature, cells))
        .collect();
    let mut picked = strata::pick(&strata::order(&keys, rows), &weights, count, rng);
    picked.shuffle(rng);
    let mut drawn: Vec<Cells> = pool.iter().map(|cells| cells.pick(&picked)).collect();
    for (feature, cells) in features.iter().zip(&mut drawn) {
        feature.calibrate(cells, rng);
    }
    drawn
}

/// Generated rows with one choice a feature instead of probabilities.
fn decided(features: &[&Feature], rows: &Matrix<f32>) -> Vec<Cells> {
    let mut start = 0;
    let column = |feature: &&Feature| {
        let block = feature.block();
        let (choices, scalar) = match block {
            Block::Scalar => (0, true),
            Block::OneHot(choices) => (choices, false),
            Block::Gated(choices) => (choices, true),
        };
        let values = |row: usize| &rows.row(row)[start..start + block.width()];
        let choice = |row| largest(&values(row)[..choices]);
        let number = |row| feature.decode(values(row)[choices]);
        let cells = Cells {
            choices: (0..rows.rows()).map(choice).collect(),
            numbers: match scalar {
                true => (0..rows.rows()).map(number).collect(),
                false => Vec::new(),
            },
        };
        start += block.width();
        cells
    };
    features.iter().map(column).collect()
}

/// The place of the largest value; 0 if there is none.
fn largest(values: &[f32]) -> u16 {
    let places = values.iter().enumerate();
    let largest = places.max_by(|one, other| one.1.total_cmp(other.1));
    largest.map_or(0, |(place, _)| place as u16)
}

/// What the weighted rows are to fit: the cells of each feature, then those of pairs.
fn margins(features: &[&Feature], encoding: &Encoding, cells: &[Vec<u16>]) -> Vec<Margin> {
    let alone = features.iter().zip(cells).map(|(feature, cells)| Margin {
        cells: cells.clone(),
        shares: feature.shares().to_vec(),
    });
    let pairs = encoding.joints().iter().map(|joint| {
        let [one, other] = joint.of;
        let width = features[other].coarse_cells();
        let pair = |(a, b): (&u16, &u16)| {
            let first = features[one].coarse(usize::from(*a));
            (first * width + features[other].coarse(usize::from(*b))) as u16
        };
        Margin {
            cells: cells[one].iter().zip(&cells[other]).map(pair).collect(),
            shares: joint.shares(),
        }
    });
    alone.chain(pairs).collect()
}

/// By what the rows of a pool differ: the rank of a number, and whether it is this or that choice.
fn keys(feature: &Feature, cells: &[u16]) -> Vec<Vec<f32>> {
    let numbers = feature.number_cells();
    let choices = feature.shares().len() - numbers;
    let is = |wanted: usize| {
        // Two rows with another choice are as far apart as the ends of a column of numbers.
        let side = std::f32::consts::FRAC_1_SQRT_2;
        let key = |cell: &u16| {
            if usize::from(*cell) == wanted {
                side
            } else {
                0.0
            }
        };
        cells.iter().map(key).collect()
    };
    let mut keys: Vec<Vec<f32>> = (0..choices.min(KEYS))
        .map(|choice| is(numbers + choice))
        .collect();
    if numbers > 0 {
        let rank = |cell: &u16| match usize::from(*cell) {
            cell if cell < numbers => 2.0 * cell as f32 / numbers as f32,
            _ => 1.0,
        };
        keys.push(cells.iter().map(rank).collect());
    }
    keys
}

#[cfg(test)]
mod tests;
