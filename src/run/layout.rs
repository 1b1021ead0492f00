//! How a viewer has arranged the charts, as the browser keeps it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The arrangement of all charts. What an earlier or later version keeps besides is passed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// How strongly curves are smoothed, in percent.
    pub smoothing: u8,
    /// Ids of the charts with a log axis.
    pub log: BTreeSet<String>,
    /// Metrics that stand before the others, in the order of being chosen.
    pub pinned: Vec<String>,
    /// Groups of metrics that were opened or closed by hand.
    pub opened: BTreeMap<String, bool>,
}

impl Layout {
    /// The strongest smoothing.
    pub const SMOOTHEST: u8 = 99;

    /// What `text` keeps; the usual arrangement where that cannot be read.
    pub fn parse(text: &str) -> Self {
        let mut layout: Self = serde_json::from_slice(text.as_bytes()).unwrap_or_default();
        layout.smoothing = layout.smoothing.min(Self::SMOOTHEST);
        layout
    }

    /// Pins `metric`, or takes it back among the others.
    pub fn pin(&mut self, metric: &str) {
        let before = self.pinned.len();
        self.pinned.retain(|other| other != metric);
        if self.pinned.len() == before {
            self.pinned.push(metric.to_owned());
        }
    }

    /// Moves a pinned `metric` one place forwards or back among the pinned.
    pub fn move_pinned(&mut self, metric: &str, forwards: bool) {
        let Some(here) = self.pinned.iter().position(|other| other == metric) else {
            return;
        };
        let there = match forwards {
            true => here.checked_sub(1),
            false => Some(here + 1).filter(|there| *there < self.pinned.len()),
        };
        if let Some(there) = there {
            self.pinned.swap(here, there);
        }
    }

    /// Gives the chart `id` a log axis, or takes it away.
    pub fn turn_log(&mut self, id: &str) {
        if !self.log.remove(id) {
            self.log.insert(id.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_comes_back() {
        let mut layout = Layout::default();
        layout.pin("lr");
        layout.pin("norm");
        layout.pin("lr");
        layout.turn_log("loss-chart");
        layout.smoothing = 40;
        let text = serde_json::to_string(&layout).unwrap();
        assert_eq!(Layout::parse(&text), layout);
        assert_eq!(layout.pinned, ["norm"]);
    }

    #[test]
    fn pinned_metrics_change_places_and_stay_within_their_row() {
        let mut layout = Layout::default();
        for metric in ["a", "b", "c"] {
            layout.pin(metric);
        }
        layout.move_pinned("c", true);
        layout.move_pinned("a", true);
        layout.move_pinned("b", false);
        layout.move_pinned("unknown", true);
        assert_eq!(layout.pinned, ["a", "c", "b"]);
    }

    #[test]
    fn what_cannot_be_read_is_the_usual_arrangement() {
        assert_eq!(Layout::parse("{oh"), Layout::default());
        assert_eq!(
            Layout::parse(r#"{"smoothing":200,"colour":"red"}"#).smoothing,
            Layout::SMOOTHEST
        );
    }
}
