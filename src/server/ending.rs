//! How a run ended, as its folder tells it, and what is wrong with the folder then.

use std::io;

use super::follower::Followed;
use super::recording::BIRTH;
use super::{ServerError, orphans, time};
use crate::recorder::{self, ExitReport, Holder};
use crate::run::{Ending, Input};

/// What a look into the folder of a run tells.
pub enum Sight {
    /// Its recorder lives, or may still come.
    Alive {
        /// Who asked the recorder to stop, where somebody did.
        asked_by: Option<String>,
        /// Why it cannot write down what it is told at present.
        not_recorded: Option<String>,
    },
    Over(Box<End>),
}

/// The end of a run.
pub struct End {
    pub input: Input,
    pub report: Option<ExitReport>,
    damage: Option<String>,
}

/// Looks whether `run` has ended. What a vanished recorder left behind is ended too: nobody
/// reads any more what it prints.
///
/// # Errors
/// `Disk` where the folder tells neither an end nor whether a recorder lives.
pub fn look(run: &Followed) -> Result<Sight, ServerError> {
    if let Some(end) = told(run) {
        return Ok(Sight::Over(Box::new(end)));
    }
    let holder = recorder::read_lock(&run.folder).map_err(|error| unreadable("lock", &error))?;
    let began = match holder {
        Holder::Held(lock) => {
            return Ok(Sight::Alive {
                asked_by: lock.stop_asked_by,
                not_recorded: lock.not_recorded,
            });
        }
        Holder::Missing if is_being_born(&run.started_at) || is_just_spawned(run) => {
            return Ok(Sight::Alive {
                asked_by: None,
                not_recorded: None,
            });
        }
        Holder::Missing => run.folder.join("output.log").exists(),
        Holder::Free => true,
    };
    // It may have ended between the two looks.
    let damage = match recorder::read_exit(&run.folder) {
        Ok(Some(report)) => return Ok(Sight::Over(Box::new(End::told(run, report)))),
        Ok(None) => None,
        Err(error) => Some(format!("exit.json cannot be read: {error}")),
    };
    let left_behind = orphans::end(&run.folder, &run.stop);
    Ok(Sight::Over(Box::new(End {
        input: Input::Vanished { began, left_behind },
        report: None,
        damage,
    })))
}

/// The end that the recorder of `run` wrote down, if it did.
pub fn told(run: &Followed) -> Option<End> {
    let report = recorder::read_exit(&run.folder).ok().flatten()?;
    Some(End::told(run, report))
}

/// Whether the recorder of a run was started just now: between that and the time that its folder states there may be long.
fn is_just_spawned(run: &Followed) -> bool {
    run.spawned.is_some_and(|spawned| spawned.elapsed() < BIRTH)
}

/// Whether a run that was started then may still wait for its recorder. The clock of another
/// machine may say that it starts some time from now.
pub fn is_being_born(started_at: &str) -> bool {
    time::age(started_at).is_some_and(|age| age.abs() < BIRTH.as_secs_f64())
}

/// A file of the folder that cannot be read, without the place of the folder: the sentence may
/// become the damage that people are told of.
pub fn unreadable(name: &str, error: &io::Error) -> ServerError {
    ServerError::Disk(format!("{name} cannot be read: {error}"))
}

impl End {
    /// The end that the recorder wrote down.
    fn told(run: &Followed, report: ExitReport) -> Self {
        // A stop that never reached the recorder was asked for all the same; but one that came
        // too late changes nothing.
        let noted = recorder::stop_was_asked(&run.folder) && report.exit_code != Some(0);
        let ending = Ending {
            exit_code: report.exit_code,
            signal: report.signal.clone(),
            asked: report.asked_by.is_some() || noted,
            out_of_memory: report.out_of_memory,
            peak_memory_bytes: report.peak_memory_bytes,
            lost_bytes: report.lost_bytes,
            error: report.error.clone(),
            last_line: None,
        };
        Self {
            input: Input::Ended(ending),
            report: Some(report),
            damage: None,
        }
    }

    /// The end of a run of which nobody can tell whether it lives. What may belong to a living
    /// recorder is left alone.
    pub fn unknown(damage: String) -> Self {
        Self {
            input: Input::Vanished {
                began: true,
                left_behind: 0,
            },
            report: None,
            damage: Some(damage),
        }
    }

    /// What is wrong with the folder of `run`, in sentences: its log was read up to `offset`,
    /// which brought `complaints`, and could not be read further where `unread` says why.
    pub fn damage(
        &self,
        run: &Followed,
        offset: u64,
        complaints: Vec<String>,
        unread: Option<String>,
    ) -> Option<String> {
        let log = std::fs::metadata(run.folder.join("output.log"));
        let length = log.map(|file| file.len()).ok();
        // A command that never started has printed nothing.
        let printed = self
            .report
            .as_ref()
            .is_none_or(|report| report.error.is_none());
        let of_log = match length {
            _ if unread.is_some() => unread,
            None => printed.then(|| "output.log is missing".to_owned()),
            Some(length) if length < offset => {
                Some("output.log is shorter than what was read of it".to_owned())
            }
            Some(length) if length > offset => Some(format!(
                "output.log ends in the middle of an entry ({} bytes are left out)",
                length - offset
            )),
            Some(_) => None,
        };
        let of_folder = run.damage.clone().into_iter().chain(of_log);
        let rest = complaints.into_iter().chain(self.damage.clone());
        let told: Vec<String> = of_folder.chain(rest).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}
