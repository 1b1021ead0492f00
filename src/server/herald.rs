//! Notices what is worth an alert in what one run says, and raises it once that is in the journal.

use std::path::Path;
use std::sync::Arc;

use super::alert::{Alert, Alerts, Occasion};
use crate::event::{Event, TrainingUpdate, Value};
use crate::run::{Manifest, RunState, format};

/// The herald of one run.
pub struct Herald {
    alerts: Arc<Alerts>,
    /// What all alerts of the run have in common.
    form: Alert,
    /// The divergence that was read, and is not in the journal yet.
    due: Option<String>,
}

impl Herald {
    /// Of the run `manifest` in `folder`.
    pub fn new(alerts: Arc<Alerts>, manifest: &Manifest, folder: &Path) -> Self {
        let form = Alert {
            occasion: Occasion::Silent,
            run_id: manifest.id.clone(),
            name: manifest.name.clone(),
            folder: folder.to_owned(),
            message: String::new(),
        };
        Self {
            alerts,
            form,
            due: None,
        }
    }

    /// Notes where `events` tell for the first time that a loss is no finite number; `diverged` remembers it.
    pub fn read(&mut self, events: &[Event], diverged: &mut bool) {
        if *diverged {
            return;
        }
        let found = events.iter().find_map(|event| match event {
            Event::TrainingUpdate { data, .. } => broken_loss(data),
            _ => None,
        });
        if found.is_some() {
            (*diverged, self.due) = (true, found);
        }
    }

    /// What was read is in the journal, or, where not `entered`, is read again.
    pub fn settle(&mut self, entered: bool) {
        if let Some(message) = self.due.take().filter(|_| entered) {
            self.raise(Occasion::Diverged, message);
        }
    }

    /// The run has been silent for that many seconds.
    pub fn tell_silence(&self, seconds: u64) {
        let long = format::duration(seconds as f64);
        self.raise(Occasion::Silent, format!("Nothing was printed for {long}."));
    }

    /// The run has come to its end, as `state` says.
    pub fn tell_end(&self, state: RunState) {
        if let Some(occasion) = Occasion::end(state.status) {
            self.raise(occasion, state.message.unwrap_or_default());
        }
    }

    fn raise(&self, occasion: Occasion, message: String) {
        self.alerts.raise(Alert {
            occasion,
            message,
            ..self.form.clone()
        });
    }
}

/// The loss of a report that is no finite number, in a sentence.
fn broken_loss(report: &TrainingUpdate) -> Option<String> {
    let losses = [
        ("generator", report.generator_loss),
        ("discriminator", report.discriminator_loss),
    ];
    let is_broken = |loss: &Option<Value>| loss.is_some_and(|Value(loss)| !loss.is_finite());
    let (whose, loss) = losses.into_iter().find(|(_, loss)| is_broken(loss))?;
    let at = match (report.epoch, report.step) {
        (Some(epoch), _) => format!(" in epoch {epoch}"),
        (None, Some(step)) => format!(" at step {step}"),
        (None, None) => String::new(),
    };
    Some(format!(
        "The {whose} loss is {}{at}.",
        format::metric(loss?)
    ))
}
