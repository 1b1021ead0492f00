//! What is known of runs at present that the index does not tell, or cannot be told.
//!
//! The index learns of an end behind all that the run printed. Where that takes long, or nothing can be written, the run is
//! over all the same: its folder says so, and so is everybody told who asks.

use std::collections::BTreeMap;

use crate::event::{RunId, Status};
use crate::run::RunState;

/// What is in the way of keeping what runs print, and which are over before all of it is kept.
#[derive(Debug, Default)]
pub struct Present {
    /// Why the index cannot be written.
    index: Option<Reason>,
    /// Why recorders cannot write down what they are told, by run.
    unrecorded: BTreeMap<RunId, Reason>,
    over: BTreeMap<RunId, Ended>,
}

/// The end of a run, and whether it is told before all that it printed, since that could not be stored. That is not taken
/// back.
#[derive(Debug)]
struct Ended {
    over: Over,
    is_told: bool,
}

/// Why something cannot be written.
#[derive(Clone, Debug, PartialEq)]
enum Reason {
    Full,
    /// As the system words it.
    Other(String),
}

/// How a run ended that is not read to its end yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Over {
    pub status: Status,
    /// In one sentence.
    pub message: String,
    /// RFC 3339, UTC.
    pub ended_at: String,
    /// What the recorder wrote of it, as JSON.
    pub report: Option<String>,
}

impl Present {
    /// The state of a run that the index gives, as it is at present. That it is over comes behind what it printed, unless
    /// that cannot be stored.
    pub fn of(&self, state: RunState) -> RunState {
        let ended = state.run_id.as_ref().and_then(|run| self.over.get(run));
        let Some(Ended { over, is_told }) = ended.filter(|_| state.status.is_active()) else {
            return self.troubled(state);
        };
        if !is_told {
            let message = "The trainer has ended; what it printed is still being read.";
            return RunState {
                message: Some(message.into()),
                stalled: false,
                ..state
            };
        }
        let rest = match &self.index {
            None => "What it printed is still being read.".into(),
            Some(Reason::Full) => {
                "The disk of the runs folder is full: the rest of what it printed is not shown until there is room.".into()
            }
            Some(Reason::Other(error)) => format!(
                "The rest of what it printed cannot be stored at present ({error}); this is tried again."
            ),
        };
        RunState {
            status: over.status,
            message: Some(format!("{} {rest}", over.message)),
            ended_at: Some(over.ended_at.clone()),
            stalled: false,
            ..state
        }
    }

    fn troubled(&self, state: RunState) -> RunState {
        let trouble = self.trouble(state.run_id.as_ref());
        RunState {
            message: trouble
                .filter(|_| state.status.is_active())
                .or(state.message),
            ..state
        }
    }

    /// How `run` ended, where it is not read to its end yet.
    pub fn over(&self, run: &RunId) -> Option<&Over> {
        self.over.get(run).map(|ended| &ended.over)
    }

    /// The runs that have another status than the index says, and which.
    pub fn statuses(&self) -> impl Iterator<Item = (&RunId, Status)> {
        let told = self.over.iter().filter(|(_, ended)| ended.is_told);
        told.map(|(run, ended)| (run, ended.over.status))
    }

    /// What keeps the words of `run`, or of any, from being kept, for people.
    pub fn trouble(&self, run: Option<&RunId>) -> Option<String> {
        let unrecorded = match run {
            Some(run) => self.unrecorded.get(run),
            None => self.unrecorded.values().next(),
        };
        let told = |reason: &Reason, what: &str| {
            match reason {
            Reason::Full => "The disk of the runs folder is full: the training goes on, but what it prints is neither \
                             kept nor shown until there is room."
                .into(),
            Reason::Other(error) => format!(
                "What the training prints cannot be {what} at present ({error}); it goes on, and this is tried again."
            ),
        }
        };
        let of_index = self.index.as_ref().map(|reason| told(reason, "stored"));
        of_index.or_else(|| unrecorded.map(|reason| told(reason, "written down")))
    }

