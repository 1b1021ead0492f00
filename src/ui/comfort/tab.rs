//! How a run stands, as the sign of the page's tab.

use leptos::prelude::*;

use crate::event::Status;
use crate::run::RunView;
use crate::ui::browser;

/// The length of the ring that progress fills.
const ROUND: f64 = 81.7;

/// Keeps the tab's sign at how the run of `view` stands, as long as the present owner lives.
pub fn show_in_tab(view: RwSignal<RunView>) {
    let drawn = Memo::new(move |_| {
        view.with(|view| {
            let percent = view.state.percent().map(f64::floor);
            picture(view.state.status, percent)
        })
    });
    Effect::new(move |_| drawn.with(|picture| browser::set_icon(picture.as_deref())));
    on_cleanup(|| browser::set_icon(None));
}

/// A dot in the colour of the status, and the ring around it as far as the run is; none without a run.
fn picture(status: Status, percent: Option<f64>) -> Option<String> {
    let colour = match status {
        Status::Idle => return None,
        Status::Running => "#1c9a5b",
        Status::Stopping => "#c98200",
        Status::Completed => "#2f6fd6",
        Status::Failed | Status::Stopped | Status::Lost => "#d0392f",
    };
    let filled = match (status.is_active(), percent) {
        (true, Some(percent)) => percent.clamp(0.0, 100.0) / 100.0 * ROUND,
        (true, None) => 0.0,
        (false, _) => ROUND,
    };
    Some(format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke-width='5'>\
         <circle cx='16' cy='16' r='13' stroke='#8884'/>\
         <circle cx='16' cy='16' r='13' stroke='{colour}' stroke-dasharray='{filled:.1} 99' \
         transform='rotate(-90 16 16)'/><circle cx='16' cy='16' r='6' fill='{colour}'/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_is_filled_as_far_as_the_run_is() {
        let half = picture(Status::Running, Some(50.0)).unwrap();
        assert!(half.contains("stroke-dasharray='40.9 99'"), "{half}");
        assert!(
            picture(Status::Failed, Some(50.0))
                .unwrap()
                .contains("81.7 99")
        );
        assert_eq!(picture(Status::Idle, None), None);
    }
}
