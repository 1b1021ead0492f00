//! A picture that a trainer drew, as it is: a small one by whole factors larger, with its pixels in sight.

use leptos::html::Img;
use leptos::prelude::*;

use crate::api::at;
use crate::ui::sources::escaped;

/// Below this width, in pixels, a picture is enlarged, to about this width.
const SMALL: u32 = 200;
const WIDE: u32 = 384;

/// The picture called `name` at the address `source`.
#[component]
pub fn Picture(source: String, name: String) -> impl IntoView {
    let image = NodeRef::<Img>::new();
    let width = RwSignal::new(0);
    let measure = move || {
        if let Some(image) = image.get_untracked() {
            width.set(image.natural_width());
        }
    };
    // One that was there before the browser took over says nothing any more.
    Effect::new(move |_| {
        if image.get().is_some_and(|image| image.complete()) {
            measure();
        }
    });
    let factor = move || match width.get() {
        width @ 1..SMALL => Some(WIDE / width),
        _ => None,
    };
    view! {
        <img
            node_ref=image
            src=source
            alt=name
            decoding="async"
            class:small=move || factor().is_some()
            style:width=move || factor().map(|factor| format!("{}px", factor * width.get()))
            on:load=move |_| measure()
        />
    }
    .into_any()
}

/// Where the picture `name` of a run is as it was drawn at that moment: browsers show a picture anew only where its
/// address is a new one.
pub fn picture_address(run: &str, name: &str, drawn_at: &str) -> String {
    let (name, drawn_at) = (escaped(name), escaped(drawn_at));
    at(&format!(
        "/api/sample?run_id={run}&name={name}&at={drawn_at}"
    ))
}
