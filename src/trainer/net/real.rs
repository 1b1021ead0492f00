//! The number type of a network: `f32` for training, `f64` for checking gradients.

use std::fmt::Debug;
use std::iter::Sum;

use num_traits::{Float, NumAssign};

/// A floating-point number that networks compute with and that the matrix product accepts.
pub trait Real: Float + NumAssign + Sum + Debug + Send + Sync + 'static {
    /// The nearest number to `value`.
    fn from_f64(value: f64) -> Self;

    /// This number in double precision.
    fn as_f64(self) -> f64;
}

impl Real for f32 {
    fn from_f64(value: f64) -> Self {
        value as Self
    }

    fn as_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    fn from_f64(value: f64) -> Self {
        value
    }

    fn as_f64(self) -> f64 {
        self
    }
}
