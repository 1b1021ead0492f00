//! Why what trainings print is not kept at present, for people.

use std::collections::BTreeMap;

use crate::event::RunId;

/// What is in the way of keeping it.
#[derive(Debug, Default)]
pub struct Troubles {
    /// Why the index cannot be written.
    index: Option<String>,
    /// Why recorders cannot write down what they are told, by run.
    unrecorded: BTreeMap<RunId, String>,
}

impl Troubles {
    /// What keeps the words of `run`, or of any, from being kept.
    pub fn of(&self, run: Option<&RunId>) -> Option<String> {
        let unrecorded = match run {
            Some(run) => self.unrecorded.get(run),
            None => self.unrecorded.values().next(),
        };
        self.index.as_ref().or(unrecorded).cloned()
    }

    /// Notes how the last try to write the index went; whether that is news.
    pub fn note_index(&mut self, error: Option<&rusqlite::Error>) -> bool {
        let trouble = error.map(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => full(),
            _ => format!(
                "What the training prints cannot be stored at present ({error}); it goes on, and \
                 this is tried again."
            ),
        });
        let is_news = self.index != trouble;
        self.index = trouble;
        is_news
    }

    /// Notes why the recorder of `run` writes nothing down, as it says itself, or that it does; whether that is news.
    pub fn note_recorder(&mut self, run: &RunId, reason: Option<&str>) -> bool {
        let trouble = reason.map(|reason| match reason.ends_with("(os error 28)") {
            true => full(),
            false => format!(
                "What the training prints cannot be written down at present ({reason}); it goes on, \
                 and this is tried again."
            ),
        });
        let before = match &trouble {
            Some(trouble) => self.unrecorded.insert(run.clone(), trouble.clone()),
            None => self.unrecorded.remove(run),
        };
        before != trouble
    }
}

fn full() -> String {
    "The disk of the runs folder is full: the training goes on, but what it prints is neither kept \
     nor shown until there is room."
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_has_its_own_trouble_and_that_of_the_index() {
        let run = |id| RunId::parse(id).unwrap();
        let (one, other) = (run("20250101-000000-aaaa"), run("20250101-000001-bbbb"));
        let mut troubles = Troubles::default();
        assert!(!troubles.note_index(None) && !troubles.note_recorder(&one, None));
        assert!(troubles.note_recorder(&one, Some("No space left on device (os error 28)")));
        assert!(!troubles.note_recorder(&one, Some("No space left on device (os error 28)")));
        assert!(troubles.of(Some(&one)).unwrap().contains("is full"));
        assert_eq!(troubles.of(Some(&other)), None);
        assert!(troubles.of(None).is_some());
        assert!(troubles.note_index(Some(&rusqlite::Error::InvalidQuery)));
        assert!(troubles.of(Some(&other)).unwrap().contains("stored"));
        assert!(troubles.note_index(None) && troubles.note_recorder(&one, None));
        assert_eq!(troubles.of(None), None);
    }
}
