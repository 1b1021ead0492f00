//! The words of Nashboard: what a run can say, as it travels over the wire.
//!
//! This floor knows serde and nothing else, so that the server and the browser share it.

mod id;
mod message;
mod number;
mod value;

pub use id::{RunId, Seq};
pub use message::{
    Channel, Colour, Event, Level, LogEntry, Status, StatusUpdate, Stream, TrainingUpdate,
};
pub use number::number;
pub use value::Value;
