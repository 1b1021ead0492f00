//! Looks into a CSV file of any size within seconds and bounded memory.
//!
//! The beginning of the file is read twice: once to find the type of each column, once to
//! gather the statistics that suit it. What lies behind is only counted.

use std::path::Path;

use super::DataError;
use super::cell::Cell;
use super::closer::{Closer, Found};
use super::count::count;
use super::envelope::Envelope;
use super::header::doubt;
use super::kind::kind;
use super::profile::{Budget, Profile};
use super::rows::Rows;
use super::survey::Survey;
use super::words::cut;
use crate::data::{Column, ColumnType, DataKind, DataSource, Plot, Preview};
use crate::recorder::open_unlinked;

/// How many rows are shown.
const HEAD: usize = 10;

/// How many characters of a cell are shown.
const SHOWN: usize = 200;

/// How many columns are plotted.
const PLOTS: usize = 6;

/// How much of a file is looked at; what comes first ends the look.
#[derive(Clone, Copy, Debug)]
pub struct PreviewLimits {
    /// Bytes that are profiled, from the first.
    pub bytes: u64,
    /// Rows that are profiled, from the first.
    pub rows: u64,
    /// Columns that are profiled, from the first.
    pub columns: usize,
    /// Bytes behind the profiled ones whose rows are counted; further rows are estimated.
    pub counted_bytes: u64,
}

impl Default for PreviewLimits {
    /// 64 MiB, 500,000 rows, 10,000 columns; rows are counted in 1 GiB.
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            rows: 500_000,
            columns: 10_000,
            counted_bytes: 1 << 30,
        }
    }
}

/// What the file at `path` holds, which the catalog describes as `source`.
///
/// Fails where the profiled part cannot be read as CSV in UTF-8, with the place. A header
/// without rows is a preview of no rows.
pub fn preview(
    source: DataSource,
    path: &Path,
    limits: &PreviewLimits,
) -> Result<Preview, DataError> {
    let look = Look::take(path, limits)?;
    let profiled = look.profile(path)?;
    let extent = look.extent(path, limits)?;
    let types = look.surveys.iter().map(Survey::column_type);
    let head = look.head.iter().map(|row| {
        row.iter()
            .zip(types.clone())
            .map(|(text, column_type)| shown(text, column_type))
            .collect()
    });
    Ok(Preview {
        source,
        rows: extent.rows,
        rows_exact: extent.exact,
        head: head.collect(),
        points: profiled.points,
        kind: profiled.kind.0,
        kind_reason: profiled.kind.1,
        header_doubt: doubt(&profiled.columns, look.comma),
        sampled: look.sampled(&extent),
        distributions: profiled.closer.distributions,
        missing_map: Some(profiled.closer.missing_map),
        correlations: profiled.closer.correlations,
        book: profiled.closer.book,
        columns: profiled.columns,
    })
}

/// The cell as it is shown in a column of that type, or `None` where it has no value.
fn shown(text: &str, column_type: ColumnType) -> Option<String> {
    match Cell::read(text, false) {
        Cell::Blank => None,
        Cell::Absent | Cell::Infinite if column_type != ColumnType::Text => None,
        _ => Some(text.to_owned()),
    }
}

/// The result of the first reading.
struct Look {
    /// Names of the profiled columns.
    names: Vec<String>,
    /// Columns that there are.
    width: usize,
    surveys: Vec<Survey>,
    /// The first rows, their cells cut.
    head: Vec<Vec<String>>,
    rows: u64,
    /// Where the row after the last profiled one begins.
    end: u64,
    line_feeds: bool,
    /// Whether a comma may stand before decimals.
    comma: bool,
}

/// The result of the second reading.
struct Profiled {
    columns: Vec<Column>,
    points: Vec<Plot>,
    kind: (DataKind, String),
    closer: Found,
}

/// How long the whole file is.
struct Extent {
    rows: u64,
    exact: bool,
}

