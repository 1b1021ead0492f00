//! The generator's last step: raw outputs become an encoded row.
//!
//! A one-hot block becomes a relaxed one-hot by Gumbel-softmax (Jang et al. 2017, <https://arxiv.org/abs/1611.01144>),
//! so that drawing a category stays differentiable; a scalar stays as it is, or is scaled by the probability that it
//! means anything at all.

use rand::Rng;
use rand_distr::{Distribution, Exp1};
use serde::{Deserialize, Serialize};

use super::{Matrix, Real};

/// Softmax temperature; 0.2 is the choice of CTGAN (Xu et al. 2019, <https://arxiv.org/abs/1907.00503>).
const TEMPERATURE: f64 = 0.2;

/// One unit of an encoded row; units lie side by side in the order of the table's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// One number.
    Scalar,
    /// A one-hot choice among so many.
    OneHot(usize),
    /// A one-hot choice among so many, then a number that counts only while the first choice is taken and is zero
    /// otherwise.
    Gated(usize),
}

impl Block {
    /// How many values of an encoded row it takes.
    pub fn width(self) -> usize {
        match self {
            Self::Scalar => 1,
            Self::OneHot(choices) => choices,
            Self::Gated(choices) => choices + 1,
        }
    }

    fn choices(self) -> usize {
        match self {
            Self::Scalar => 0,
            Self::OneHot(choices) | Self::Gated(choices) => choices,
        }
    }
}

/// The blocks of an encoded row.
#[derive(Clone, Debug)]
pub struct Head {
    blocks: Vec<Block>,
}

impl Head {
    pub fn new(blocks: Vec<Block>) -> Self {
        Self { blocks }
    }

    /// Width of an encoded row.
    pub fn width(&self) -> usize {
        self.blocks.iter().map(|block| block.width()).sum()
    }

    /// Adds fresh Gumbel noise to the logits of every one-hot block.
    pub fn add_noise<T: Real>(&self, raw: &mut Matrix<T>, rng: &mut impl Rng) {
        for row in 0..raw.rows() {
            self.for_each_block(raw.row_mut(row), |block, values| {
                for value in &mut values[..block.choices()] {
                    let waiting: f64 = Exp1.sample(rng);
                    *value -= T::from_f64(waiting.ln());
                }
            });
        }
    }

    /// Turns raw outputs into encoded rows; returns the ungated scalars that [`backward`](Self::backward) needs.
    pub fn forward<T: Real>(&self, raw: &mut Matrix<T>) -> Vec<T> {
        let mut ungated = Vec::new();
        for row in 0..raw.rows() {
            self.for_each_block(raw.row_mut(row), |block, values| {
                softmax(&mut values[..block.choices()]);
                if let Block::Gated(choices) = block {
                    ungated.push(values[choices]);
                    values[choices] *= values[0];
                }
            });
        }
        ungated
    }

    /// Turns the gradient by the encoded rows into that by the raw outputs; `output` and `ungated` come from
    /// [`forward`](Self::forward).
    pub fn backward<T: Real>(&self, output: &Matrix<T>, ungated: &[T], gradient: &mut Matrix<T>) {
        let temperature = T::from_f64(TEMPERATURE);
        let mut ungated = ungated.iter();
        for row in 0..output.rows() {
            let mut rest = output.row(row);
            self.for_each_block(gradient.row_mut(row), |block, slopes| {
                let (values, after) = rest.split_at(block.width());
                rest = after;
                let choices = block.choices();
                if let Block::Gated(_) = block
                    && let Some(&scalar) = ungated.next()
                {
                    slopes[0] += slopes[choices] * scalar;
                    slopes[choices] *= values[0];
                }
                let inner: T = (0..choices).map(|i| slopes[i] * values[i]).sum();
                for (slope, &value) in slopes[..choices].iter_mut().zip(values) {
                    *slope = value * (*slope - inner) / temperature;
                }
            });
        }
    }

    fn for_each_block<T>(&self, row: &mut [T], mut act: impl FnMut(Block, &mut [T])) {
        let mut rest = row;
        for &block in &self.blocks {
            let (values, after) = rest.split_at_mut(block.width());
            act(block, values);
            rest = after;
        }
    }
}

/// Softmax at [`TEMPERATURE`], in place.
fn softmax<T: Real>(logits: &mut [T]) {
    let temperature = T::from_f64(TEMPERATURE);
    let largest = logits.iter().copied().fold(T::neg_infinity(), T::max);
    let mut total = T::zero();
    for value in logits.iter_mut() {
        *value = ((*value - largest) / temperature).exp();
        total += *value;
    }
    for value in logits {
        *value /= total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trainer::net::gradient_check::assert_gradients;
    use crate::trainer::net::linear::Linear;
    use crate::trainer::random::{Purpose, stream};

    #[test]
    fn gradients_agree_with_finite_differences() {
        let rng = &mut stream(2, Purpose::Weights);
        let head = Head::new(vec![
            Block::OneHot(3),
            Block::Gated(2),
            Block::Scalar,
            Block::Gated(1),
        ]);
        // Logits small enough to keep the softmax away from its flat ends.
        let mut raw = Linear::<f64>::new(4, head.width(), rng).weight;
        raw.values_mut().iter_mut().for_each(|value| *value *= 0.2);
        let slopes = Linear::new(4, head.width(), rng).weight;
        let mut output = raw.clone();
        let ungated = head.forward(&mut output);
        let mut gradient = slopes.clone();
        head.backward(&output, &ungated, &mut gradient);
        assert_gradients(vec![gradient], |_, index, delta| {
            let mut moved = raw.clone();
            moved.values_mut()[index] += delta;
            head.forward(&mut moved);
            moved
                .values()
                .iter()
                .zip(slopes.values())
                .map(|(a, b)| a * b)
                .sum()
        });
    }

    #[test]
    fn noise_draws_categories_in_proportion_to_their_probabilities() {
        let head = Head::new(vec![Block::OneHot(2)]);
        let rows = 20_000;
        // Logits whose softmax at temperature 1 is 0.8 and 0.2.
        let mut raw = Matrix::from_values(rows, 2, [4f64.ln(), 0.0].repeat(rows)).unwrap();
        head.add_noise(&mut raw, &mut stream(5, Purpose::Rows(0)));
        head.forward(&mut raw);
        let first = (0..rows)
            .filter(|&row| raw.row(row)[0] > raw.row(row)[1])
            .count();
        assert!(
            (first as f64 / rows as f64 - 0.8).abs() < 0.015,
            "{first} of {rows}"
        );
    }
}
