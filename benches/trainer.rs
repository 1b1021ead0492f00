//! Steps a second of the embedded trainer's networks, on a job that other libraries can be given too.
//!
//! The job: a generator 128 → 256 → 256 → 64 and a discriminator 64 → 256 → 256 → 1 with leaky rectifiers, batches of 500,
//! one step of Adam for each of the two. `benches/trainer.py` runs the same in PyTorch.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A bench says what it expects.

use std::time::Instant;

use nashboard::trainer::net::loss::cross_entropy;
use nashboard::trainer::net::{Adam, Matrix, Mlp};
use nashboard::trainer::random::{Purpose, stream};
use rand::Rng;

const BATCH: usize = 500;
const NOISE: usize = 128;
const WIDTH: usize = 64;
const RATE: f64 = 2e-4;
/// Steps of a round; the fastest of several rounds counts.
const STEPS: usize = 100;
const ROUNDS: usize = 5;

fn main() {
    let mut rng = stream(0, Purpose::Weights);
    let mut generator = Mlp::<f32>::new(&[NOISE, 256, 256, WIDTH], &mut rng);
    let mut discriminator = Mlp::<f32>::new(&[WIDTH, 256, 256, 1], &mut rng);
    let mut of_generator = Adam::new(generator.parameters());
    let mut of_discriminator = Adam::new(discriminator.parameters());
    let mut random = |columns: usize| {
        let values = (0..BATCH * columns)
            .map(|_| rng.random_range(-1.7f32..1.7))
            .collect();
        Matrix::from_values(BATCH, columns, values).unwrap()
    };
    let real = random(WIDTH);
    let mut step = || {
        let (fake, trace) = generator.forward(random(NOISE));
        let (logits, judged) = discriminator.forward(real.stacked(&fake));
        let mut gradient = Matrix::zeros(2 * BATCH, 1);
        let (real_logits, fake_logits) = logits.values().split_at(BATCH);
        let (real_gradient, fake_gradient) = gradient.values_mut().split_at_mut(BATCH);
        cross_entropy(real_logits, 1.0, real_gradient);
        cross_entropy(fake_logits, 0.0, fake_gradient);
        discriminator.parameter_gradients(&judged, gradient);
        of_discriminator.update(discriminator.parameters_with_gradients(), RATE);
        let (logits, judged) = discriminator.forward(fake);
        let mut gradient = Matrix::zeros(BATCH, 1);
        cross_entropy(logits.values(), 1.0, gradient.values_mut());
        let gradient = discriminator.input_gradient(&judged, gradient);
        generator.parameter_gradients(&trace, gradient);
        of_generator.update(generator.parameters_with_gradients(), RATE);
    };
    (0..STEPS / 5).for_each(|_| step());
    let round = |_| {
        let began = Instant::now();
        (0..STEPS).for_each(|_| step());
        STEPS as f64 / began.elapsed().as_secs_f64()
    };
    let fastest = (0..ROUNDS).map(round).fold(0.0, f64::max);
    println!("steps_per_second {fastest:.1}");
}
