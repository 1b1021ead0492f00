//! The meaning of a run: what its events add up to. Pure, and the same on both sides.

mod answer;
mod axis;
mod column;
mod columns;
mod decimate;
pub mod format;
mod groups;
mod histogram;
mod layout;
mod likeness;
mod manifest;
mod moment;
mod pace;
mod pairs;
mod phase;
mod reading;
mod series;
mod stand;
mod state;
mod traffic;
mod trainer;
mod usage;
mod view;

pub use answer::{
    COLUMNS_MOST, Compared, Comparison, Deleted, DeletedRun, EndReport, LogPage, MetricSeries,
    Reading, Restored, RunDetail, RunList, RunRow, SYNTHETIC_ROWS_MOST, Sample, SampleKind,
    SeriesAnswer, Started, Stopped, TrainingStatus,
};
pub use axis::Axis;
pub use column::Which;
pub use decimate::decimate;
pub use groups::{Group, answers, groups};
pub use histogram::{Bin, bin_of, edges, histogram};
pub use layout::Layout;
pub use likeness::{
    ColumnKind, ColumnView, CorrelationPair, Counts, DataState, Extent, SampleView, Scatter,
};
pub use manifest::{DataFingerprint, Host, Manifest, StopOrder};
pub use moment::{Moment, seconds};
pub use pace::Pace;
pub use pairs::{LOSSES, Pair, pairs, ratio, thin_losses};
pub use phase::{Effect, Ending, Input, Transition, transition};
pub use reading::{FoundValue, LineReading, MetricSource};
pub use series::{Point, Series, SeriesSet};
pub use stand::{BALANCED, Stand, stand};
pub use state::RunState;
pub use traffic::{Heard, Link, Traffic};
pub use trainer::{
    EMBEDDED, EPOCHS_DEFAULT, EPOCHS_MOST, ParameterKind, ParameterSpec, TrainerInfo,
};
pub use usage::{Gpu, Usage};
pub use view::{LogTail, RunView};
