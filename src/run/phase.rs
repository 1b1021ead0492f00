//! A run's life as a pure function: a status and what happened give the next status.

use super::format::{bytes, duration, shorten};
use crate::event::Status;

/// What can happen to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Somebody asked for its end by a call.
    StopAsked,
    /// Its recorder tells that it was asked to stop in another way.
    StopSeen {
        /// Who asked, as the recorder writes it.
        by: String,
    },
    /// It has printed nothing for so many seconds.
    Silent { seconds: u64 },
    /// It printed something again after such a silence.
    HeardAgain,
    /// The recorder wrote how the trainer ended.
    Ended(Ending),
    /// Nobody holds the lock, and nothing tells how the trainer ended.
    Vanished {
        /// Whether a recorder ever came to life.
        began: bool,
        /// Processes of the run that were found alive, and ended.
        left_behind: usize,
    },
}

/// How a trainer ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ending {
    pub exit_code: Option<i32>,
    /// The signal's name, where one ended it.
    pub signal: Option<String>,
    /// Whether the end was asked for.
    pub asked: bool,
    /// Whether the system killed one of its processes to regain memory.
    pub out_of_memory: bool,
    /// Largest resident set of one of its processes.
    pub peak_memory_bytes: Option<u64>,
    /// Bytes of its output that found no room on the disk.
    pub lost_bytes: u64,
    /// Why the trainer could not be started.
    pub error: Option<String>,
    /// The last line that it wrote to its errors, or else at all.
    pub last_line: Option<String>,
}

/// What the world has to do when a status changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the recorder to end the trainer.
    SignalRecorder,
}

/// A change of status.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    pub status: Status,
    /// One sentence for people.
    pub message: String,
    pub effect: Option<Effect>,
}

/// What `input` changes for a run in `status`; `None` where it changes nothing.
pub fn transition(status: Status, input: &Input) -> Option<Transition> {
    let to = |status, message: String, effect| {
        Some(Transition {
            status,
            message,
            effect,
        })
    };
    match (status, input) {
        (Status::Running, Input::StopAsked) => to(
            Status::Stopping,
            "Stop was asked for; waiting for the trainer to end.".into(),
            Some(Effect::SignalRecorder),
        ),
        // A second stop repeats the signal, in case the first never reached the recorder.
        (Status::Stopping, Input::StopAsked) => to(
            Status::Stopping,
            "Stop was asked for again.".into(),
            Some(Effect::SignalRecorder),
        ),
        (Status::Running | Status::Stopping, Input::Ended(ending)) => {
            // A trainer that finished before the signal reached it has completed; any other
            // end after a stop is the one that was asked for.
            let stopping = status == Status::Stopping && ending.exit_code != Some(0);
            let (status, mut message) = ending.verdict(ending.asked || stopping);
            if ending.lost_bytes > 0 {
                let lost = bytes(ending.lost_bytes);
                message += &format!(" The disk was full: {lost} of its output were not kept.");
            }
            to(status, message, None)
        }
        (Status::Running, Input::StopSeen { by }) => to(
            Status::Stopping,
            format!(
                "Stop was asked for {}; waiting for the trainer to end.",
                match by.as_str() {
                    "signal" => "by a signal".to_owned(),
                    by => format!("at the {by}"),
                }
            ),
            None,
        ),
        (Status::Running, Input::Silent { seconds }) => to(
            Status::Running,
            format!(
                "Nothing was printed for {}; the trainer may be stuck.",
                duration(*seconds as f64)
            ),
            None,
        ),
        (Status::Running, Input::HeardAgain) => {
            to(Status::Running, "The trainer prints again.".into(), None)
        }
        (Status::Running | Status::Stopping, Input::Vanished { began, left_behind }) => {
            let left = match (began, left_behind) {
                (false, _) => {
                    let never =
                        "Its recorder never came to life, so nothing was trained; start it again.";
                    return to(Status::Lost, never.into(), None);
                }
                (true, 0) => String::new(),
                (true, 1) => " One process that it left behind was ended.".into(),
                (true, many) => format!(" {many} processes that it left behind were ended."),
            };
            let lost = "The recorder vanished, so nobody knows how the training ended; what it wrote is kept.";
            to(Status::Lost, format!("{lost}{left}"), None)
        }
        _ => None,
    }
}

impl Ending {
    /// The final status and a sentence that says why.
    fn verdict(&self, asked: bool) -> (Status, String) {
        if let Some(error) = &self.error {
            return (Status::Failed, error.clone());
        }
        let how = match (&self.signal, self.exit_code) {
            (Some(signal), _) => format!("ended by {signal}"),
            (None, Some(code)) => format!("exit code {code}"),
            (None, None) => "no exit code".into(),
        };
        if asked {
            return (Status::Stopped, format!("Stopped as asked ({how})."));
        }
        if self.exit_code == Some(0) {
            return (Status::Completed, "Training completed.".into());
        }
        let last = self.last_line.as_deref().map_or(String::new(), |line| {
            format!(" Last line: {}", shorten(line, 300))
        });
        let hint = self.memory_hint();
        (
            Status::Failed,
            format!("Training failed: {how}.{hint}{last}"),
        )
    }

