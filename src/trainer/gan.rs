//! The two players and one step of their game.
//!
//! The game is the non-saturating one of Goodfellow et al. 2014 (<https://arxiv.org/abs/1406.2661>). Three additions
//! keep the generator from collapsing onto a few kinds of rows:
//!
//! * The discriminator judges several rows at once, so that sameness shows: PacGAN (Lin et al. 2018,
//!   <https://arxiv.org/abs/1712.04086>).
//! * A part of the noise is ±1 rather than normal. From connected noise a continuous generator cannot but fill the gaps
//!   between separate groups of rows (Khayatkhoei et al. 2018, <https://arxiv.org/abs/1806.00880>).
//! * Rows are drawn from the exponential moving average of the generator's weights, which smooths the players' circling
//!   (Yazıcı et al. 2019, <https://arxiv.org/abs/1806.04498>).

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use super::net::loss::{cross_entropy, mean_probability};
use super::net::mlp::Trace;
use super::net::{Adam, Block, Head, Matrix, Mlp, Real};

/// Rows that the discriminator judges together, if a batch has as many.
pub const MOST_PACKED: usize = 4;
/// Fewest and most noise values of each kind, normal and ±1; between these, one a column. More than the columns need
/// delay the separation of clusters.
const NOISE: (usize, usize) = (4, 32);
/// Decay of the moving average of the generator's weights, once it is warm.
const AVERAGE_DECAY: f64 = 0.995;

/// A size or a rate of each player.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Players<T> {
    pub generator: T,
    pub discriminator: T,
}

/// Generator, discriminator and their optimisers.
pub struct Gan<T> {
    pub generator: Mlp<T>,
    pub discriminator: Mlp<T>,
    /// The generator with averaged weights, which draws the rows.
    pub average: Mlp<T>,
    pub generator_adam: Adam<T>,
    pub discriminator_adam: Adam<T>,
    head: Head,
    pack: usize,
    /// Noise values of each kind, a row.
    noise: usize,
}

/// What a step measured. Probabilities are the discriminator's, after a sigmoid.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    /// −log D(G(z)), averaged.
    pub generator_loss: f64,
    /// −log D(x) − log(1 − D(G(z))), averaged.
    pub discriminator_loss: f64,
    /// D(x), averaged.
    pub real_score: f64,
    /// D(G(z)), averaged.
    pub fake_score: f64,
}

impl Metrics {
    pub fn to_array(self) -> [f64; 4] {
        [
            self.generator_loss,
            self.discriminator_loss,
            self.real_score,
            self.fake_score,
        ]
    }

    pub fn from_array(
        [generator_loss, discriminator_loss, real_score, fake_score]: [f64; 4],
    ) -> Self {
        Self {
            generator_loss,
            discriminator_loss,
            real_score,
            fake_score,
        }
    }

    pub fn is_finite(self) -> bool {
        self.to_array().iter().all(|value| value.is_finite())
    }

    /// Adds `other`, metric by metric.
    pub fn add(&mut self, other: Self) {
        let (sums, others) = (self.to_array(), other.to_array());
        *self = Self::from_array(std::array::from_fn(|metric| sums[metric] + others[metric]));
    }

    /// Every metric divided by `count`.
    pub fn divided_by(self, count: f64) -> Self {
        Self::from_array(self.to_array().map(|sum| sum / count))
    }
}

/// A batch of generated rows, and what the generator's backward pass needs.
struct Fake<T> {
    rows: Matrix<T>,
    ungated: Vec<T>,
    trace: Trace<T>,
}

