//! The embedded trainer: a generative adversarial network for tables, behind `nashboard train` and `nashboard sample`.
//!
//! The way of the data is the order of the files: a CSV file becomes typed columns ([`table`]), these become numbers
//! ([`encoding`], decided in [`fit`], with [`scale`] for the smooth ones and [`encoded`] for the rows), on which two
//! networks ([`net`]) play ([`gan`]) for some epochs ([`training`] of a [`session`]); the generator then draws rows ([`sampling`]), and all of it can be
//! kept and taken up again ([`checkpoint`]). It knows nothing of the dashboard: both meet through standard output and
//! the files of [`output`]. Every random number depends on the seed and its purpose only ([`random`]).

pub mod args;
pub mod checkpoint;
pub mod encoded;
pub mod encoding;
pub mod error;
pub mod fit;
pub mod gan;
pub mod net;
pub mod output;
pub mod random;
pub mod sampling;
pub mod scale;
pub mod session;
pub mod table;
pub mod training;

pub use args::{SampleArgs, TrainArgs};
pub use error::TrainError;
pub use sampling::sample;
pub use training::{Outcome, train};
