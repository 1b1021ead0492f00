//! A column while it is read: whatever each cell still allows it to be.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::decimals::Decimals;
use super::moment;
use super::{Cells, Number, Spelling};
use crate::trainer::error::DataProblem;

/// Most different texts of a column that are told apart.
const MOST_TOLD_APART: usize = 100_000;
/// Texts that are kept of a column whose texts hardly repeat.
const EXAMPLES: usize = 200;
/// Up to so many texts, a column is one of categories even if hardly one repeats.
const FEW_TEXTS: usize = 20;
/// Spellings that stand for "no number here" in a column of numbers.
const MARKERS: [&str; 12] = [
    "",
    "na",
    "n/a",
    "nan",
    "nat",
    "null",
    "none",
    "inf",
    "-inf",
    "infinity",
    "-infinity",
    "?",
];

/// What a column is, where that is said rather than found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Numbers
    Number,
    /// Texts that repeat
    Category,
    /// Dates and times
    Date,
    /// Names that are made anew
    Identifier,
    /// Left out
    Skip,
}

/// A column while it is read.
pub(super) struct Reading {
    wanted: Option<Kind>,
    /// Whether a comma may stand for the point.
    comma: bool,
    numbers: Option<Decimals>,
    /// The column by each form that all its moments have had.
    moments: Option<Vec<(String, Vec<Number>)>>,
    /// What these forms leave open.
    style: moment::Style,
    markers: Vec<String>,
    has_value: bool,
    texts: Texts,
    cells: usize,
    /// The first cell that is not what the column is said to be.
    misfit: Option<String>,
}

/// The cells as texts, as long as these are few.
#[derive(Default)]
struct Texts {
    many: bool,
    codes: Vec<u32>,
    texts: Vec<String>,
    index: HashMap<String, u32>,
}

impl Reading {
    /// A column that `wanted` says something of; `comma` tells whether one may stand for the point.
    pub fn new(wanted: Option<Kind>, comma: bool) -> Self {
        let may_be = |kind| wanted.is_none_or(|wanted| wanted == kind);
        Self {
            wanted,
            comma,
            numbers: may_be(Kind::Number).then(Decimals::default),
            moments: may_be(Kind::Date).then(Vec::new),
            style: moment::Style::default(),
            markers: Vec::new(),
            has_value: false,
            texts: Texts::default(),
            cells: 0,
            misfit: None,
        }
    }

    /// Takes the next cell.
    pub fn push(&mut self, text: &str) {
        self.cells += 1;
        if self.numbers.is_some() || self.moments.is_some() {
            match self.marker(text) {
                Some(marker) => {
                    if let Some(numbers) = &mut self.numbers {
                        numbers.cells.push(marker);
                    }
                    for (_, cells) in self.moments.iter_mut().flatten() {
                        cells.push(marker);
                    }
                }
                None => self.push_value(text),
            }
        }
        if !self.texts.many && !matches!(self.wanted, Some(Kind::Number | Kind::Date | Kind::Skip))
        {
            self.texts.push(text);
        }
    }

    fn marker(&mut self, text: &str) -> Option<Number> {
        let is_marker = MARKERS
            .iter()
            .any(|marker| marker.eq_ignore_ascii_case(text));
        is_marker.then(|| {
            let known = self.markers.iter().position(|marker| marker == text);
            Number::Marker(known.unwrap_or_else(|| {
                self.markers.push(text.to_owned());
                self.markers.len() - 1
            }) as u32)
        })
    }

    fn push_value(&mut self, text: &str) {
        let first = !std::mem::replace(&mut self.has_value, true);
        if let Some(numbers) = &mut self.numbers
            && !numbers.push(text, self.comma)
        {
            self.numbers = None;
        }
        if let Some(moments) = &mut self.moments {
            if first {
                // The cells before it are all without a value.
                let before = self.cells - 1;
                let markers: Vec<Number> = match &self.numbers {
                    Some(numbers) => numbers.cells[..before].to_vec(),
                    None => self.texts.markers(&self.markers, before),
                };
                *moments = moment::forms(text)
                    .into_iter()
                    .map(|form| (form, markers.clone()))
                    .collect();
            }
            moments.retain_mut(|(form, cells)| match moment::read(form, text) {
                Some(value) => {
                    cells.push(Number::Value(value));
                    true
                }
                None => false,
            });
            match moments.is_empty() {
                true => self.moments = None,
                false => self.style.see(text),
            }
        }
        let impossible = self.numbers.is_none() && self.moments.is_none();
        if impossible
            && matches!(self.wanted, Some(Kind::Number | Kind::Date))
            && self.misfit.is_none()
        {
            self.misfit = Some(text.to_owned());
        }
    }

