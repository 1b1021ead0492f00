//! Which runs the page shows, as its address says: a link shows the same.

use leptos_router::params::ParamsMap;

use crate::event::Status;
use crate::run::COLUMNS_MOST;
use crate::ui::sources::escaped;

/// Rows that are fetched at a time.
pub const PAGE: u64 = 100;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub query: String,
    /// Statuses with commas between; empty for all.
    pub status: String,
    /// A column, with `-` before it to turn the order around; empty for the newest first.
    pub sort: String,
    /// Metrics that are columns, with commas between.
    pub metrics: String,
    /// The first row, for browsers without scripts.
    pub offset: u64,
}

/// As many of `metrics` as can be columns.
fn first(metrics: &str) -> String {
    let names: Vec<&str> = metrics.split(',').take(COLUMNS_MOST).collect();
    names.join(",")
}

impl Wanted {
    /// What `address` asks for.
    pub fn of(address: &ParamsMap) -> Self {
        let text = |key| address.get(key).unwrap_or_default();
        Self {
            query: text("query"),
            status: text("status"),
            sort: text("sort"),
            metrics: first(&text("metrics")),
            offset: text("offset").parse().unwrap_or(0),
        }
    }

    /// The address that asks for this.
    pub fn address(&self) -> String {
        let offset = match self.offset {
            0 => String::new(),
            offset => offset.to_string(),
        };
        let pairs = [
            ("query", &self.query),
            ("status", &self.status),
            ("sort", &self.sort),
            ("metrics", &self.metrics),
            ("offset", &offset),
        ];
        let pairs: Vec<String> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}={}", escaped(value)))
            .collect();
        match pairs.is_empty() {
            true => "/runs".into(),
            false => format!("/runs?{}", pairs.join("&")),
        }
    }

    /// The same runs sorted by `column`: up, down, and as at first again.
    pub fn sorted_by(&self, column: &str) -> Self {
        let sort = match self.direction(column) {
            None => column.to_owned(),
            Some(true) => format!("-{column}"),
            // As at first it is already.
            Some(false) if self.sort.is_empty() => column.to_owned(),
            Some(false) => String::new(),
        };
        Self {
            sort,
            offset: 0,
            ..self.clone()
        }
    }

    /// Whether the rows ascend by `column`; `None` where they are sorted by another.
    pub fn direction(&self, column: &str) -> Option<bool> {
        let sort = if self.sort.is_empty() {
            "-started_at"
        } else {
            &self.sort
        };
        match sort.strip_prefix('-') {
            Some(name) => (name == column).then_some(false),
            None => (sort == column).then_some(true),
        }
    }

    /// Names of the metrics that are columns.
    pub fn names(&self) -> Vec<String> {
        let names = self.metrics.split(',').filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    }

    /// The same runs, with or without a column for the metric `name`.
    pub fn with_metric(&self, name: &str, shown: bool) -> Self {
        let mut names = self.names();
        names.retain(|other| other != name);
        if shown {
            names.push(name.to_owned());
        }
        // Nobody sees any more what the rows were sorted by.
        let lost = self.sort.trim_start_matches('-') == format!("metric:{name}");
        Self {
            metrics: names.join(","),
            sort: if lost {
                String::new()
            } else {
                self.sort.clone()
            },
            ..self.clone()
        }
    }

    /// Whether anything is left out.
    pub fn is_filtered(&self) -> bool {
        !self.query.is_empty() || !self.status.is_empty()
    }

    /// Whether runs of `status` alone are shown.
    pub fn only(&self, status: Status) -> bool {
        self.status == status.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_metrics_are_columns_than_can_be() {
        let mut address = ParamsMap::new();
        let names: Vec<String> = (0..30).map(|at| format!("m{at}")).collect();
        address.insert("metrics", names.join(","));
        assert_eq!(Wanted::of(&address).names(), names[..COLUMNS_MOST]);
    }

    #[test]
    fn an_address_says_what_is_shown() {
        let wanted = Wanted {
            query: "a&b c".into(),
            status: "failed".into(),
            sort: "-name".into(),
            metrics: "fid,lr".into(),
            offset: 0,
        };
        assert_eq!(
            wanted.address(),
            "/runs?query=a%26b%20c&status=failed&sort=-name&metrics=fid%2Clr"
        );
        assert_eq!(Wanted::default().address(), "/runs");
    }

    #[test]
    fn a_column_is_turned_around_and_left_again() {
        let first = Wanted::default();
        assert_eq!(first.direction("started_at"), Some(false));
        let up = first.sorted_by("name");
        assert_eq!(
            (up.sort.as_str(), up.direction("name")),
            ("name", Some(true))
        );
        let down = up.sorted_by("name");
        assert_eq!(down.direction("name"), Some(false));
        assert_eq!(down.sorted_by("name").sort, "");
        assert_eq!(first.sorted_by("started_at").sort, "started_at");
    }

    #[test]
    fn a_metric_comes_as_the_last_column_and_goes_with_the_order_by_it() {
        let both = Wanted::default()
            .with_metric("lr", true)
            .with_metric("fid", true);
        assert_eq!(both.names(), ["lr", "fid"]);
        let sorted = both.sorted_by("metric:fid");
        assert_eq!(sorted.with_metric("lr", false).sort, "metric:fid");
        let without = sorted.sorted_by("metric:fid").with_metric("fid", false);
        assert_eq!(
            (without.metrics.as_str(), without.sort.as_str()),
            ("lr", "")
        );
    }
}
