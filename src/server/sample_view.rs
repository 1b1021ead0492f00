//! A run's sample beside its data source.

use super::data::{Axes, Table, likeness};
use super::{Server, ServerError};
use crate::run::{DataState, SampleKind, SampleView, format};

impl Server {
    /// The sample `name` of a run beside the run's data source.
    ///
    /// # Errors
    /// `NotFound` for an unknown run or sample, `Invalid` where it is no CSV or the axes name no
    /// column of numbers.
    pub fn sample_view(
        &self,
        run_id: &str,
        name: &str,
        axes: &Axes,
    ) -> Result<SampleView, ServerError> {
        let (folder, manifest) = self.history.folder(run_id)?;
        let (file, sample) = self.history.sample(run_id, name)?;
        if sample.kind != SampleKind::Csv {
            return Err(ServerError::Invalid(format!(
                "The sample “{name}” is no CSV file: only tables are laid beside the data."
            )));
        }
        let synthetic = Table::of(file, &folder.join("samples").join(&sample.name))?;
        let (state, place) = self
            .state_of_data(&manifest)
            .unwrap_or((DataState::Unknown, None));
        let named = manifest.data.as_ref().map(|data| data.name.clone());
        let mut notes = state_note(state, named.as_deref());
        let real = match place.map(|stamp| self.readings.table(&stamp)) {
            Some(Ok(table)) => Some(table),
            Some(Err(error)) => {
                notes.push(format!("The data source cannot be read: {error}"));
                None
            }
            None => None,
        };
        let found = likeness(real.as_deref(), &synthetic, axes).map_err(ServerError::Invalid)?;
        if real.is_none() {
            notes.push("Only the sample is shown, in bins of its own range.".into());
        }
        notes.extend(found.notes);
        Ok(SampleView {
            sample: sample.name,
            source: named,
            state,
            real: real.map(|real| real.extent()),
            synthetic: synthetic.extent(),
            notes,
            columns: found.columns,
            correlations: found.correlations,
            scatter: found.scatter,
        })
    }
}

/// What the reader has to know of the real side.
fn state_note(state: DataState, name: Option<&str>) -> Vec<String> {
    let Some(name) = name.map(|name| format::shorten(name, 80)) else {
        return vec!["The run has no data source that is known.".into()];
    };
    let note = match state {
        DataState::Same => return Vec::new(),
        DataState::Changed => format!(
            "“{name}” has changed since the run: what is shown as real is not what it was trained on."
        ),
        DataState::Gone => format!("“{name}” is no longer in the data folder."),
        DataState::Unknown => {
            format!("Whether “{name}” is still what the run was trained on cannot be told.")
        }
    };
    vec![note]
}