    /// The column, which is called `name`; an error where it is not what it was said to be.
    pub fn finish(self, name: &str) -> Result<Cells, DataProblem> {
        let name = || name.to_owned();
        if let Some(cell) = self.misfit {
            return Err(DataProblem::Misfit { name: name(), cell });
        }
        if !self.has_value && matches!(self.wanted, Some(Kind::Number | Kind::Date)) {
            return Err(DataProblem::NoValue { name: name() });
        }
        if self.wanted == Some(Kind::Skip) {
            return Ok(Cells::Skipped);
        }
        if self.has_value {
            if let Some(numbers) = self.numbers {
                return Ok(Cells::Numbers {
                    spelling: numbers.spelling(),
                    cells: numbers.cells,
                    markers: self.markers,
                });
            }
            if let Some((format, cells)) = self.moments.and_then(|forms| forms.into_iter().next()) {
                return Ok(Cells::Numbers {
                    cells,
                    markers: self.markers,
                    spelling: Spelling::Moment {
                        format: self.style.applied(&format),
                    },
                });
            }
        }
        Ok(self.texts.finish(self.wanted, self.cells))
    }
}

impl Texts {
    fn push(&mut self, text: &str) {
        if let Some(&code) = self.index.get(text) {
            self.codes.push(code);
        } else if self.texts.len() < MOST_TOLD_APART {
            let code = self.texts.len() as u32;
            self.index.insert(text.to_owned(), code);
            self.texts.push(text.to_owned());
            self.codes.push(code);
        } else {
            self.many = true;
            self.texts.truncate(EXAMPLES);
            (self.codes, self.index) = Default::default();
        }
    }

    /// The first `count` cells, none of which has a value, as markers.
    fn markers(&self, markers: &[String], count: usize) -> Vec<Number> {
        let marker = |code: &u32| {
            let text = &self.texts[*code as usize];
            let place = markers.iter().position(|marker| marker == text);
            Number::Marker(place.unwrap_or_default() as u32)
        };
        let known = self.codes.iter().take(count).map(marker);
        // A column that is said to hold dates keeps no texts: its markers are all of the first kind met.
        known
            .chain(std::iter::repeat(Number::Marker(0)))
            .take(count)
            .collect()
    }

    fn finish(mut self, wanted: Option<Kind>, rows: usize) -> Cells {
        let unique = self.many || (self.texts.len() > FEW_TEXTS && self.texts.len() * 2 > rows);
        // Of those that are said to be categories and are too many for that, nothing could be learnt.
        if wanted == Some(Kind::Identifier) || (unique && wanted.is_none()) || self.many {
            self.texts.truncate(EXAMPLES);
            return Cells::Names {
                examples: self.texts,
            };
        }
        Cells::Texts {
            codes: self.codes,
            texts: self.texts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str], wanted: Option<Kind>, comma: bool) -> Result<Cells, DataProblem> {
        let mut reading = Reading::new(wanted, comma);
        cells.iter().for_each(|cell| reading.push(cell));
        reading.finish("it")
    }

    fn values(cells: &Cells) -> Vec<Option<f64>> {
        match cells {
            Cells::Numbers { cells, .. } => cells.iter().map(|cell| cell.value()).collect(),
            other => panic!("no numbers: {other:?}"),
        }
    }

