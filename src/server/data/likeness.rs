//! Lays a sample beside the real data: the same bins for both, so that shapes can be compared.

use super::moment::Formats;
use super::pairs::Pairs;
use super::table::{Reading, Table};
use super::tally::{Bins, tally_words};
use crate::data::ColumnType;
use crate::run::{ColumnKind, ColumnView, CorrelationPair, Scatter, format};

/// Number columns whose correlations are shown.
const CORRELATED: usize = 20;
/// Points of each side in a scatter plot.
const POINTS: usize = 2_000;
/// Columns that a note names.
const NAMED: usize = 3;

/// The two columns of the scatter plot; the first two of numbers where not named.
#[derive(Clone, Debug, Default)]
pub struct Axes {
    pub x: Option<String>,
    pub y: Option<String>,
}

/// A column that both tables have, or that the sample has where there is no other table.
struct Common {
    name: String,
    kind: ColumnKind,
    real: Option<usize>,
    synthetic: usize,
    formats: Formats,
    /// Whether all of its numbers are whole.
    whole: bool,
}

/// What is drawn of two tables.
pub struct Likeness {
    pub columns: Vec<ColumnView>,
    pub correlations: Option<CorrelationPair>,
    pub scatter: Option<Scatter>,
    pub notes: Vec<String>,
}

/// Compares the `synthetic` table with the `real` one, column by column.
///
/// # Errors
/// Where `axes` names a column that holds no numbers on both sides.
pub fn likeness(real: Option<&Table>, synthetic: &Table, axes: &Axes) -> Result<Likeness, String> {
    let mut notes = Vec::new();
    let columns = common(real, synthetic, &mut notes);
    let view = |column: &Common| column.view(real, synthetic);
    let scatter = scatter(&columns, real, synthetic, axes)?;
    Ok(Likeness {
        columns: columns.iter().map(view).collect(),
        correlations: correlations(&columns, real, synthetic),
        scatter,
        notes,
    })
}

/// The columns to be compared, in the order of the sample; says which have no counterpart.
fn common(real: Option<&Table>, synthetic: &Table, notes: &mut Vec<String>) -> Vec<Common> {
    let mut strange = Vec::new();
    let mut found: Vec<Common> = Vec::new();
    for (at, name) in synthetic.names.iter().enumerate() {
        let place = real.map(|real| real.column(name));
        let (typed, place) = match (real, place) {
            (Some(real), Some(Some(place))) => ((real, place), Some(place)),
            (Some(_), _) => {
                strange.push(name.as_str());
                continue;
            }
            _ => ((synthetic, at), None),
        };
        // A second column of the same name would be compared with the first of the other side.
        if found.iter().any(|column| column.name == *name) {
            continue;
        }
        let (table, place_of_type) = typed;
        let column_type = table.column_type(place_of_type);
        found.push(Common {
            name: name.clone(),
            kind: match column_type {
                ColumnType::Integer | ColumnType::Float => ColumnKind::Number,
                ColumnType::Datetime => ColumnKind::Time,
                _ => ColumnKind::Category,
            },
            real: place,
            synthetic: at,
            formats: table.formats(place_of_type),
            whole: column_type == ColumnType::Integer,
        });
    }
    for (table, whose) in [(Some(synthetic), "sample"), (real, "data source")] {
        if let Some(table) = table
            && table.width > table.names.len()
        {
            notes.push(format!(
                "Of the {whose}, the first {} of {} columns were read.",
                table.names.len(),
                table.width
            ));
        }
    }
    if !strange.is_empty() {
        notes.push(format!(
            "Not among the columns that were read of the data source: {}.",
            named(&strange)
        ));
    }
    if let Some(real) = real {
        let absent: Vec<&str> = real
            .names
            .iter()
            .filter(|name| synthetic.column(name).is_none())
            .map(String::as_str)
            .collect();
        if !absent.is_empty() {
            notes.push(format!(
                "Not among the columns that were read of the sample: {}.",
                named(&absent)
            ));
        }
    }
    found
}

fn named(names: &[&str]) -> String {
    let first: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("“{}”", format::shorten(name, 40)))
        .collect();
    match names.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