impl<T: Real> Gan<T> {
    /// Fresh players for rows of the given blocks, with hidden layers of these `widths`; the discriminator judges `pack`
    /// rows at once.
    pub fn new(
        blocks: Vec<Block>,
        pack: usize,
        widths: Players<usize>,
        rng: &mut impl Rng,
    ) -> Self {
        let noise = blocks.len().clamp(NOISE.0, NOISE.1);
        let head = Head::new(blocks);
        let network = |input, hidden, output| [input, hidden, hidden, output];
        let generator = Mlp::new(&network(2 * noise, widths.generator, head.width()), rng);
        let judged = head.width() * pack;
        let discriminator = Mlp::new(&network(judged, widths.discriminator, 1), rng);
        Self {
            generator_adam: Adam::new(generator.parameters()),
            discriminator_adam: Adam::new(discriminator.parameters()),
            average: generator.clone(),
            generator,
            discriminator,
            head,
            pack,
            noise,
        }
    }

    /// Encoded rows from the averaged generator.
    pub fn generate(&self, rows: usize, rng: &mut impl Rng) -> Matrix<T> {
        self.draw(&self.average, rows, rng).rows
    }

    /// Improves first the discriminator, then the generator, on a batch of `real` rows, whose number `pack` divides.
    pub fn step(&mut self, real: &Matrix<T>, rates: Players<f64>, rng: &mut impl Rng) -> Metrics {
        let fake = self.draw(&self.generator, real.rows(), rng);
        let mut metrics = self.discriminator_gradients(real, &fake.rows);
        self.discriminator_adam.update(
            self.discriminator.parameters_with_gradients(),
            rates.discriminator,
        );
        metrics.generator_loss = self.generator_gradients(&fake);
        self.generator_adam
            .update(self.generator.parameters_with_gradients(), rates.generator);
        self.update_average();
        metrics
    }

    fn draw(&self, generator: &Mlp<T>, rows: usize, rng: &mut impl Rng) -> Fake<T> {
        let mut noise = Matrix::zeros(rows, 2 * self.noise);
        for row in 0..rows {
            let (signs, normals) = noise.row_mut(row).split_at_mut(self.noise);
            signs.fill_with(|| if rng.random() { T::one() } else { -T::one() });
            normals.fill_with(|| T::from_f64(StandardNormal.sample(rng)));
        }
        let (mut rows, trace) = generator.forward(noise);
        self.head.add_noise(&mut rows, rng);
        let ungated = self.head.forward(&mut rows);
        Fake {
            rows,
            ungated,
            trace,
        }
    }

    /// Computes the discriminator's gradients on one batch of each kind.
    fn discriminator_gradients(&mut self, real: &Matrix<T>, fake: &Matrix<T>) -> Metrics {
        let (logits, trace) = self
            .discriminator
            .forward(real.stacked(fake).packed(self.pack));
        let packs = logits.rows() / 2;
        let mut gradient = Matrix::zeros(2 * packs, 1);
        let (real_logits, fake_logits) = logits.values().split_at(packs);
        let (real_gradient, fake_gradient) = gradient.values_mut().split_at_mut(packs);
        let discriminator_loss = cross_entropy(real_logits, 1.0, real_gradient)
            + cross_entropy(fake_logits, 0.0, fake_gradient);
        self.discriminator.parameter_gradients(&trace, gradient);
        Metrics {
            discriminator_loss,
            real_score: mean_probability(real_logits),
            fake_score: mean_probability(fake_logits),
            ..Metrics::default()
        }
    }

    /// Computes the generator's gradients on the batch that it made; returns its loss.
    fn generator_gradients(&mut self, fake: &Fake<T>) -> f64 {
        let (logits, trace) = self
            .discriminator
            .forward(fake.rows.clone().packed(self.pack));
        let mut gradient = Matrix::zeros(logits.rows(), 1);
        let loss = cross_entropy(logits.values(), 1.0, gradient.values_mut());
        let mut gradient = self
            .discriminator
            .input_gradient(&trace, gradient)
            .unpacked(self.pack);
        self.head.backward(&fake.rows, &fake.ungated, &mut gradient);
        self.generator.parameter_gradients(&fake.trace, gradient);
        loss
    }