    #[test]
    fn dates_are_numbers_whose_form_is_found_from_all_of_them() {
        let cells = read(&["", "03/04/2020", "NA", "14/04/2020"], None, false).unwrap();
        assert_eq!(
            values(&cells),
            [None, Some(1_585_872_000.0), None, Some(1_586_822_400.0)]
        );
        let Cells::Numbers {
            markers, spelling, ..
        } = cells
        else {
            panic!()
        };
        assert_eq!(markers, ["", "NA"]);
        assert_eq!(
            spelling,
            Spelling::Moment {
                format: "%d/%m/%Y".into()
            }
        );
        for (cells, format) in [
            (["1/2/2020", "12/31/2020"], "%-m/%-d/%Y"),
            (["1.2.2020", "31.12.2020"], "%-d.%-m.%Y"),
            (["2020-01-02 9:05", "2020-01-02 10:05"], "%Y-%m-%d %-H:%M"),
            (
                ["2020-01-02 09:05:01.120", "2020-01-02 10:05:01.000"],
                "%Y-%m-%d %H:%M:%S%.3f",
            ),
            (
                ["2020-01-02T09:05:01.123450Z", "2020-01-02T10:05:01.000000Z"],
                "%Y-%m-%dT%H:%M:%S%.6fZ",
            ),
            (
                ["2020-01-02T09:05:01.12", "2020-01-02T10:05:01"],
                "%Y-%m-%dT%H:%M:%S%.f",
            ),
        ] {
            let Ok(Cells::Numbers {
                cells: read,
                spelling,
                ..
            }) = read(&cells, None, false)
            else {
                panic!("no dates: {cells:?}");
            };
            assert_eq!(
                spelling,
                Spelling::Moment {
                    format: format.into()
                }
            );
            assert!(spelling.is_sound());
            let back = read
                .iter()
                .map(|cell| spelling.spell(cell.value().unwrap()));
            assert_eq!(back.collect::<Vec<_>>(), cells);
        }
        // One cell that is no date makes texts of all.
        let mixed = read(&["2020-01-01", "later", "2020-01-01"], None, false).unwrap();
        assert!(matches!(mixed, Cells::Texts { .. }));
    }

    #[test]
    fn a_comma_is_a_point_where_it_parts_no_fields() {
        assert_eq!(
            values(&read(&["1,5", "-2"], None, true).unwrap()),
            [Some(1.5), Some(-2.0)]
        );
        assert!(matches!(
            read(&["1,5", "2"], None, false).unwrap(),
            Cells::Texts { .. }
        ));
        assert!(matches!(
            read(&["1,500.5", "2"], None, true).unwrap(),
            Cells::Texts { .. }
        ));
    }

    #[test]
    fn what_is_said_of_a_column_holds() {
        let years = ["2019", "2020", "2019"];
        assert!(matches!(
            read(&years, Some(Kind::Category), false).unwrap(),
            Cells::Texts { .. }
        ));
        assert!(matches!(
            read(&years, Some(Kind::Identifier), false).unwrap(),
            Cells::Names { .. }
        ));
        assert_eq!(
            read(&years, Some(Kind::Skip), false).unwrap(),
            Cells::Skipped
        );
        let misfit = |cell: &str| DataProblem::Misfit {
            name: "it".into(),
            cell: cell.into(),
        };
        assert_eq!(
            read(&["1", "x1"], Some(Kind::Number), false),
            Err(misfit("x1"))
        );
        assert_eq!(read(&years, Some(Kind::Date), false), Err(misfit("2019")));
        for kind in [Kind::Number, Kind::Date] {
            let nothing = read(&["", "NA", ""], Some(kind), false);
            assert_eq!(nothing, Err(DataProblem::NoValue { name: "it".into() }));
        }
        let dates = read(&["NA", "2020-01-02"], Some(Kind::Date), false).unwrap();
        assert_eq!(values(&dates), [None, Some(1_577_923_200.0)]);
    }

    #[test]
    fn texts_that_hardly_repeat_are_names() {
        let ids: Vec<String> = (0..100).map(|row| format!("id-{row}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert!(matches!(
            read(&ids, None, false).unwrap(),
            Cells::Names { .. }
        ));
        assert!(matches!(
            read(&ids, Some(Kind::Category), false).unwrap(),
            Cells::Texts { .. }
        ));
    }
}
