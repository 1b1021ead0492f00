//! Multilayer perceptrons with their own forward and backward passes.
//!
//! Everything is generic over [`Real`]: training runs in `f32`, and the tests check every gradient in `f64` against
//! finite differences. A batch is a [`Matrix`] with one example a row.

pub mod activation;
pub mod adam;
pub mod head;
pub mod linear;
pub mod loss;
pub mod matrix;
pub mod mlp;
pub mod real;

pub use adam::Adam;
pub use head::{Block, Head};
pub use matrix::Matrix;
pub use mlp::Mlp;
pub use real::Real;

#[cfg(test)]
pub mod gradient_check;
