//! The embedded trainer: a generative adversarial network for tables, behind `nashboard train` and `nashboard sample`.
//!
//! The way of the data is the order in which the files read: a CSV file becomes typed columns ([`data`]), these become
//! numbers ([`encoding`]), on which two networks ([`net`]) play ([`gan`]) for some epochs ([`training`] of a [`session`], told
//! by [`args`]); of the generator's rows some are drawn ([`drawing`]) and written ([`sampling`]), and measured against the
//! real ones ([`quality`], [`sequence`]); all of it can be kept and taken up again ([`checkpoint`] of a [`state`]). It knows
//! nothing of the dashboard: both meet through standard output and the files of [`output`]. Every random number depends on
//! the seed and its purpose only ([`random`]).

mod args;
mod checkpoint;
mod condition;
pub mod data;
mod drawing;
mod encoding;
mod error;
mod gan;
mod glance;
pub mod net;
mod output;
pub mod parameters;
mod quality;
pub mod random;
mod sampling;
mod sequence;
mod session;
mod state;
mod statistics;
mod training;

pub use args::{SampleArgs, TrainArgs};
pub use error::TrainError;
pub use glance::Glance;
pub use sampling::sample;
pub use training::{Outcome, train};
