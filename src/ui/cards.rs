//! Four cards: how the run stands, the two losses, and how far it is.

use leptos::prelude::*;

use super::Live;
use super::chart::Subject;
use super::icon::{Icon, Sign};
use super::time::clock;
use crate::api::at;
use crate::event::{Status, Value};
use crate::run::{EMBEDDED, RunState, RunView, format, seconds};

/// The row of cards.
#[component]
pub fn Cards(live: Live) -> impl IntoView {
    view! {
        <div class="cards">
            <StatusCard live />
            <LossCard
                live
                id="generator-loss-card"
                title="Generator Loss"
                loss=|state| state.generator_loss
                score=("D(G(z))", |state| state.fake_scores)
            />
            <LossCard
                live
                id="discriminator-loss-card"
                title="Discriminator Loss"
                loss=|state| state.discriminator_loss
                score=("D(x)", |state| state.real_scores)
            />
            <EpochCard live />
        </div>
    }
    .into_any()
}

#[component]
fn StatusCard(live: Live) -> impl IntoView {
    let status = Memo::new(move |_| live.view.with(|view| view.state.status));
    // On the page of the run itself it is told below.
    let is_told = use_context::<Subject>().is_some();
    let run = Memo::new(move |_| {
        let run = live.view.with(|view| view.state.run_id.clone());
        run.filter(|_| !is_told)
    });
    let made = Memo::new(move |_| {
        let made = |view: &RunView| {
            view.manifest
                .as_ref()
                .is_some_and(|it| it.trainer == EMBEDDED)
        };
        live.view.with(made)
    });
    let message = Memo::new(move |_| live.view.with(|view| view.state.message.clone()));
    let now = clock();
    // How long a run has been silent that is known to be.
    let silent = Memo::new(move |_| {
        let heard = live.view.with(|RunView { state, .. }| {
            let stalled = state.stalled && state.status.is_active();
            state
                .heard_at
                .as_deref()
                .filter(|_| stalled)
                .and_then(seconds)
        })?;
        Some(format::duration(live.time(now.get())? - heard))
    });
    let words = move || match (status.get(), message.get()) {
        (_, Some(message)) => match silent.get() {
            Some(long) => format!("Nothing was printed for {long}."),
            None => message,
        },
        (Status::Idle, None) => "Choose data and start a training.".into(),
        (_, None) => String::new(),
    };
    view! {
        <section
            class="card"
            data-testid="status-card"
            data-state=move || status.get().name()
            data-stalled=move || silent.with(Option::is_some).then_some("true")
        >
            <h2>"Training Status"</h2>
            <p class="value" role="status">
                {move || view! { <Icon sign=Sign::of(status.get()) /> }}
                {move || status_word(status.get())}
            </p>
            <p class="note" title=words>
                {words}
            </p>
            {move || {
                let words = onward(status.get(), made.get())?;
                let page = at(&format!("/runs/{}", run.get()?));
                Some(view! { <a class="why" href=page>{words}</a> })
            }}
        </section>
    }
}

/// What the page of a run tells or does that ended so; `embedded` says that the embedded trainer made it.
fn onward(status: Status, embedded: bool) -> Option<&'static str> {
    match status {
        Status::Failed | Status::Lost => Some("How it ended"),
        // It keeps what it has when it is told to end.
        Status::Stopped if embedded => Some("Continue it"),
        _ => None,
    }
}

/// A status as a word for people.
pub fn status_word(status: Status) -> &'static str {
    match status {
        Status::Idle => "Idle",
        Status::Running => "Running",
        Status::Stopping => "Stopping",
        Status::Completed => "Completed",
        Status::Failed => "Failed",
        Status::Stopped => "Stopped",
        Status::Lost => "Lost",
    }
}

/// A value of the state, where the trainer stated it.
type Metric = fn(&RunState) -> Option<Value>;

