//! How a column's cells decide what is learnt of it.

use super::feature::{Feature, Special};
use super::fingerprint;
use super::lattice::Lattice;
use super::quantiles::Quantiles;
use super::rows::EncodedColumn;
use super::scale::Scale;
use crate::trainer::data::{Number, Spelling};

/// Most choices of a text column; rarer texts share the last one.
pub const MOST_CATEGORIES: usize = 100;
/// Most different texts of a column that is not left out.
pub const MOST_TEXTS: usize = 10_000;
/// A column of numbers with no more different values is a choice among them.
const MOST_LEVELS: usize = 16;
/// Share of rows from which on a single number is a choice of its own.
const SPIKE_SHARE: f64 = 0.1;

/// A column as it is learnt: what of it, its cells, and with them the `fingerprints` of the rows.
pub(super) type Fitted = (Feature, EncodedColumn);

/// The feature of a text column whose rows have `codes` into `texts`.
pub(super) fn fit_texts(codes: &[u32], texts: &[String], fingerprints: &mut [u64]) -> Fitted {
    let mut counts = vec![0u32; texts.len()];
    for (&code, row) in codes.iter().zip(fingerprints) {
        counts[code as usize] += 1;
        *row = fingerprint::with(*row, texts[code as usize].as_bytes());
    }
    let mut order: Vec<usize> = (0..texts.len()).collect();
    // Stable, so that equally frequent texts stay in the order of the file.
    order.sort_by_key(|&code| std::cmp::Reverse(counts[code]));
    let kept = if texts.len() > MOST_CATEGORIES {
        MOST_CATEGORIES - 1
    } else {
        texts.len()
    };
    let mut choice_of = vec![0u16; texts.len()];
    order
        .iter()
        .enumerate()
        .for_each(|(place, &code)| choice_of[code] = place.min(kept) as u16);
    let (common, rare) = order.split_at(kept);
    let choices: Vec<u16> = codes.iter().map(|&code| choice_of[code as usize]).collect();
    let feature = Feature::Choice {
        shares: shares(
            choices.iter().map(|&choice| usize::from(choice)),
            kept + usize::from(!rare.is_empty()),
        ),
        common: common.iter().map(|&code| texts[code].clone()).collect(),
        rare: rare
            .iter()
            .map(|&code| (texts[code].clone(), counts[code]))
            .collect(),
    };
    let scalars = Vec::new();
    (feature, EncodedColumn { choices, scalars })
}

/// The feature of a column of numbers.
pub(super) fn fit_numbers(
    cells: &[Number],
    markers: &[String],
    spelling: &Spelling,
    fingerprints: &mut [u64],
) -> Fitted {
    let mut sorted: Vec<f64> = cells.iter().filter_map(|cell| cell.value()).collect();
    sorted.sort_by(f64::total_cmp);
    let groups = || sorted.chunk_by(|a, b| a == b);
    let few = groups().take(MOST_LEVELS + 1).count() <= MOST_LEVELS;
    let is_spike = |group: &[f64]| few || group.len() as f64 >= SPIKE_SHARE * cells.len() as f64;
    let spikes: Vec<f64> = groups()
        .filter(|group| is_spike(group))
        .map(|group| group[0])
        .collect();
    let smooth: Vec<f64> = groups()
        .filter(|group| !is_spike(group))
        .flatten()
        .copied()
        .collect();
    let missing = markers.iter().map(|text| Special {
        text: text.clone(),
        value: None,
    });
    let specials: Vec<Special> = missing
        .chain(spikes.iter().map(|&value| Special {
            text: spelling.spell(value),
            value: Some(value),
        }))
        .collect();
    let special_of = |cell: &Number| match cell {
        Number::Marker(marker) => Some(*marker as usize),
        Number::Value(value) => spikes
            .iter()
            .position(|spike| spike == value)
            .map(|place| place + markers.len()),
    };
    let (Some(&low), Some(&high)) = (smooth.first(), smooth.last()) else {
        let texts: Vec<String> = specials.into_iter().map(|special| special.text).collect();
        let codes: Vec<u32> = cells
            .iter()
            .map(|cell| special_of(cell).unwrap_or(0) as u32)
            .collect();
        return fit_texts(&codes, &texts, fingerprints);
    };
    let scale = Scale::fit(&smooth);
    let quantiles = Quantiles::fit(&smooth);
    let lattice = Lattice::of(&smooth, spelling);
    let (mut choices, mut scalars) = (Vec::new(), Vec::new());
    let mut cell_of = Vec::with_capacity(cells.len());
    for (cell, row) in cells.iter().zip(fingerprints) {
        match (special_of(cell), cell.value()) {
            (Some(special), _) => {
                choices.push(special as u16 + 1);
                scalars.push(0.0);
                cell_of.push(quantiles.cells() + special);
                *row = specials[special].mark(*row, &lattice);
            }
            (None, value) => {
                let value = value.unwrap_or(low);
                choices.push(0);
                scalars.push(scale.encode(value) as f32);
                cell_of.push(quantiles.cell(lattice.nearest(value)));
                *row = fingerprint::with(*row, &lattice.place(value).to_le_bytes());
            }
        }
    }
    let shares = shares(cell_of.into_iter(), quantiles.cells() + specials.len());
    let feature = Feature::Number {
        scale,
        quantiles,
        lattice,
        spelling: spelling.clone(),
        range: (low, high),
        specials,
        shares,
    };
    (feature, EncodedColumn { choices, scalars })
}

/// The share of the rows in each of `count` cells.
fn shares(cells: impl ExactSizeIterator<Item = usize>, count: usize) -> Vec<f64> {
    let rows = cells.len() as f64;
    let mut counts = vec![0u64; count];
    cells.for_each(|cell| counts[cell] += 1);
    counts
        .into_iter()
        .map(|count| count as f64 / rows)
        .collect()
}
