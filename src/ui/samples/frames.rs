//! The samples of a run in the order of their steps: what stands together at one place of the slider.

use crate::run::{Sample, SampleKind};

/// What was drawn at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The number in the files' names; a file without one stands for itself.
    pub number: Option<u64>,
    pub label: String,
    /// When the last of its files was written: a trainer may draw over what it drew before.
    pub drawn_at: String,
    /// Names of CSV files and of pictures.
    pub tables: Vec<String>,
    pub pictures: Vec<String>,
}

/// The steps of `samples`, in order; files that are neither table nor picture are left out.
pub fn steps(samples: &[Sample]) -> Vec<Step> {
    let mut sorted: Vec<(Option<u64>, &Sample)> = samples
        .iter()
        .filter(|sample| sample.kind != SampleKind::Other)
        .map(|sample| (number(&sample.name), sample))
        .collect();
    // What has no number, such as `final.csv`, comes last.
    let key = |(number, sample): &(Option<u64>, &Sample)| {
        (number.unwrap_or(u64::MAX), sample.name.clone())
    };
    sorted.sort_by_key(key);
    let mut steps: Vec<Step> = Vec::new();
    for (number, sample) in sorted {
        let same = steps
            .last()
            .is_some_and(|step| number.is_some() && step.number == number);
        if !same {
            steps.push(Step {
                number,
                label: number.map_or(sample.name.clone(), |number| {
                    format!("{} {number}", counted(&sample.name))
                }),
                drawn_at: String::new(),
                tables: Vec::new(),
                pictures: Vec::new(),
            });
        }
        if let Some(step) = steps.last_mut() {
            // Moments in UTC, of one form, sort as texts.
            if step.drawn_at < sample.modified_at {
                step.drawn_at.clone_from(&sample.modified_at);
            }
            match sample.kind {
                SampleKind::Csv => step.tables.push(sample.name.clone()),
                _ => step.pictures.push(sample.name.clone()),
            }
        }
    }
    steps
}

impl Step {
    /// The table of this step that is of one kind with the table `like`; the first where there is none.
    pub fn table(&self, like: Option<&str>) -> Option<&String> {
        let same = |name: &&String| like.is_some_and(|like| kind(like) == kind(name));
        self.tables.iter().find(same).or(self.tables.first())
    }
}

/// A name without its step, as before and behind it.
fn kind(name: &str) -> (&str, &str) {
    digits(name).map_or((name, ""), |(start, end)| (&name[..start], &name[end..]))
}

/// The last number in a name without its ending: 100 in `step-000100.csv`.
fn number(name: &str) -> Option<u64> {
    let (start, end) = digits(name)?;
    name[start..end].parse().ok()
}

/// What the number in a name counts.
fn counted(name: &str) -> &'static str {
    let before = digits(name).map_or("", |(start, _)| &name[..start]);
    match before
        .to_ascii_lowercase()
        .trim_end_matches(['-', '_', ' ', '='])
        .ends_with("epoch")
    {
        true => "epoch",
        false => "step",
    }
}

/// From where to where it stands.
fn digits(name: &str) -> Option<(usize, usize)> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let end = stem.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = stem[..end]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| {
            at + stem[at..].chars().next().map_or(1, char::len_utf8)
        });
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(name: &str, kind: SampleKind) -> Sample {
        Sample {
            name: name.into(),
            bytes: 1,
            modified_at: "2025-08-24T18:14:33Z".into(),
            kind,
        }
    }

    #[test]
    fn steps_are_in_the_order_of_their_numbers() {
        let steps = steps(&[
            sample("final.csv", SampleKind::Csv),
            sample("step-1000.csv", SampleKind::Csv),
            sample("step-200.csv", SampleKind::Csv),
            sample("step-200.png", SampleKind::Image),
            sample("grid-200-b.png", SampleKind::Image),
            sample("notes.txt", SampleKind::Other),
        ]);
        let labels: Vec<&str> = steps.iter().map(|step| step.label.as_str()).collect();
        assert_eq!(labels, ["step 200", "step 1000", "final.csv"]);
        assert_eq!(steps[0].pictures, ["grid-200-b.png", "step-200.png"]);
        assert_eq!(steps[0].tables, ["step-200.csv"]);
    }

    #[test]
    fn a_file_that_is_written_anew_makes_another_step_of_it() {
        let first = sample("latest.png", SampleKind::Image);
        let again = Sample {
            modified_at: "2025-08-24T18:15:00Z".into(),
            ..first.clone()
        };
        assert_ne!(steps(&[first]), steps(&[again]));
    }

    #[test]
    fn a_table_is_followed_from_step_to_step_by_the_rest_of_its_name() {
        let csv = |name| sample(name, SampleKind::Csv);
        let steps = steps(&[
            csv("a-1.csv"),
            csv("b-1.csv"),
            csv("a-20.csv"),
            csv("b-20.csv"),
            csv("a-300.csv"),
        ]);
        let follow = |like| -> Vec<&str> {
            let tables = steps.iter().filter_map(|step| step.table(like));
            tables.map(String::as_str).collect()
        };
        assert_eq!(follow(None), ["a-1.csv", "a-20.csv", "a-300.csv"]);
        assert_eq!(
            follow(Some("b-20.csv")),
            ["b-1.csv", "b-20.csv", "a-300.csv"]
        );
    }

    #[test]
    fn a_step_is_called_what_its_file_says() {
        for (name, label) in [
            ("fake_samples_epoch_030.png", "epoch 30"),
            ("Epoch-7.png", "epoch 7"),
            ("step-000100.png", "step 100"),
            ("epoch12_grid4.png", "step 4"),
        ] {
            assert_eq!(steps(&[sample(name, SampleKind::Image)])[0].label, label);
        }
    }

    #[test]
    fn a_number_is_the_last_of_the_name() {
        for (name, expected) in [
            ("step-000100.csv", Some(100)),
            ("run7_epoch12.png", Some(12)),
            ("epoch12_grid.png", Some(12)),
            ("é5é.png", Some(5)),
            ("42", Some(42)),
            ("final.csv", None),
            ("sample.mp4", None),
            ("99999999999999999999999.csv", None),
        ] {
            assert_eq!(number(name), expected, "{name}");
        }
    }
}
