//! What runs differ in, as rows of a table.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::names::title;
use crate::event::TrainingUpdate;
use crate::run::{Compared, Point, format};

/// One thing about each of the runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    pub name: String,
    /// In the order of the runs; empty where a run does not say.
    pub values: Vec<String>,
}

impl Fact {
    /// Whether the runs say different things.
    pub fn differs(&self) -> bool {
        self.values.windows(2).any(|pair| pair[0] != pair[1])
    }
}

/// All that is known of `runs`, a row a thing.
pub fn facts(runs: &[Compared]) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut row = |name: &str, read: &dyn Fn(&Compared) -> Option<String>| {
        let values: Vec<String> = runs
            .iter()
            .map(|run| read(run).unwrap_or_default())
            .collect();
        if values.iter().any(|value| !value.is_empty()) {
            facts.push(Fact {
                name: name.to_owned(),
                values,
            });
        }
    };
    row("Trainer", &|run| Some(run.manifest.trainer.clone()));
    row("Data", &|run| {
        Some(run.manifest.data.as_ref()?.name.clone())
    });
    row("Data rows", &|run| {
        Some(format::count(run.manifest.data.as_ref()?.rows?))
    });
    row("Data SHA-256", &|run| {
        Some(run.manifest.data.as_ref()?.sha256.get(..12)?.to_owned())
    });
    row("Epochs asked for", &|run| {
        run.manifest.epochs.map(format::count)
    });
    for name in parameters(runs) {
        row(&name, &|run| {
            run.manifest.parameters.get(&name).map(format::json)
        });
    }
    row("Command", &|run| Some(run.manifest.command.join(" ")));
    row("Host", &|run| {
        Some(run.manifest.host.as_ref()?.name.clone())
    });
    row("Tags", &|run| Some(run.row.tags.join(", ")));
    row("Epoch", &|run| run.row.epoch.map(format::count));
    row("Duration", &|run| {
        run.row.elapsed_seconds.map(format::duration)
    });
    for metric in metrics(runs) {
        let name = title(&metric);
        row(&format!("{name}, last"), &|run| {
            let last = run.series.points(&metric).last()?;
            Some(format::metric(last.value))
        });
        // Which of them is the best one depends on the metric.
        row(&format!("{name}, lowest"), &|run| {
            let finite = finite(run.series.points(&metric));
            finite.min_by(by_value).map(placed)
        });
        row(&format!("{name}, highest"), &|run| {
            let finite = finite(run.series.points(&metric));
            finite.max_by(by_value).map(placed)
        });
    }
    facts
}

/// Metrics of any of the runs: the four of every GAN first, in their usual order.
pub fn metrics(runs: &[Compared]) -> Vec<String> {
    let all: BTreeSet<&String> = runs.iter().flat_map(|run| run.series.0.keys()).collect();
    let of_gans = TrainingUpdate::METRICS;
    let first = of_gans
        .iter()
        .filter(|name| all.iter().any(|metric| metric == *name))
        .map(|name| (*name).to_owned());
    let others = all
        .iter()
        .filter(|metric| !of_gans.contains(&metric.as_str()))
        .map(|metric| (*metric).clone());
    first.chain(others).collect()
}

fn parameters(runs: &[Compared]) -> BTreeSet<String> {
    let names = |run: &Compared| run.manifest.parameters.keys().cloned().collect::<Vec<_>>();
    runs.iter().flat_map(names).collect()
}

fn finite(points: &[Point]) -> impl Iterator<Item = &Point> {
    points.iter().filter(|point| point.value.0.is_finite())
}

fn by_value(one: &&Point, other: &&Point) -> Ordering {
    one.value.0.total_cmp(&other.value.0)
}

/// A value, and when it was reported.
fn placed(point: &Point) -> String {
    let value = format::metric(point.value);
    match (point.epoch, point.step) {
        (Some(epoch), _) => format!("{value}, epoch {}", format::count(epoch)),
        (None, Some(step)) => format!("{value}, step {}", format::count(step)),
        (None, None) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;

    #[test]
    fn a_fact_differs_where_one_run_says_otherwise() {
        let fact = |values: &[&str]| Fact {
            name: "seed".into(),
            values: values.iter().map(|value| (*value).into()).collect(),
        };
        assert!(!fact(&["1", "1", "1"]).differs());
        assert!(fact(&["1", "1", ""]).differs());
    }

    #[test]
    fn the_lowest_value_is_a_number_and_has_its_place() {
        let point = |(epoch, value)| Point {
            x: 0.0,
            value: Value(value),
            epoch,
            step: Some(1200),
            time: None,
        };
        let points = [
            (Some(1), f64::NAN),
            (Some(2), 0.5),
            (Some(3), f64::NEG_INFINITY),
            (None, 0.25),
        ];
        let points = points.map(point);
        let lowest = |points| finite(points).min_by(by_value).map(placed);
        let expected = format!("0.2500, step {}", format::count(1200));
        assert_eq!(lowest(&points[..]), Some(expected));
        assert_eq!(lowest(&points[..3]).as_deref(), Some("0.5000, epoch 2"));
        assert_eq!(lowest(&points[..1]), None);
    }
}
