//! How a column's cells decide its encoding.

use super::encoded::EncodedColumn;
use super::encoding::{Code, spell};
use super::scale::Scale;
use super::table::Number;

/// Most choices of a text column; rarer texts share the last one.
pub const MOST_CATEGORIES: usize = 100;
/// Most different texts of a column that is not left out.
const MOST_TEXTS: usize = 1_000;
/// Up to so many texts, a column is kept even if hardly one repeats.
const FEW_TEXTS: usize = 20;
/// A column of numbers with no more different values is a choice among them.
const MOST_LEVELS: usize = 16;
/// Share of rows from which on a single number is a choice of its own.
const SPIKE_SHARE: f64 = 0.1;

/// The code of a text column whose rows have `codes` into `texts`, and its cells; the reason if it is left out.
pub(super) fn fit_texts(
    codes: &[u32],
    texts: Vec<String>,
) -> Result<(Code, EncodedColumn), &'static str> {
    if texts.len() > MOST_TEXTS {
        return Err("it has more than 1000 different texts");
    }
    if texts.len() > FEW_TEXTS && texts.len() * 2 > codes.len() {
        return Err("most of its texts occur only once, as in an identifier");
    }
    let mut counts = vec![0u32; texts.len()];
    codes.iter().for_each(|&code| counts[code as usize] += 1);
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
    let code = Code::Choice {
        common: common.iter().map(|&code| texts[code].clone()).collect(),
        rare: rare
            .iter()
            .map(|&code| (texts[code].clone(), counts[code]))
            .collect(),
    };
    let choices = codes.iter().map(|&code| choice_of[code as usize]).collect();
    Ok((
        code,
        EncodedColumn {
            choices,
            scalars: Vec::new(),
        },
    ))
}

/// The code of a column of numbers, and its cells.
pub(super) fn fit_numbers(
    cells: &[Number],
    markers: &[String],
    precision: usize,
    decimals: usize,
) -> (Code, EncodedColumn) {
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
    let specials = markers
        .iter()
        .cloned()
        .chain(
            spikes
                .iter()
                .map(|&spike| spell(spike, precision, decimals)),
        )
        .collect();
    let special_of = |cell: &Number| match cell {
        Number::Marker(marker) => Some(*marker as usize),
        Number::Value(value) => spikes
            .iter()
            .position(|spike| spike == value)
            .map(|place| place + markers.len()),
    };
    let (Some(&low), Some(&high)) = (smooth.first(), smooth.last()) else {
        let choices = cells
            .iter()
            .map(|cell| special_of(cell).unwrap_or(0) as u16)
            .collect();
        let code = Code::Choice {
            common: specials,
            rare: Vec::new(),
        };
        return (
            code,
            EncodedColumn {
                choices,
                scalars: Vec::new(),
            },
        );
    };
    let scale = Scale::fit(&smooth);
    let choices = cells
        .iter()
        .map(|cell| special_of(cell).map_or(0, |place| place as u16 + 1))
        .collect();
    let scalar = |cell: &Number| match (special_of(cell), cell.value()) {
        (None, Some(value)) => scale.encode(value) as f32,
        _ => 0.0,
    };
    let scalars = cells.iter().map(scalar).collect();
    let code = Code::Number {
        scale,
        precision,
        decimals,
        range: (low, high),
        specials,
    };
    (code, EncodedColumn { choices, scalars })
}
