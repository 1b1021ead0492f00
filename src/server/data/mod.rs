//! Data sources: which CSV files there are, what is in them, and how new ones come in.
//!
//! Files are read as streams, so that memory stays bounded whatever their size. A request
//! names a file by its id only; [`Catalog`] alone turns an id into a path.

pub mod bin;
mod book;
mod catalog;
mod cell;
mod closer;
mod count;
mod course;
mod distinct;
mod envelope;
mod error;
mod file_name;
mod fingerprint;
mod folder;
mod header;
mod kind;
mod likeness;
mod moment;
mod numbers;
mod pairs;
mod place;
mod preview;
mod profile;
mod rows;
mod survey;
mod table;
mod tally;
mod upload;
mod watch;
mod words;

pub use catalog::Catalog;
pub use error::DataError;
pub(super) use fingerprint::hex;
pub use fingerprint::{Fingerprint, digest, fingerprint, trainable};
pub use likeness::{Axes, likeness};
pub use preview::{PreviewLimits, preview};
pub use table::Table;
pub use upload::{Upload, tidy as tidy_uploads};
pub use watch::Watch;