impl Look {
    fn take(path: &Path, limits: &PreviewLimits) -> Result<Self, DataError> {
        let mut rows = Rows::open(path)?;
        let width = rows.header.len();
        let mut names = std::mem::take(&mut rows.header);
        names.truncate(limits.columns);
        let mut look = Self {
            surveys: vec![Survey::new(); names.len()],
            names,
            width,
            head: Vec::new(),
            rows: 0,
            end: 0,
            line_feeds: true,
            comma: rows.has_decimal_commas(),
        };
        let comma = look.comma;
        while look.rows < limits.rows && rows.bytes_read() < limits.bytes {
            let Some(row) = rows.next_row()? else { break };
            look.rows += 1;
            for (survey, text) in look.surveys.iter_mut().zip(row) {
                survey.add(text, comma);
            }
            if look.head.len() < HEAD {
                let cells = row.iter().take(look.names.len());
                look.head.push(cells.map(|text| cut(text, SHOWN)).collect());
            }
        }
        look.end = rows.bytes_read();
        look.line_feeds = rows.has_line_feeds();
        Ok(look)
    }

    /// Reads the same rows again, now that the types are known.
    fn profile(&self, path: &Path) -> Result<Profiled, DataError> {
        let mut rows = Rows::open(path)?;
        let comma = rows.has_decimal_commas();
        let budget = Budget::share(self.names.len());
        let profile = |survey| Profile::new(survey, budget);
        let mut profiles: Vec<Profile> = self.surveys.iter().map(profile).collect();
        let numbers = (0..profiles.len()).filter(|&at| self.surveys[at].column_type().is_number());
        let mut plots: Vec<(usize, Envelope)> = numbers
            .take(PLOTS)
            .map(|at| (at, Envelope::new(self.rows)))
            .collect();
        let mut closer = Closer::new(&self.names, &self.surveys, self.rows, comma);
        for number in 0..self.rows {
            let Some(row) = rows.next_row()? else { break };
            closer.add(number, row);
            let mut waiting = plots.iter_mut().peekable();
            for (at, (profile, text)) in profiles.iter_mut().zip(row).enumerate() {
                let value = profile.add(text, comma);
                if let Some((_, plot)) = waiting.next_if(|(plotted, _)| *plotted == at)
                    && let Some(value) = value
                {
                    plot.add(number, value);
                }
            }
        }
        let directions: Vec<_> = profiles.iter().map(Profile::direction).collect();
        let parts = self.names.iter().zip(&self.surveys).zip(profiles);
        let columns: Vec<Column> = parts
            .map(|((name, survey), profile)| {
                let (distinct, statistics) = profile.finish();
                Column {
                    name: name.clone(),
                    column_type: survey.column_type(),
                    missing: survey.missing(),
                    distinct,
                    statistics,
                }
            })
            .collect();
        let points = plots
            .into_iter()
            .map(|(at, plot)| plot.finish(self.names[at].clone()));
        let kind = kind(&columns, &directions);
        let booked = kind.0 == DataKind::OrderBook;
        Ok(Profiled {
            points: points.collect(),
            closer: closer.finish(&self.names, booked),
            kind,
            columns,
        })
    }

    /// Counts the rows that were not profiled, or estimates them by the length of those
    /// that were.
    fn extent(&self, path: &Path, limits: &PreviewLimits) -> Result<Extent, DataError> {
        let mut file = open_unlinked(path).map_err(DataError::io("open", path))?;
        let length = file.metadata().map_err(DataError::io("read", path))?.len();
        let limit = if self.line_feeds {
            limits.counted_bytes
        } else {
            0
        };
        let counted = count(&mut file, self.end, limit).map_err(DataError::io("read", path))?;
        let rows = self.rows + counted.rows;
        let read = self.end + counted.bytes;
        let left = length.saturating_sub(read);
        let per_byte = rows as f64 / read.max(1) as f64;
        Ok(Extent {
            rows: rows + (left as f64 * per_byte).round() as u64,
            exact: left == 0 && !counted.quoted,
        })
    }

    /// Says what the statistics are of, where that is not all.
    fn sampled(&self, extent: &Extent) -> Option<String> {
        let about = if extent.exact { "" } else { "about " };
        let rows = (extent.rows > self.rows)
            .then(|| format!("first {} of {about}{} rows", self.rows, extent.rows));
        let columns = (self.width > self.names.len())
            .then(|| format!("first {} of {} columns", self.names.len(), self.width));
        let parts: Vec<String> = [rows, columns].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("Statistics are of the {}.", parts.join(" and the ")))
    }
}

#[cfg(test)]
mod tests;
