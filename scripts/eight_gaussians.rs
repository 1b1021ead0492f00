//! Prints `data/eight-gaussians.csv`: points of the eight Gaussians ring, the usual first check for mode collapse.
//!
//! Eight Gaussians of equal weight and standard deviation 0.02 stand evenly on a circle of radius 2 around the origin,
//! the first at (2, 0): the mixture of Metz, Poole, Pfau and Sohl-Dickstein, "Unrolled Generative Adversarial Networks"
//! (ICLR 2017), appendix A. The modes are a hundred standard deviations from their centre, so that a generator which
//! misses some of them, or fills the space between them, is seen at a glance.
//!
//! The points are the same on each run: `cargo run --example eight_gaussians > data/eight-gaussians.csv`

use std::f64::consts::TAU;
use std::io::{self, BufWriter, Write};

const MODES: u64 = 8;
const RADIUS: f64 = 2.0;
const STANDARD_DEVIATION: f64 = 0.02;
const POINTS: usize = 10_000;
const SEED: u64 = 20_170_424;

fn main() -> io::Result<()> {
    let mut random = SplitMix64(SEED);
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "x,y")?;
    for _ in 0..POINTS {
        let (x, y) = point(&mut random);
        writeln!(out, "{x:.6},{y:.6}")?;
    }
    out.flush()
}

/// One point of the mixture: a mode at random, then a normal deviate in each direction.
fn point(random: &mut SplitMix64) -> (f64, f64) {
    // 2^64 is a multiple of eight, so that the remainder favours no mode.
    let mode = random.next_u64() % MODES;
    let angle = TAU * mode as f64 / MODES as f64;
    let (dx, dy) = normal_pair(random);
    (
        RADIUS * angle.cos() + STANDARD_DEVIATION * dx,
        RADIUS * angle.sin() + STANDARD_DEVIATION * dy,
    )
}

/// Two independent standard normal deviates, by the transform of Box and Muller (1958).
fn normal_pair(random: &mut SplitMix64) -> (f64, f64) {
    // The first uniform lies in (0, 1], where the logarithm is finite.
    let radius = (-2.0 * (1.0 - random.next_unit()).ln()).sqrt();
    let angle = TAU * random.next_unit();
    (radius * angle.cos(), radius * angle.sin())
}

/// The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
struct SplitMix64(u64);

impl SplitMix64 {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A uniform deviate in [0, 1), from the upper 53 bits.
    fn next_unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}
