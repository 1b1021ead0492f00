//! The recorder: a small process that owns one training child and keeps all that it says.
//!
//! Theory of operation. One thread waits in one `poll` for the child's two pipes, for signals
//! (through a self-pipe) and for the next deadline. What it reads goes to `output.log` in the same
//! round, so the child never waits for us. The recorder is the subreaper of all its descendants: a
//! run ends when the last of them has, and none outlives it. Who wants to know whether the run
//! lives tries the lock; who wants to stop it sends SIGTERM to the `recorder_pid` in it, and the
//! dashboard writes `stop.json` before. Absent on purpose: an async runtime, a database, a network.

mod child;
mod echo;
mod exit;
mod lock;
pub mod log;
mod memory;
mod order;
mod output;
mod plain;
mod record;
mod stop;

pub use echo::Echo;
pub use exit::{ExitReport, has_ended, read_exit};
pub use lock::{Holder, Lock, read_lock};
pub use order::Order;
pub use plain::{open_plain, open_unlinked, read_plain};
pub use record::{Ending, RecordError, record};
pub use stop::{note_stop, stop_was_asked};