impl Common {
    /// The numbers or times of one side.
    fn readings<'t>(&self, table: &'t Table, at: usize) -> Box<dyn Iterator<Item = Reading> + 't> {
        match self.kind {
            ColumnKind::Time => Box::new(table.times(at, self.formats)),
            _ => Box::new(table.numbers(at)),
        }
    }

    /// The real side's readings, where there is one.
    fn real<'t>(&self, real: Option<&'t Table>) -> Option<Box<dyn Iterator<Item = Reading> + 't>> {
        Some(self.readings(real?, self.real?))
    }

    fn view(&self, real: Option<&Table>, synthetic: &Table) -> ColumnView {
        let (edges, labels, real, synthetic) = if self.kind == ColumnKind::Category {
            let real_cells = real
                .zip(self.real)
                .map(|(table, at)| table.cells(at).collect::<Vec<_>>());
            let (labels, real, synthetic) =
                tally_words(real_cells, synthetic.cells(self.synthetic));
            (Vec::new(), labels, real, synthetic)
        } else {
            let values = |readings: Box<dyn Iterator<Item = Reading> + '_>| {
                readings.filter_map(Reading::value).collect::<Vec<f64>>()
            };
            let known = match self.real(real) {
                Some(readings) => values(readings),
                None => values(self.readings(synthetic, self.synthetic)),
            };
            let bins = Bins::over(&known, self.whole, self.kind == ColumnKind::Time);
            let real = self.real(real).map(|readings| bins.tally(readings));
            let counts = bins.tally(self.readings(synthetic, self.synthetic));
            (bins.edges.clone(), bins.labels(), real, counts)
        };
        let overlap = real
            .as_ref()
            .and_then(|real| super::tally::overlap(real, &synthetic));
        ColumnView {
            name: self.name.clone(),
            kind: self.kind,
            edges,
            labels,
            real,
            synthetic,
            overlap,
        }
    }
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .map(|value| (value, value))
        .reduce(|(low, high), (value, _)| (low.min(value), high.max(value)))
}

fn correlations(
    columns: &[Common],
    real: Option<&Table>,
    synthetic: &Table,
) -> Option<CorrelationPair> {
    let numbers: Vec<&Common> = columns
        .iter()
        .filter(|column| column.kind == ColumnKind::Number)
        .collect();
    if numbers.len() < 2 {
        return None;
    }
    let shown = &numbers[..numbers.len().min(CORRELATED)];
    let of = |table: &Table, place: &dyn Fn(&Common) -> Option<usize>| {
        let values: Vec<Vec<Option<f64>>> = shown
            .iter()
            .map(|column| match place(column) {
                Some(at) => table.numbers(at).map(Reading::value).collect(),
                None => Vec::new(),
            })
            .collect();
        let ranges: Vec<(f64, f64)> = values
            .iter()
            .map(|values| range(values.iter().flatten().copied()).unwrap_or_default())
            .collect();
        let mut pairs = Pairs::new(&ranges);
        for row in 0..table.extent.rows_read as usize {
            pairs.add(
                values
                    .iter()
                    .map(|column| column.get(row).copied().flatten()),
            );
        }
        pairs.finish()
    };
    Some(CorrelationPair {
        columns: shown.iter().map(|column| column.name.clone()).collect(),
        real: real.map(|real| of(real, &|column| column.real)),
        synthetic: of(synthetic, &|column| Some(column.synthetic)),
        left_out: (numbers.len() - shown.len()) as u64,
    })
}

/// Points of both sides, every so many rows.
fn scatter(
    columns: &[Common],
    real: Option<&Table>,
    synthetic: &Table,
    axes: &Axes,
) -> Result<Option<Scatter>, String> {
    let fit: Vec<&Common> = columns
        .iter()
        .filter(|column| column.kind != ColumnKind::Category)
        .collect();
    let chosen = |name: &Option<String>, default: usize| match name {
        None => Ok(fit.get(default).copied()),
        Some(name) => match fit.iter().find(|column| column.name == *name) {
            Some(column) => Ok(Some(*column)),
            None => Err(format!(
                "No column “{}” of numbers or times is compared here; choose one of the others.",
                format::shorten(name, 60)
            )),
        },
    };
    let (Some(x), Some(y)) = (chosen(&axes.x, 0)?, chosen(&axes.y, 1)?) else {
        return Ok(None);
    };
    let points = |table: &Table, places: (usize, usize)| {
        let pairs = x.readings(table, places.0).zip(y.readings(table, places.1));
        let all: Vec<(f64, f64)> = pairs
            .filter_map(|(x, y)| Some((x.value()?, y.value()?)))
            .collect();
        let stride = all.len().div_ceil(POINTS).max(1);
        all.into_iter().step_by(stride).collect::<Vec<_>>()
    };
    let synthetic = points(synthetic, (x.synthetic, y.synthetic));
    let real = match (real, x.real, y.real) {
        (Some(real), Some(x), Some(y)) => points(real, (x, y)),
        _ => Vec::new(),
    };
    let framing = if real.is_empty() { &synthetic } else { &real };
    let ranges = (
        range(framing.iter().map(|point| point.0)),
        range(framing.iter().map(|point| point.1)),
    );
    let (Some(x_range), Some(y_range)) = ranges else {
        return Ok(None);
    };
    let outside =
        |(x, y): &&(f64, f64)| *x < x_range.0 || *x > x_range.1 || *y < y_range.0 || *y > y_range.1;
    let ends = |column: &Common, range: (f64, f64)| {
        let say = |value| super::tally::spell(value, column.kind == ColumnKind::Time);
        (say(range.0), say(range.1))
    };
    Ok(Some(Scatter {
        x: x.name.clone(),
        y: y.name.clone(),
        x_ends: ends(x, x_range),
        y_ends: ends(y, y_range),
        x_range,
        y_range,
        outside: synthetic.iter().filter(outside).count() as u64,
        real,
        synthetic,
    }))
}

#[cfg(test)]
mod tests;
