//! What can keep the trainer from doing its work.

use std::io;
use std::path::{Path, PathBuf};

/// A training or sampling that failed; each message says what was wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    #[error("cannot read {}: {source}; check the path and its permissions", .path.display())]
    Read { path: PathBuf, source: io::Error },

    #[error("cannot write {}: {source}; choose another place with --out or make room there", .path.display())]
    Write { path: PathBuf, source: io::Error },

    #[error("cannot write to standard output: {0}; keep its reader open")]
    Print(io::Error),

    #[error("cannot watch for stop signals: {0}; try again")]
    Signals(io::Error),

    #[error("cannot train on {}: {problem}", .path.display())]
    Data { path: PathBuf, problem: DataProblem },

    #[error("cannot use checkpoint {}: {problem}", .path.display())]
    Checkpoint { path: PathBuf, problem: String },

    #[error("there is no column {column:?}, but {columns}; correct --where")]
    NoSuchColumn { column: String, columns: String },

    #[error(
        "only {found} of {rows} rows came to fulfil --where, and then none of {drawn}; ask for what is less rare"
    )]
    TooRare { found: u64, rows: u64, drawn: u64 },

    #[error(
        "the training diverged in epoch {epoch}: a loss is no longer a finite number; try a smaller --learning-rate"
    )]
    Diverged { epoch: u64 },
}

/// Why a CSV file cannot be trained on.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum DataProblem {
    #[error("the file is empty; give one with a header line and rows")]
    Empty,

    #[error("below its header it has {rows} rows; give at least {least}")]
    TooFewRows { rows: usize, least: usize },

    #[error("line {line} has {found} fields where the header has {expected}; make them equal")]
    Ragged {
        line: u64,
        found: u64,
        expected: u64,
    },

    #[error("line {line} is not UTF-8; save the file in that encoding")]
    NotUtf8 { line: u64 },

    #[error(
        "it has {columns} columns, more than the {most} that the trainer takes; leave some out"
    )]
    TooManyColumns { columns: usize, most: usize },

    #[error("it has no column {name:?}, of which --type says something; correct the name")]
    NoSuchColumn { name: String },

    #[error(
        "column {name:?} holds {cell:?}, which is not what --type says of it; correct the one or the other"
    )]
    Misfit { name: String, cell: String },

    #[error("column {name:?} holds no value, so it is not what --type says of it; leave that out")]
    NoValue { name: String },

    #[error(
        "it has {rows} rows, and a sequence of {window} needs at least {}; ask for a shorter --sequence", .window + 1
    )]
    ShorterThanSequence { rows: usize, window: usize },

    #[error("it has more than {most} cells; train on a part of the rows or columns")]
    TooManyCells { most: usize },

    #[error(
        "its columns need {width} values a row, more than the {most} that the trainer takes; leave some out"
    )]
    TooWide { width: usize, most: usize },

    #[error(
        "no column can be learnt: each is left out, or text with too many different values; add numbers or columns with fewer categories"
    )]
    NothingToLearn,
}

impl TrainError {
    /// A function that turns an I/O error on reading `path` into a `TrainError`.
    pub(super) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }

    /// A function that turns an I/O error on writing `path` into a `TrainError`.
    pub(super) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }

    pub(super) fn checkpoint(path: &Path, problem: impl Into<String>) -> Self {
        Self::Checkpoint {
            path: path.to_owned(),
            problem: problem.into(),
        }
    }
}
