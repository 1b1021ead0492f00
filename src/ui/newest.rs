//! The newest picture that the run on show has drawn, beside its charts.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Live;
use super::samples::{Picture, Sizes, picture_address};
use super::sources::escaped;
use super::time::Moment;
use crate::api::{self, at};
use crate::event::RunId;
use crate::run::{Sample, SampleKind, format};

/// The pictures of a run: the newest, and how many there are.
#[derive(Clone, Debug, PartialEq)]
struct Drawn {
    run: RunId,
    newest: Sample,
    count: u64,
}

impl Drawn {
    /// What of `samples`, the newest first, are pictures.
    fn of(run: RunId, samples: Vec<Sample>) -> Option<Self> {
        let is_picture = |sample: &Sample| sample.kind == SampleKind::Image;
        let mut pictures = samples.into_iter().filter(is_picture);
        let newest = pictures.next()?;
        let count = 1 + pictures.count() as u64;
        Some(Self { run, newest, count })
    }
}

/// The picture; nothing where there is none.
#[component]
pub fn Newest(live: Live) -> impl IntoView {
    let run = Memo::new(move |_| live.view.with(|view| view.state.run_id.clone()));
    let drawn = RwSignal::new(None::<Drawn>);
    let sizes = Sizes::default();
    Effect::new(move |_| {
        let (id, told) = (run.get(), live.drawn.get());
        let Some(id) = id.filter(|_| told > 0) else {
            return;
        };
        spawn_local(async move {
            // Without an answer what is known stays; the badges tell of a broken line.
            let Ok(detail) = api::run(id.to_string()).await else {
                return;
            };
            let now = Drawn::of(id.clone(), detail.samples);
            if run.try_get_untracked() == Some(Some(id)) && drawn.get_untracked() != now {
                drawn.set(now);
            }
        });
    });
    let picture = move || {
        // That of another run goes with it.
        let drawn = drawn
            .get()
            .filter(|drawn| run.get().as_ref() == Some(&drawn.run));
        drawn.map(|Drawn { run, newest, count }| {
            let source = picture_address(run.as_str(), &newest.name, &newest.modified_at);
            let page = at(&format!("/runs/{run}?sample={}", escaped(&newest.name)));
            let all = match count {
                1 => "1 picture so far".to_owned(),
                many => format!("All {} pictures", format::count(many)),
            };
            view! {
                <section class="panel newest" data-testid="newest">
                    <h2>"Newest picture"</h2>
                    <a href=page.clone()>
                        <Picture source name=newest.name.clone() sizes place=0 />
                    </a>
                    <p class="muted">
                        {newest.name} " · " <Moment utc=newest.modified_at />
                    </p>
                    <a href=page>{all}</a>
                </section>
            }
        })
    };
    view! { {picture} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_picture_is_the_newest() {
        let sample = |name: &str, kind| Sample {
            name: name.into(),
            bytes: 1,
            modified_at: String::new(),
            kind,
        };
        let run = RunId::parse("20250824-181433-a1b2").unwrap();
        let drawn = Drawn::of(
            run.clone(),
            vec![
                sample("step-20.csv", SampleKind::Csv),
                sample("step-20.png", SampleKind::Image),
                sample("step-10.png", SampleKind::Image),
            ],
        );
        let drawn = drawn.unwrap();
        assert_eq!(
            (drawn.newest.name.as_str(), drawn.count),
            ("step-20.png", 2)
        );
        assert_eq!(Drawn::of(run, Vec::new()), None);
    }
}
