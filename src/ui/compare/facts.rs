//! What runs differ in, as rows of a table.

use std::collections::BTreeSet;

use crate::event::{TrainingUpdate, Value};
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
        row(&format!("{metric}, last"), &|run| {
            let last = run.series.points(&metric).last()?;
            Some(format::metric(last.value))
        });
        row(&format!("{metric}, lowest"), &|run| {
            lowest(run.series.points(&metric)).map(format::metric)
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

fn lowest(points: &[Point]) -> Option<Value> {
    let finite = points.iter().map(|point| point.value.0);
    finite
        .filter(|value| value.is_finite())
        .min_by(f64::total_cmp)
        .map(Value)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_lowest_value_is_a_number() {
        let point = |value| Point {
            x: 0.0,
            value: Value(value),
            epoch: None,
            step: None,
            time: None,
        };
        let points = [f64::NAN, 0.5, f64::NEG_INFINITY, 0.25].map(point);
        assert_eq!(lowest(&points), Some(Value(0.25)));
        assert_eq!(lowest(&points[..1]), None);
    }
}