/// A loss, and below it the score that belongs to it.
#[component]
fn LossCard(
    live: Live,
    id: &'static str,
    title: &'static str,
    loss: Metric,
    score: (&'static str, Metric),
) -> impl IntoView {
    let loss = Memo::new(move |_| live.view.with(|view| loss(&view.state)));
    let (name, read) = score;
    let score = Memo::new(move |_| live.view.with(|view| read(&view.state)));
    let active = Memo::new(move |_| live.view.with(|view| view.state.status.is_active()));
    let missing = move || {
        if active.get() {
            "not reported yet"
        } else {
            "not reported"
        }
    };
    let broken = move || loss.get().is_some_and(|Value(loss)| !loss.is_finite());
    view! {
        <section class="card" data-testid=id data-broken=move || broken().then_some("true")>
            <h2>{title}</h2>
            <p class="value" title=move || loss.get().is_none().then(missing)>
                {move || loss.get().map_or("–".into(), format::metric)}
            </p>
            <p class="note">
                {move || match score.get() {
                    _ if broken() => "No longer a number: the training has diverged.".into(),
                    Some(score) => format!("{name} {}", format::metric(score)),
                    None => format!("{name} {}", missing()),
                }}
            </p>
        </section>
    }
}

#[component]
fn EpochCard(live: Live) -> impl IntoView {
    // A trainer that states no epoch counts by steps.
    let by_steps = Memo::new(move |_| live.view.with(|view| view.state.is_by_steps()));
    let count = Memo::new(move |_| live.view.with(|view| view.state.epoch.or(view.state.step)));
    let total = Memo::new(move |_| {
        live.view.with(|view| match view.state.is_by_steps() {
            true => view.state.total_steps,
            false => view.state.total_epochs,
        })
    });
    let percent = Memo::new(move |_| live.view.with(|view| view.state.percent()));
    let shown = move || percent.get().map(|percent| percent.clamp(0.0, 100.0));
    let now = clock();
    let times = Memo::new(move |_| {
        let active = live.view.with(|view| view.state.status.is_active());
        let now = if active { live.time(now.get()) } else { None };
        live.view.with(|view| times(&view.state, now))
    });
    view! {
        <section class="card" data-testid="epoch-card">
            <h2>{move || if by_steps.get() { "Step" } else { "Epoch" }}</h2>
            <p class="value" title=move || count.get().is_none().then_some("not reported yet")>
                {move || count.get().map_or("–".into(), format::count)}
                <span class="of">{move || total.get().map(|total| format!(" / {}", format::count(total)))}</span>
            </p>
            <div
                class="progress"
                role="progressbar"
                aria-label="Progress"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || shown().map(|percent| percent.floor().to_string())
            >
                <div style:width=move || format!("{:.2}%", shown().unwrap_or_default())></div>
            </div>
            <p class="note">
                {move || {
                    // Rounded down: 100 % is said when it is true.
                    let percent = shown().map(|percent| format!("{} % · ", percent.floor()));
                    format!("{}{}", percent.unwrap_or_default(), times.get())
                }}
            </p>
        </section>
    }
}

/// How long the run took so far, and will take where it goes on at the same pace.
/// `now` is the time by the server's clock, in seconds since 1970; without it that of the run's last word counts.
fn times(state: &RunState, now: Option<f64>) -> String {
    let Some(elapsed) = state.elapsed(now) else {
        return "Not started".into();
    };
    let so_far = format::duration(elapsed);
    match state.percent().zip(state.elapsed_by_progress()) {
        Some((percent, known))
            if state.status == Status::Running && percent > 0.0 && percent < 100.0 =>
        {
            // By the pace up to there, since which some has passed.
            let left = known * (100.0 - percent) / percent - (elapsed - known);
            match left >= 0.5 {
                true => format!("{so_far} elapsed, {} left", format::duration(left)),
                false => format!("{so_far} elapsed"),
            }
        }
        _ if state.status.is_active() => format!("{so_far} elapsed"),
        _ => format!("took {so_far}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(status: Status, percent: Option<f64>) -> RunState {
        RunState {
            status,
            progress_percent: percent,
            started_at: Some("2025-08-24T18:00:00Z".into()),
            heard_at: Some("2025-08-24T18:01:00.5Z".into()),
            progressed_at: Some("2025-08-24T18:01:00.5Z".into()),
            ..RunState::default()
        }
    }

    #[test]
    fn the_pace_so_far_tells_what_is_left() {
        let running = state(Status::Running, Some(25.0));
        let now = seconds("2025-08-24T18:02:00Z");
        assert_eq!(times(&running, now), "2 min 00 s elapsed, 2 min 02 s left");
        assert_eq!(times(&running, None), "1 min 01 s elapsed, 3 min 02 s left");
        let late = seconds("2025-08-24T19:00:00Z");
        assert_eq!(times(&running, late), "1 h 00 min elapsed");
        assert_eq!(
            times(&state(Status::Running, None), now),
            "2 min 00 s elapsed"
        );
        assert_eq!(
            times(&state(Status::Running, Some(0.0)), now),
            "2 min 00 s elapsed"
        );
    }

    #[test]
    fn a_clock_that_is_behind_does_not_count() {
        let behind = seconds("2025-08-24T17:00:00Z");
        assert_eq!(
            times(&state(Status::Running, None), behind),
            "1 min 01 s elapsed"
        );
    }

    #[test]
    fn an_ended_run_stands_still() {
        let mut ended = state(Status::Stopped, Some(25.0));
        ended.ended_at = Some("2025-08-24T18:00:42Z".into());
        assert_eq!(times(&ended, seconds("2025-08-24T20:00:00Z")), "took 42 s");
        assert_eq!(times(&RunState::default(), None), "Not started");
    }
}
