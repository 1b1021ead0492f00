//! A run's life as a pure function: a status and what happened give the next status.

use crate::event::Status;

/// What can happen to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Somebody asked for its end.
    StopAsked,
    /// The recorder wrote how the trainer ended.
    Ended(Ending),
    /// Nobody holds the lock, and nothing tells how the trainer ended.
    Vanished,
}

/// How a trainer ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ending {
    pub exit_code: Option<i32>,
    /// The signal's name, where one ended it.
    pub signal: Option<String>,
    /// Whether the end was asked for.
    pub asked: bool,
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
            let (status, message) = ending.verdict(ending.asked || stopping);
            to(status, message, None)
        }
        (Status::Running | Status::Stopping, Input::Vanished) => to(
            Status::Lost,
            "The recorder vanished, so nobody knows how the training ended; what it wrote is kept."
                .into(),
            None,
        ),
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
        let hint = match self.signal.as_deref() {
            Some("SIGKILL") => " The system may have run out of memory.",
            _ => "",
        };
        let last = self.last_line.as_deref().map_or(String::new(), |line| {
            format!(" Last line: {}", super::format::shorten(line, 300))
        });
        (
            Status::Failed,
            format!("Training failed: {how}.{hint}{last}"),
        )
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
                Input::Vanished,
            ] {
                assert_eq!(transition(done, &input), None);
            }
        }
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