    /// Moves the averaged weights towards the generator's, faster while there is little to average.
    fn update_average(&mut self) {
        let updates = self.generator_adam.updates as f64;
        let share = T::from_f64(1.0 - AVERAGE_DECAY.min((1.0 + updates) / (10.0 + updates)));
        for (average, current) in self
            .average
            .parameters_mut()
            .zip(self.generator.parameters())
        {
            for (average, &current) in average.values_mut().iter_mut().zip(current.values()) {
                *average += share * (current - *average);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trainer::net::gradient_check::assert_gradients;
    use crate::trainer::random::{Purpose, stream};

    const BLOCKS: [Block; 4] = [
        Block::Gated(3),
        Block::Scalar,
        Block::OneHot(4),
        Block::OneHot(1),
    ];

    const WIDTHS: Players<usize> = Players {
        generator: 32,
        discriminator: 32,
    };

    fn gan() -> (Gan<f64>, Matrix<f64>) {
        let mut rng = stream(3, Purpose::Weights);
        let mut gan = Gan::new(BLOCKS.to_vec(), 2, WIDTHS, &mut rng);
        // Small weights keep the softmax from saturating, where a gradient of zero would prove nothing.
        gan.generator
            .parameters_mut()
            .flat_map(|matrix| matrix.values_mut())
            .for_each(|weight| *weight *= 0.3);
        let real = gan.draw(&gan.generator, 6, &mut rng).rows;
        (gan, real)
    }

    #[test]
    fn discriminator_gradients_agree_with_finite_differences() {
        let (mut gan, real) = gan();
        let fake = gan
            .draw(&gan.generator, 6, &mut stream(3, Purpose::Step(0)))
            .rows;
        gan.discriminator_gradients(&real, &fake);
        let gradients = gan
            .discriminator
            .parameters_with_gradients()
            .map(|(_, gradient)| gradient.clone())
            .collect();
        assert_gradients(gradients, |tensor, index, delta| {
            let (mut moved, _) = self::gan();
            moved
                .discriminator
                .parameters_mut()
                .nth(tensor)
                .unwrap()
                .values_mut()[index] += delta;
            moved
                .discriminator_gradients(&real, &fake)
                .discriminator_loss
        });
    }

    #[test]
    fn generator_gradients_agree_with_finite_differences_through_head_and_discriminator() {
        let (mut gan, _) = gan();
        let draw = |gan: &Gan<f64>| gan.draw(&gan.generator, 6, &mut stream(3, Purpose::Step(0)));
        let fake = draw(&gan);
        gan.generator_gradients(&fake);
        let gradients = gan
            .generator
            .parameters_with_gradients()
            .map(|(_, gradient)| gradient.clone())
            .collect();
        assert_gradients(gradients, |tensor, index, delta| {
            let (mut moved, _) = self::gan();
            moved
                .generator
                .parameters_mut()
                .nth(tensor)
                .unwrap()
                .values_mut()[index] += delta;
            let fake = draw(&moved);
            moved.generator_gradients(&fake)
        });
    }

    #[test]
    fn generated_rows_are_encoded_rows() {
        let (gan, _) = gan();
        let rows = gan.generate(20, &mut stream(0, Purpose::Rows(0)));
        for row in 0..20 {
            let values = rows.row(row);
            for choices in [&values[0..3], &values[5..9], &values[9..10]] {
                assert!(
                    (choices.iter().sum::<f64>() - 1.0).abs() < 1e-9
                        && choices.iter().all(|p| *p >= 0.0)
                );
            }
        }
    }

    #[test]
    fn average_follows_the_generator() {
        let (mut gan, real) = gan();
        let distance = |gan: &Gan<f64>| -> f64 {
            let pairs = gan.average.parameters().zip(gan.generator.parameters());
            pairs
                .flat_map(|(a, b)| a.values().iter().zip(b.values()))
                .map(|(a, b)| (a - b).abs())
                .sum()
        };
        let start = distance(&gan);
        let rates = Players {
            generator: 1e-3,
            discriminator: 1e-3,
        };
        gan.step(&real, rates, &mut stream(0, Purpose::Step(0)));
        assert!(start > distance(&gan) && distance(&gan) > 0.0);
    }
}