    /// What speaks for a lack of memory, in a sentence, where something does.
    fn memory_hint(&self) -> String {
        let peak = self.peak_memory_bytes.map_or(String::new(), |peak| {
            format!(" (its largest process had {})", bytes(peak))
        });
        // A shell tells the SIGKILL of its child by this code.
        let killed = self.signal.as_deref() == Some("SIGKILL") || self.exit_code == Some(137);
        let words = self.last_line.as_deref().unwrap_or_default();
        let said = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
        let lacks = said(&[
            "out of memory",
            "OutOfMemory",
            "MemoryError",
            "bad_alloc",
            "OUT_OF_MEMORY",
        ]);
        let of_gpu = said(&["CUDA", "cuda", "GPU", "HIP", "MPS"]);
        if self.out_of_memory {
            format!(" The system killed it to regain memory{peak}; a smaller batch needs less.")
        } else if killed {
            format!(" Somebody killed it, or the system for lack of memory{peak}.")
        } else if lacks && of_gpu {
            " The GPU ran out of memory; a smaller batch needs less.".into()
        } else if lacks {
            format!(" It ran out of memory{peak}; a smaller batch needs less.")
        } else {
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(exit_code: Option<i32>, signal: Option<&str>, asked: bool) -> Input {
        Input::Ended(Ending {
            exit_code,
            signal: signal.map(Into::into),
            asked,
            ..Ending::default()
        })
    }

    fn after(status: Status, input: &Input) -> Option<Status> {
        transition(status, input).map(|t| t.status)
    }

    #[test]
    fn an_end_that_was_asked_for_is_never_a_failure() {
        let asked = [
            ended(Some(1), None, true),
            ended(None, Some("SIGKILL"), true),
        ];
        let crossed = ended(Some(2), None, false);
        assert_eq!(after(Status::Stopping, &crossed), Some(Status::Stopped));
        for input in asked {
            assert_eq!(after(Status::Stopping, &input), Some(Status::Stopped));
            assert_eq!(after(Status::Running, &input), Some(Status::Stopped));
        }
    }

    #[test]
    fn any_other_end_but_zero_is_a_failure() {
        assert_eq!(
            after(Status::Running, &ended(Some(0), None, false)),
            Some(Status::Completed)
        );
        assert_eq!(
            after(Status::Running, &ended(Some(3), None, false)),
            Some(Status::Failed)
        );
        assert_eq!(
            after(Status::Running, &ended(None, Some("SIGSEGV"), false)),
            Some(Status::Failed)
        );
    }

    #[test]
    fn a_final_status_stays() {
        for done in [Status::Completed, Status::Failed, Status::Stopped] {
            for input in [
                Input::StopAsked,
                ended(Some(0), None, false),
                Input::Vanished {
                    began: true,
                    left_behind: 2,
                },
                Input::Silent { seconds: 300 },
            ] {
                assert_eq!(transition(done, &input), None);
            }
        }
    }

    #[test]
    fn silence_is_said_and_changes_no_status() {
        let silent = Input::Silent { seconds: 300 };
        let said = transition(Status::Running, &silent).unwrap();
        assert_eq!(said.status, Status::Running);
        assert!(said.message.contains("5 min"), "{}", said.message);
        assert_eq!(after(Status::Stopping, &silent), None);
    }

    #[test]
    fn a_lack_of_memory_is_told_by_its_signs() {
        let said = |ending: Ending| {
            transition(Status::Running, &Input::Ended(ending))
                .unwrap()
                .message
        };
        let words = said(Ending {
            exit_code: Some(1),
            last_line: Some("RuntimeError: CUDA out of memory.".into()),
            ..Ending::default()
        });
        assert!(words.contains("The GPU ran out of memory"), "{words}");
        let words = said(Ending {
            exit_code: Some(1),
            last_line: Some("MemoryError".into()),
            peak_memory_bytes: Some(3 << 30),
            ..Ending::default()
        });
        assert!(words.contains("had 3.0 GiB); a smaller batch"), "{words}");
        let killed = said(Ending {
            signal: Some("SIGKILL".into()),
            out_of_memory: true,
            peak_memory_bytes: Some(3 << 30),
            ..Ending::default()
        });
        assert!(killed.contains("3.0 GiB"), "{killed}");
        let other = said(Ending {
            exit_code: Some(1),
            ..Ending::default()
        });
        assert!(!other.contains("memory"), "{other}");
    }

    #[test]
    fn a_failure_names_signal_and_last_line() {
        let ending = Ending {
            signal: Some("SIGKILL".into()),
            last_line: Some("loading batch 7".into()),
            ..Ending::default()
        };
        let message = transition(Status::Running, &Input::Ended(ending))
            .unwrap()
            .message;
        assert!(
            message.contains("SIGKILL") && message.contains("loading batch 7"),
            "{message}"
        );
    }
}
