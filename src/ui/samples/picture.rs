//! A picture that a trainer drew, as it is: a small one by whole factors larger, with its pixels in sight.

use std::collections::BTreeMap;

use leptos::html::Img;
use leptos::prelude::*;

use crate::api::at;
use crate::ui::sources::escaped;

/// Below this width, in pixels, a picture is enlarged, to about this width.
const SMALL: u32 = 200;
const WIDE: u32 = 384;

/// Width and height in its own pixels of the last picture in each place of a row.
pub type Sizes = StoredValue<BTreeMap<usize, (u32, u32)>>;

/// The picture called `name` at the address `source`, in a place among others. Until it is there it keeps as much room as the
/// one before it, so that nothing below it moves.
#[component]
pub fn Picture(source: String, name: String, sizes: Sizes, place: usize) -> impl IntoView {
    let image = NodeRef::<Img>::new();
    let size = RwSignal::new(sizes.with_value(|sizes| sizes.get(&place).copied()));
    let measure = move || {
        if let Some(image) = image.get_untracked() {
            let natural = (image.natural_width(), image.natural_height());
            sizes.update_value(|sizes| {
                sizes.insert(place, natural);
            });
            size.set(Some(natural));
        }
    };
    // One that was there before the browser took over says nothing any more.
    Effect::new(move |_| {
        if image.get().is_some_and(|image| image.complete()) {
            measure();
        }
    });
    let known = move || {
        size.get()
            .filter(|(width, height)| *width > 0 && *height > 0)
    };
    let is_small = move || known().is_some_and(|(width, _)| width < SMALL);
    let width = move || {
        let (width, _) = known()?;
        let factor = if width < SMALL { WIDE / width } else { 1 };
        Some(format!("{}px", factor * width))
    };
    let ratio = move || known().map(|(width, height)| format!("{width} / {height}"));
    view! {
        <img
            node_ref=image
            src=source
            alt=name
            decoding="async"
            class:small=is_small
            style:width=width
            style:aspect-ratio=ratio
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
