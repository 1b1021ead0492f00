//! A word on a run of which nothing was understood, and the way to find out why.

use leptos::prelude::*;

use super::Live;
use super::icon::{Icon, Sign};
use crate::api::at;
use crate::run::{RunView, format};

/// With fewer lines a training may not have begun.
const LEAST: u64 = 20;

/// The word, where there is reason for it.
#[component]
pub fn Unread(live: Live) -> impl IntoView {
    let told = Memo::new(move |_| {
        live.view.with(|view| {
            let lines = unread(view)?;
            Some((lines, view.state.run_id.as_ref()?.to_string()))
        })
    });
    move || {
        let (lines, run) = told.get()?;
        let href = at(&format!("/reading?run_id={run}"));
        let word = format!(
            "No loss, score, epoch or step was found in the {} of this run.",
            match lines {
                1 => "one line".to_owned(),
                lines => format!("{} lines", format::count(lines)),
            }
        );
        Some(view! {
            <p class="panel unread" data-testid="unread">
                <Icon sign=Sign::Warning />
                <span>{word}</span>
                <a href=href>"See how they are read"</a>
            </p>
        })
    }
}

/// How many lines were read in vain.
fn unread(view: &RunView) -> Option<u64> {
    let state = &view.state;
    let understood = state.epoch.is_some()
        || state.step.is_some()
        || state.progress_percent.is_some()
        || !view.series.0.is_empty();
    let enough = state.lines >= LEAST || !state.status.is_active() && state.lines > 0;
    (enough && !understood).then_some(state.lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Status;

    #[test]
    fn it_is_said_when_there_is_reason() {
        let mut view = RunView::default();
        view.state.status = Status::Running;
        view.state.lines = LEAST - 1;
        assert_eq!(unread(&view), None);
        view.state.lines = LEAST;
        assert_eq!(unread(&view), Some(LEAST));
        view.state.step = Some(1);
        assert_eq!(unread(&view), None);
        view.state.step = None;
        (view.state.status, view.state.lines) = (Status::Completed, 1);
        assert_eq!(unread(&view), Some(1));
        view.state.lines = 0;
        assert_eq!(unread(&view), None);
    }
}
