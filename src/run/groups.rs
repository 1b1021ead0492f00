//! Metrics in groups by their names.

use std::collections::BTreeMap;

/// Metrics that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What their names have in common; empty for those that have nothing.
    pub name: String,
    pub metrics: Vec<String>,
}

/// `names` in groups: by what stands before a slash, else by their first word where others share
/// it. What stands alone comes last, in a group without a name.
pub fn groups(names: &[String]) -> Vec<Group> {
    let mut names: Vec<&String> = names.iter().collect();
    names.sort_by_key(|name| counted(name));
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in names {
        found.entry(stem(name)).or_default().push(name.clone());
    }
    let mut alone = Vec::new();
    let mut groups = Vec::new();
    for (stem, metrics) in found {
        match metrics.as_slice() {
            // A slash is the trainer's own word for a group, be it of one.
            [only] if !only.contains('/') => alone.extend(metrics),
            _ => groups.push(Group {
                name: stem.to_owned(),
                metrics,
            }),
        }
    }
    if !alone.is_empty() {
        groups.push(Group {
            name: String::new(),
            metrics: alone,
        });
    }
    groups
}

/// A name by its words and numbers: `layer 2` comes before `layer 10`.
fn counted(name: &str) -> Vec<(String, u64)> {
    let digit = |c: char| c.is_ascii_digit();
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(digit).unwrap_or(rest.len()));
        let (number, after) = after.split_at(after.find(|c| !digit(c)).unwrap_or(after.len()));
        parts.push((word.to_owned(), number.parse().unwrap_or_default()));
        rest = after;
    }
    parts
}

/// What a name begins with: up to the last slash, or the first word.
fn stem(name: &str) -> &str {
    match name.rsplit_once('/') {
        Some((before, _)) if !before.is_empty() => before,
        _ => {
            let word = name.trim_start_matches(['_', '/', '.', '-', ' ']);
            word.split(['_', '.', '-', ' ', ':']).next().unwrap_or(word)
        }
    }
}

/// Whether `name` holds all words of `query`, whatever their case.
pub fn answers(name: &str, query: &str) -> bool {
    let name = name.to_lowercase();
    query
        .to_lowercase()
        .split_whitespace()
        .all(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count() {
        let names = ["layer_10", "layer_2", "layer_1_b", "layer_1_a"].map(str::to_owned);
        let found = groups(&names);
        assert_eq!(
            found[0].metrics,
            ["layer_1_a", "layer_1_b", "layer_2", "layer_10"]
        );
    }

    #[test]
    fn names_are_grouped_by_slash_or_first_word() {
        let names = [
            "grad/d",
            "grad/g",
            "lr",
            "lr_d",
            "lr_g",
            "time/total",
            "fid",
            "val/g/fid",
            "μ",
            "_",
        ];
        let found = groups(&names.map(str::to_owned));
        let found: Vec<(&str, Vec<&str>)> = found
            .iter()
            .map(|group| {
                let metrics = group.metrics.iter().map(String::as_str).collect();
                (group.name.as_str(), metrics)
            })
            .collect();
        assert_eq!(
            found,
            [
                ("grad", vec!["grad/d", "grad/g"]),
                ("lr", vec!["lr", "lr_d", "lr_g"]),
                ("time", vec!["time/total"]),
                ("val/g", vec!["val/g/fid"]),
                ("", vec!["_", "fid", "μ"]),
            ]
        );
    }

    #[test]
    fn a_search_takes_words_in_any_order() {
        assert!(answers("Grad/Norm_d", "norm grad"));
        assert!(!answers("grad/norm_d", "norm x"));
        assert!(answers("anything", ""));
    }
}