    /// Notes how the last try to write the index went; whether that is news.
    pub fn note_index(&mut self, error: Option<&rusqlite::Error>) -> bool {
        let reason = error.map(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Reason::Full,
            _ => Reason::Other(error.to_string()),
        });
        let is_news = self.index != reason;
        for ended in self.over.values_mut() {
            ended.is_told |= reason.is_some();
        }
        self.index = reason;
        is_news
    }

    /// Notes why the recorder of `run` writes nothing down, as it says itself, or that it does; whether that is news.
    pub fn note_recorder(&mut self, run: &RunId, reason: Option<&str>) -> bool {
        let reason = reason.map(|reason| match reason.ends_with("(os error 28)") {
            true => Reason::Full,
            false => Reason::Other(reason.into()),
        });
        let before = match &reason {
            Some(reason) => self.unrecorded.insert(run.clone(), reason.clone()),
            None => self.unrecorded.remove(run),
        };
        before != reason
    }

    /// Notes that `run` is over; whether streams are to be told.
    pub fn note_over(&mut self, run: &RunId, over: Over) -> bool {
        let cannot_be_stored = self.index.is_some();
        let is_told = cannot_be_stored || self.over.get(run).is_some_and(|before| before.is_told);
        let is_news = self.over(run) != Some(&over);
        self.over.insert(run.clone(), Ended { over, is_told });
        is_news && cannot_be_stored
    }

    /// Forgets what was noted of `run`: the index tells it, or nobody looks any more. Whether that is news.
    pub fn leave(&mut self, run: &RunId) -> bool {
        self.over.remove(run);
        self.note_recorder(run, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str) -> RunId {
        RunId::parse(id).unwrap()
    }

    #[test]
    fn each_run_has_its_own_trouble_and_that_of_the_index() {
        let (one, other) = (run("20250101-000000-aaaa"), run("20250101-000001-bbbb"));
        let mut present = Present::default();
        assert!(!present.note_index(None) && !present.note_recorder(&one, None));
        assert!(present.note_recorder(&one, Some("No space left on device (os error 28)")));
        assert!(!present.note_recorder(&one, Some("No space left on device (os error 28)")));
        assert!(present.trouble(Some(&one)).unwrap().contains("is full"));
        assert_eq!(present.trouble(Some(&other)), None);
        assert!(present.trouble(None).is_some());
        assert!(present.note_index(Some(&rusqlite::Error::InvalidQuery)));
        assert!(present.trouble(Some(&other)).unwrap().contains("stored"));
        assert!(present.note_index(None) && present.note_recorder(&one, None));
        assert_eq!(present.trouble(None), None);
    }

    #[test]
    fn a_run_that_is_over_is_told_so_before_all_that_it_printed_is_read() {
        let id = run("20250101-000000-aaaa");
        let mut present = Present::default();
        let over = Over {
            status: Status::Completed,
            message: "Training completed.".into(),
            ended_at: "2025-01-01T00:00:09Z".into(),
            report: None,
        };
        let read = RunState {
            status: Status::Running,
            ..RunState::started(id.clone(), "2025-01-01T00:00:00Z".into())
        };
        assert_eq!(present.of(read.clone()), read);
        assert!(
            !present.note_over(&id, over.clone()),
            "a stream comes to it by itself"
        );
        let told = present.of(read.clone());
        assert_eq!((told.status, told.ended_at), (Status::Running, None));
        assert!(told.message.unwrap().contains("still being read"));
        assert_eq!(present.statuses().count(), 0);
        present.note_index(Some(&rusqlite::Error::InvalidQuery));
        assert!(!present.note_over(&id, over.clone()), "that is known");
        let told = present.of(read.clone());
        assert_eq!(told.status, Status::Completed);
        assert_eq!(told.ended_at.as_ref(), Some(&over.ended_at));
        let statuses: Vec<_> = present.statuses().collect();
        assert_eq!(statuses, [(&id, Status::Completed)]);
        let told = told.message.unwrap();
        assert!(
            told.starts_with(&over.message) && told.contains("cannot be stored"),
            "{told}"
        );
        present.note_index(None);
        let told = present.of(read.clone());
        assert_eq!(told.status, Status::Completed, "it is not taken back");
        assert!(told.message.unwrap().contains("still being read"));
        // What the index says of an end goes before it.
        let read_whole = RunState {
            status: Status::Stopped,
            ..read
        };
        assert_eq!(present.of(read_whole.clone()), read_whole);
    }
}
