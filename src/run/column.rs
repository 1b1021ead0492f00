//! A metric as a column of the history: which of its values stands for the run.

/// Which of a metric's values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    #[default]
    Last,
    Lowest,
    Highest,
}

impl Which {
    /// All of them, as they are offered.
    pub const ALL: [Self; 3] = [Self::Last, Self::Lowest, Self::Highest];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Lowest => "lowest",
            Self::Highest => "highest",
        }
    }

    /// The column of a metric, as it is asked for: `fid`, `fid:lowest`, `fid:highest`.
    pub fn column(self, metric: &str) -> String {
        match self {
            Self::Last => metric.to_owned(),
            _ => format!("{metric}:{}", self.name()),
        }
    }

    /// The metric of such a column, and which of its values that shows.
    pub fn of(column: &str) -> (&str, Self) {
        let split = column.rsplit_once(':').and_then(|(metric, word)| {
            let found = [Self::Lowest, Self::Highest]
                .into_iter()
                .find(|which| which.name() == word);
            Some((metric, found?))
        });
        split.unwrap_or((column, Self::Last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_tells_its_metric_and_which_value() {
        for which in Which::ALL {
            for metric in ["fid", "loss:g", "a:b:c"] {
                assert_eq!(Which::of(&which.column(metric)), (metric, which));
            }
        }
        assert_eq!(Which::of("loss:last"), ("loss:last", Which::Last));
    }
}
